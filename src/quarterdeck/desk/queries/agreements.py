"""The terms of all service-level policies, and a ticket's history, as the clocks' kernel counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from quarterdeck.core.memory import asked_once
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.desk.models import ServiceLevelTerms, Ticket, TicketMessage
from quarterdeck.desk.models.service_level import rank_of
from quarterdeck.desk.queries.facts import (
    ChangeFacts,
    Log,
    effective_changes,
    instant,
    whole_second,
)
from quarterdeck.desk.vocabulary import (
    FIXED_STATES,
    Agreement,
    HistoryDepth,
    TicketKind,
    TicketState,
)
from quarterdeck.kernels.calendars import WorkingCalendar
from quarterdeck.kernels.service_levels import (
    AfterReopening,
    Clock,
    History,
    Line,
    Metric,
    Standing,
    Target,
    Terms,
    clocks_of,
)
from quarterdeck.office.queries import working_calendars

# What somebody was promised something about: a problem is the desk's own work, and of a ticket
# that came with its dates alone nobody knows when it was paused.
CLOCKED = Q(
    kind__in=(TicketKind.INCIDENT, TicketKind.REQUEST), history_depth=HistoryDepth.LOG.value
)
_STANDINGS = {
    TicketState.ON_HOLD.value: Standing.ON_HOLD,
    TicketState.CANCELLED.value: Standing.CANCELLED,
    **{state.value: Standing.FIXED for state in FIXED_STATES},
}


class _Promised(NamedTuple):
    """One target of a version of a policy's terms, or a version that has none."""

    version: int
    number: int
    holds_from: datetime
    covers_running: bool
    restarts: bool
    after_reopening: str
    pauses: tuple[str, ...]
    warning_percent: int
    policy: int
    agreement: str
    team: int | None
    team_name: str | None
    service: int | None
    customer: int | None
    path: str | None
    target: int | None
    metric: str
    priority: int | None
    seconds: int
    calendar: int


_PROMISED = (
    *("pk", "number", "holds_from", "covers_running", "restarts", "after_reopening", "pauses"),
    *("warning_percent", "policy_id", "policy__agreement", "policy__team_id"),
    *("policy__team__name", "policy__service_id", "policy__customer_id", "policy__customer__path"),
    *("targets__pk", "targets__metric", "targets__priority", "targets__seconds"),
    "targets__calendar_id",
)


@asked_once
def terms_known(at: datetime) -> tuple[Terms, ...]:
    """Return the versions of all policies that have begun by an instant, in their order."""
    return _terms_of(_BEGUN.rows(at=at))


def terms_of(version: ServiceLevelTerms) -> Terms:
    """Return one version as the kernel takes it."""
    (terms,) = _terms_of(_promised(Q(pk=version.pk)))
    return terms


def _promised(which: Q) -> QuerySet[ServiceLevelTerms, tuple[Any, ...]]:
    versions = ServiceLevelTerms.objects.filter(which)
    return versions.order_by("holds_from", "pk", "targets__pk").values_list(*_PROMISED)


_BEGUN = Prepared(lambda: _promised(Q(holds_from__lte=Slot("at"))))


def _terms_of(rows: Iterable[tuple[Any, ...]]) -> tuple[Terms, ...]:
    # Every act on a ticket asks for them all: two questions, and plain values in the answers.
    promised = [_Promised(*row)._replace(pauses=tuple(row[6])) for row in rows]
    calendars = {each.calendar for each in promised if each.target is not None}
    return _terms(tuple(promised), tuple(working_calendars(sorted(calendars)).items()))


@lru_cache(maxsize=8)
def _terms(
    promised: tuple[_Promised, ...], calendars: tuple[tuple[int, WorkingCalendar], ...]
) -> tuple[Terms, ...]:
    """Return each version once; equal rows give the same, whoever asked before."""
    hours = dict(calendars)
    return tuple(
        _version(list(targets), hours) for _, targets in groupby(promised, lambda row: row.version)
    )


def _version(rows: Sequence[_Promised], hours: Mapping[int, WorkingCalendar]) -> Terms:
    targets: dict[int | None, list[Target]] = defaultdict(list)
    for row in rows:
        if row.target is not None:
            metric, calendar = Metric(row.metric), hours[row.calendar]
            targets[row.priority].append(Target(metric, row.seconds, calendar, row.target))
    version = rows[0]
    return Terms(
        policy=version.policy,
        version=version.number,
        rank=rank_of(version.team, version.service, version.path),
        holds_from=version.holds_from,
        targets=dict(targets),
        service=version.service,
        unit=version.customer,
        pauses=frozenset(version.pauses),
        covers_running=version.covers_running,
        restarts=version.restarts,
        after_reopening=AfterReopening(version.after_reopening),
        warning_percent=version.warning_percent,
        is_operational=version.agreement == Agreement.OPERATIONAL_LEVEL,
        team=version.team_name or "",
    )


def agreement_of(clock: Clock) -> Agreement:
    """Return which kind of promise a clock is about."""
    is_operational = clock.terms.is_operational
    return Agreement.OPERATIONAL_LEVEL if is_operational else Agreement.SERVICE_LEVEL


def clocks_of_tickets(
    tickets: Sequence[Ticket], at: datetime, known: Mapping[int, Log] | None = None
) -> dict[int, list[Clock]]:
    """Return the clocks of each ticket by its key, as its history up to now gives them.

    `known` has the logs that have been read already, by the tickets' keys.
    The tickets' requesters and their units should be there already (`select_related`). A requester
    counts as now known, from the report on: to name another one is to set right what was wrong.
    """
    terms = terms_known(at)
    keys = [ticket.pk for ticket in tickets if _is_clocked(ticket)] if terms else []
    logs = dict(known or {})
    unread = [key for key in keys if key not in logs]
    logs |= effective_changes(unread) if unread else {}
    replies = _replies(keys) if keys else {}
    clocked = set(keys)
    return {
        ticket.pk: (
            clocks_of(_history(ticket, logs[ticket.pk], replies.get(ticket.pk, ())), terms)
            if ticket.pk in clocked and ticket.pk in logs
            else []
        )
        for ticket in tickets
    }


def _is_clocked(ticket: Ticket) -> bool:
    awaited = ticket.kind in {TicketKind.INCIDENT, TicketKind.REQUEST}
    return awaited and ticket.history_depth == HistoryDepth.LOG


def _history(
    ticket: Ticket, log: Iterable[tuple[int, ChangeFacts]], replies: Sequence[datetime]
) -> History:
    units = _units(ticket)
    lines = [
        Line(
            instant(change.occurred),
            _STANDINGS.get(change.state, Standing.OPEN),
            change.pause_reason,
            change.priority,
            change.service_id,
            units,
            change.team,
        )
        for _, change in log
    ]
    # No source that is read so far tells what the desk wrote.
    return History(ticket.opened_at, lines, replies, knows_replies=ticket.batch_id is None)


def _units(ticket: Ticket) -> frozenset[int]:
    """Return the unit of the requester and all above it."""
    requester = ticket.requester
    if requester is None or requester.unit is None:
        return frozenset()
    return frozenset(int(key) for key in requester.unit.path.split(".") if key)


def _replies(keys: Sequence[int]) -> Mapping[int, Sequence[datetime]]:
    """Return when the desk wrote to the requester."""
    rows = _WRITTEN.rows(ticket=keys[0]) if len(keys) == 1 else _written(Q(ticket__in=keys))
    found: dict[int, list[datetime]] = defaultdict(list)
    for key, at in rows:
        found[key].append(whole_second(at))
    return found


def _written(which: Q) -> QuerySet[TicketMessage, tuple[Any, ...]]:
    return (
        TicketMessage.objects.by_desk().filter(which).order_by("at").values_list("ticket_id", "at")
    )


_WRITTEN = Prepared(lambda: _written(Q(ticket=Slot("ticket"))))
