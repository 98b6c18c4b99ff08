"""The terms of all service-level policies, and a ticket's history, as the clocks' kernel counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from quarterdeck.core.memory import asked_once
from quarterdeck.desk.models import ServiceLevelTerms, Ticket, TicketMessage
from quarterdeck.desk.queries.facts import ChangeFacts, effective_changes, instant, whole_second
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
from quarterdeck.office.queries import working_calendar

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


@asked_once
def terms_known(at: datetime) -> tuple[Terms, ...]:
    """Return the versions of all policies that have begun by an instant, in their order."""
    begun = ServiceLevelTerms.objects.filter(holds_from__lte=at)
    begun = begun.select_related("policy__customer", "policy__team")
    found = begun.prefetch_related("targets__calendar").order_by("holds_from", "pk")
    # Each calendar is read once: an act on a ticket asks for this outside of any memory.
    calendars = {target.calendar for version in found for target in version.targets.all()}
    hours = {calendar.pk: working_calendar(calendar) for calendar in calendars}
    return tuple(terms_of(version, hours) for version in found)


def terms_of(version: ServiceLevelTerms, hours: Mapping[int, WorkingCalendar]) -> Terms:
    """Return one version as the kernel takes it; `hours` has its calendars by key."""
    targets: dict[int | None, list[Target]] = defaultdict(list)
    for each in version.targets.all():
        calendar = hours[each.calendar_id]
        targets[each.priority].append(Target(Metric(each.metric), each.seconds, calendar, each.pk))
    return Terms(
        policy=version.policy_id,
        version=version.number,
        rank=version.policy.rank,
        holds_from=version.holds_from,
        targets=dict(targets),
        service=version.policy.service_id,
        unit=version.policy.customer_id,
        pauses=frozenset(version.pauses),
        covers_running=version.covers_running,
        restarts=version.restarts,
        after_reopening=AfterReopening(version.after_reopening),
        warning_percent=version.warning_percent,
        is_operational=version.policy.agreement == Agreement.OPERATIONAL_LEVEL,
        team=version.policy.team.name if version.policy.team is not None else "",
    )


def agreement_of(clock: Clock) -> Agreement:
    """Return which kind of promise a clock is about."""
    is_operational = clock.terms.is_operational
    return Agreement.OPERATIONAL_LEVEL if is_operational else Agreement.SERVICE_LEVEL


def clocks_of_tickets(tickets: Sequence[Ticket], at: datetime) -> dict[int, list[Clock]]:
    """Return the clocks of each ticket by its key, as its history up to now gives them.

    The tickets' requesters and their units should be there already (`select_related`). A requester
    counts as now known, from the report on: to name another one is to set right what was wrong.
    """
    terms = terms_known(at)
    keys = [ticket.pk for ticket in tickets if _is_clocked(ticket)] if terms else []
    logs = effective_changes(keys) if keys else {}
    replies = _replies(keys) if keys else {}
    return {
        ticket.pk: (
            clocks_of(_history(ticket, logs[ticket.pk], replies.get(ticket.pk, ())), terms)
            if ticket.pk in logs
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
    written = TicketMessage.objects.by_desk().filter(ticket__in=keys)
    found: dict[int, list[datetime]] = defaultdict(list)
    for key, at in written.order_by("at").values_list("ticket_id", "at"):
        found[key].append(whole_second(at))
    return found
