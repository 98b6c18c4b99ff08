"""The service-level clocks of one ticket, and those that run out next, as pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from quarterdeck.core.models import Account
from quarterdeck.core.permission import NounClass, sight_of
from quarterdeck.core.records import Tone
from quarterdeck.desk.models import ServiceLevelClock, Ticket
from quarterdeck.desk.models.service_level_clock import ServiceLevelClockQuerySet
from quarterdeck.desk.queries.promises import hours_text
from quarterdeck.desk.vocabulary import (
    WORKING_ROLES,
    Agreement,
    ClockEnding,
    ClockOutcome,
    ServiceLevelMetric,
)
from quarterdeck.kernels.calendars import WorkingCalendar
from quarterdeck.office.queries import working_calendar

_TONES = {
    ClockOutcome.RUNNING: Tone.ACTIVE,
    ClockOutcome.PAUSED: Tone.WARNING,
    ClockOutcome.MET: Tone.GOOD,
    ClockOutcome.MISSED: Tone.BAD,
    ClockOutcome.CANCELLED: Tone.NEUTRAL,
}
_WORDS = {Agreement.SERVICE_LEVEL: "SLA", Agreement.OPERATIONAL_LEVEL: "OLA"}


@dataclass(frozen=True)
class ShownClock:
    """A clock at one moment.

    `remaining_seconds` is what is left of the target on its calendar, negative beyond it;
    `promised` and `rule` say what is agreed, and where.
    """

    clock: ServiceLevelClock
    remaining_seconds: int
    is_breached: bool
    is_warned: bool
    promised: str
    rule: str

    @property
    def over_seconds(self) -> int:
        """How far it is beyond its target, on its calendar."""
        return max(-self.remaining_seconds, 0)

    @property
    def agreement(self) -> str:
        """Which kind of promise it is, in a word."""
        return _WORDS[Agreement(self.clock.agreement)]

    @property
    def tone(self) -> Tone:
        """How it looks: as it ended, or how near its end is."""
        if self.clock.stopped_at is None and self.is_breached:
            return Tone.BAD
        if self.clock.outcome == ClockOutcome.RUNNING and self.is_warned:
            return Tone.WARNING
        return _TONES[ClockOutcome(self.clock.outcome)]

    @property
    def word(self) -> str:
        """How it stands, in a word."""
        if self.clock.stopped_at is None and self.is_breached:
            return "Overdue"
        if self.clock.outcome == ClockOutcome.RUNNING and self.is_warned:
            return "Due soon"
        return str(self.clock.get_outcome_display())


@dataclass(frozen=True)
class TicketClocks:
    """A ticket's clocks: the last of each agreement and metric, and those before."""

    present: tuple[ShownClock, ...]
    past: tuple[ShownClock, ...]


def shown_on_ticket(ticket: Ticket, at: datetime, *, sees_teams: bool) -> TicketClocks:
    """Return a ticket's clocks by metric; a later one takes the place of an earlier one.

    What teams promise beneath the service level is for those who work there alone.
    """
    rows = ServiceLevelClock.objects.filter(ticket=ticket).order_by("number", "pk")
    rows = rows if sees_teams else rows.promised_to_customers()
    clocks = [shown(clock, at) for clock in _with_what_is_shown(rows)]
    last = {(each.clock.agreement, each.clock.metric): each for each in clocks}
    order = [(kind.value, each.value) for kind in Agreement for each in ServiceLevelMetric]
    # What was promised by a team that no longer has the ticket is past.
    standing = [
        each
        for each in last.values()
        if not each.clock.is_operational or each.clock.ending != ClockEnding.HANDED_ON
    ]
    present = sorted(
        standing, key=lambda each: order.index((each.clock.agreement, each.clock.metric))
    )
    past = [each for each in clocks if each not in present]
    return TicketClocks(tuple(present), tuple(past))


def shown(clock: ServiceLevelClock, at: datetime) -> ShownClock:
    """Return a clock as it stands at a moment."""
    target = clock.target
    calendar = working_calendar(target.calendar)
    ran = _since(calendar, clock.running_since, at) if clock.stopped_at is None else 0
    return ShownClock(
        clock=clock,
        remaining_seconds=target.seconds - clock.counted_seconds - ran,
        is_breached=clock.is_breached(at),
        is_warned=clock.warning_at is not None and clock.warning_at < at,
        promised=hours_text(target.seconds),
        rule=f"{target.terms}, priority {target.priority or 'unknown'}",
    )


def _since(calendar: WorkingCalendar, start: datetime | None, at: datetime) -> int:
    return 0 if start is None or at <= start else calendar.business_seconds(start, at)


def due_next(user: Account, scope: str) -> ServiceLevelClockQuerySet:
    """Return the clocks that run out next: those of one's own tickets, or within one's reach.

    What no team has is within the reach of everybody at the desk.
    """
    live = ServiceLevelClock.objects.live().standing()
    if scope == "mine":
        return live.none() if user.person_id is None else live.filter(assignee=user.person_id)
    sight = sight_of(user, NounClass.ORDINARY, WORKING_ROLES)
    return live if sight.everything else live.filter(Q(team__in=sight.team_keys) | Q(team=None))


def rows_due(clocks: Iterable[ServiceLevelClock], at: datetime) -> Sequence[ShownClock]:
    """Return clocks as a page lists them."""
    return [shown(clock, at) for clock in clocks]


def _with_what_is_shown(rows: ServiceLevelClockQuerySet) -> ServiceLevelClockQuerySet:
    return rows.select_related("target__terms__policy", "target__calendar", "promised_by")


def with_tickets(rows: ServiceLevelClockQuerySet) -> ServiceLevelClockQuerySet:
    """Bring along what a list of clocks shows of their tickets."""
    return _with_what_is_shown(rows).select_related("ticket__team", "ticket__service")
