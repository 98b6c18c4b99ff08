"""The rows of service-level clocks: those that stand, and those that tickets' histories give."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from quarterdeck.core.models import Team
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.desk.models import ServiceLevelClock, ServiceLevelEvent, Ticket
from quarterdeck.desk.queries.agreements import agreement_of, clocks_of_tickets
from quarterdeck.desk.queries.facts import Log
from quarterdeck.desk.vocabulary import ClockEventKind
from quarterdeck.kernels.service_levels import Clock

COLUMNS = (
    "ticket",
    "agreement",
    "metric",
    "number",
    "target",
    "started_at",
    "began_at",
    "stopped_at",
    "outcome",
    "ending",
    "counted_seconds",
    "running_since",
    "due_at",
    "warning_at",
    "breached_at",
    "next_event_at",
    "promised_by",
    "team",
    "assignee",
)
_LINKS = frozenset({"ticket", "target", "promised_by", "team", "assignee"})
_NAMES = tuple(f"{c}_id" if c in _LINKS else c for c in COLUMNS)
Row = tuple[Any, ...]
# A clock of a ticket: the ticket's key, the agreement, the metric and its number.
Key = tuple[int, str, str, int]
# How many columns make the key.
_KEYS = 4


def standing_rows(keys: Sequence[int]) -> dict[Key, Row]:
    """Return the clocks that stand on tickets, in the order of COLUMNS."""
    rows = _STANDING.rows(ticket=keys[0]) if len(keys) == 1 else _standing(Q(ticket__in=keys))
    return {row[:_KEYS]: tuple(row) for row in rows}


def _standing(which: Q) -> QuerySet[ServiceLevelClock, Row]:
    return ServiceLevelClock.objects.filter(which).values_list(*_NAMES)


_STANDING = Prepared(lambda: _standing(Q(ticket=Slot("ticket"))))


def projected_rows(
    tickets: Sequence[Ticket], at: datetime, known: Mapping[int, Log] | None = None
) -> dict[Key, Row]:
    """Return the clocks that the tickets' histories give, in the order of COLUMNS; `known` has the
    logs that have been read already."""
    found = clocks_of_tickets(tickets, at, known)
    noted = _noted([key for key, clocks in found.items() if clocks])
    teams = _teams({clock.team for clocks in found.values() for clock in clocks} - {""})
    rows = (_row(ticket, clock, noted, teams) for ticket in tickets for clock in found[ticket.pk])
    return {row[:_KEYS]: row for row in rows}


def _teams(names: Collection[str]) -> dict[str, int]:
    """Return the keys of teams by their names."""
    return dict(Team.objects.filter(name__in=names).values_list("name", "pk")) if names else {}


def _row(
    ticket: Ticket, clock: Clock, noted: Mapping[Key, set[str]], teams: Mapping[str, int]
) -> Row:
    key = (ticket.pk, agreement_of(clock).value, clock.metric.value, clock.number)
    stopped = clock.stopped_at
    return (
        *key,
        clock.target.key,
        clock.started_at,
        clock.began_at,
        stopped,
        clock.outcome.value,
        clock.ending.value,
        clock.counted_seconds,
        clock.running_since,
        clock.due_at,
        clock.warning_at,
        None if stopped is None else clock.breached_at(stopped),
        _next_event(clock, noted.get(key, set())),
        teams.get(clock.team),
        ticket.team_id,
        ticket.assignee_id,
    )


def _next_event(clock: Clock, noted: set[str]) -> datetime | None:
    if clock.stopped_at is not None or ClockEventKind.BREACH in noted:
        return None
    return clock.due_at if ClockEventKind.WARNING in noted else clock.warning_at


def _noted(keys: Sequence[int]) -> dict[Key, set[str]]:
    """Return which events of the clocks are noted already."""
    rows = _EVENTS.rows(ticket=keys[0]) if len(keys) == 1 else _events(Q(ticket__in=keys))
    found: dict[Key, set[str]] = defaultdict(set)
    for ticket, agreement, metric, number, kind in rows:
        found[ticket, agreement, metric, number].add(kind)
    return found


def _events(which: Q) -> QuerySet[ServiceLevelEvent, Row]:
    events = ServiceLevelEvent.objects.filter(which)
    return events.values_list("ticket_id", "agreement", "metric", "number", "kind")


_EVENTS = Prepared(lambda: _events(Q(ticket=Slot("ticket"))))
