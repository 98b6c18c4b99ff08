"""Whether what was promised to customers was kept, by our own clocks, and how long the first
response takes."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from quarterdeck.core.measures import Better, Reading, Scope, Terms
from quarterdeck.core.readings import Basis, excluded, of_durations, of_shares
from quarterdeck.desk.measures.declaration import duration, share, within
from quarterdeck.desk.models import ImportedMessage, ServiceLevelClock, Ticket, TicketMessage
from quarterdeck.desk.models.service_level_clock import ServiceLevelClockQuerySet
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.queries.cohorts import (
    AWAITED,
    IS_MERGED,
    MERGED,
    NEEDS_HISTORY,
    coverage_of,
    freshest_at,
    scoped,
    told_by,
    withdrawn,
)
from quarterdeck.desk.vocabulary import Agreement, ClockOutcome, ServiceLevelMetric
from quarterdeck.kernels.spans import Span
from quarterdeck.office.queries import calendar_named, working_calendar

_NO_REPLIES = "Unknown: its source tells no replies"
_SLA_RESOLUTION = (Agreement.SERVICE_LEVEL, ServiceLevelMetric.RESOLUTION)
_SLA_RESPONSE = (Agreement.SERVICE_LEVEL, ServiceLevelMetric.RESPONSE)
_ENDED = (ClockOutcome.MET.value, ClockOutcome.MISSED.value)


@share(
    "desk.sla_resolution_kept",
    title="Resolved within the promised time",
    better=Better.HIGHER,
)
def sla_resolution_kept(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the incidents and requests whose last fix fell in the period and for which a resolution
    was promised, the share fixed within that time.

    The time is counted by our own clocks, from the ticket's history, on the calendar and with the
    pauses of the terms that governed it at the fix; what a source says of itself is another
    measure. A ticket with several such clocks was kept if all of them were.

    Tickets for which nothing was promised are left out, and so are those whose course is not
    known. One that is still open is not counted, however long it is overdue: they are named apart.
    """
    fixed = within(period, terms, "last_fix_at")
    rows = scoped(scope).filter(fixed)
    basis = told_by(_basis(rows, period, scope, terms), NEEDS_HISTORY)
    overdue = scoped(scope).standing().filter(AWAITED, ended_at__isnull=True)
    until = min(period.end, terms.as_of)
    late = Exists(_clocks(_SLA_RESOLUTION).live().filter(due_at__lt=until))
    return _kept(basis, _SLA_RESOLUTION, ("Still open and overdue", overdue, late))


@share(
    "desk.sla_response_kept",
    title="Answered within the promised time",
    better=Better.HIGHER,
)
def sla_response_kept(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the incidents and requests reported in the period for which a first response was promised,
    the share answered within that time.

    A response is the first public reply of the desk, or a fix. One that is overdue and was not
    given yet counts as missed; one that is not due yet is left out, and so are cancelled tickets.

    Tickets that came from a source are unknown, since it tells no replies.
    """
    rows = scoped(scope).filter(within(period, terms, "opened_at"))
    by_hand = Q(batch__isnull=True)
    basis = _of_replies(told_by(_basis(rows, period, scope, terms), NEEDS_HISTORY), by_hand)
    return _kept(basis, _SLA_RESPONSE, as_of=terms.as_of)


@duration(
    "desk.first_response_time",
    title="Time to the first response",
    takes_calendar=True,
)
def first_response_time(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Business time from the report to the first public reply of the desk or the first fix,
    whichever came first, for incidents and requests reported in the period. The value is the
    median.

    Those that were not answered yet are left out, which flatters while there are many: they are
    named. Of tickets that came from a source, those count of which it told messages too: a reply is
    then a public word of somebody other than the requester. The others are unknown.
    """
    rows = scoped(scope).filter(within(period, terms, "opened_at"))
    told = Exists(ImportedMessage.objects.standing().filter(ticket=OuterRef("pk")))
    known = Q(batch__isnull=True) | Q(told)
    basis = _of_replies(told_by(_basis(rows, period, scope, terms), NEEDS_HISTORY), known)
    answers = _first_answers(basis.included, terms.as_of)
    waiting = basis.included.exclude(pk__in=list(answers))
    calendar = calendar_named(terms.calendar)
    count = working_calendar(calendar).business_seconds
    basis = replace(
        basis,
        included=basis.included.filter(pk__in=list(answers)),
        excluded=(*basis.excluded, *excluded("Not answered yet", waiting)),
        parameters={
            "time": f"business time, {calendar.name} ({calendar.zone})",
            "calendar": calendar.key,
            "quantiles": "linear interpolation (type 7)",
        },
    )
    return of_durations(basis, {key: count(*span) for key, span in answers.items()})


def _basis(rows: TicketQuerySet, period: Span, scope: Scope, terms: Terms) -> Basis:
    standing = rows.standing()
    return Basis(
        as_of=terms.as_of,
        coverage=coverage_of(period, scope, terms.as_of),
        included=standing.filter(AWAITED).exclude(IS_MERGED),
        excluded=(
            *excluded(MERGED, standing.filter(AWAITED, IS_MERGED)),
            *excluded("A problem, which nobody waits for", standing.exclude(AWAITED)),
            *withdrawn(rows),
        ),
        freshest_at=freshest_at(scope),
        parameters={"time": "on the calendar of each target, by the terms that governed"},
    )


def _of_replies(basis: Basis, known: Q) -> Basis:
    """Leave out the tickets of which nobody knows when they were answered."""
    told = excluded(_NO_REPLIES, basis.included.exclude(known), is_unknown=True)
    return replace(
        basis,
        included=basis.included.filter(known),
        excluded=(*basis.excluded, *told),
    )


def _clocks(promised: tuple[Agreement, ServiceLevelMetric]) -> ServiceLevelClockQuerySet:
    agreement, metric = promised
    return ServiceLevelClock.objects.filter(
        ticket=OuterRef("pk"), agreement=agreement, metric=metric
    )


def _kept(
    basis: Basis,
    promised: tuple[Agreement, ServiceLevelMetric],
    beside: tuple[str, TicketQuerySet, Exists] | None = None,
    as_of: datetime | None = None,
) -> Reading:
    """Return the share of tickets all of whose clocks of an agreement and metric were kept."""
    counted = Q(outcome__in=_ENDED)
    if as_of is not None:
        counted |= Q(stopped_at__isnull=True, due_at__lt=as_of)
    of_metric = _clocks(promised)
    is_promised, is_counted = Exists(of_metric), Exists(of_metric.filter(counted))
    rows = basis.included
    left_out = [
        *excluded("Nothing was promised for it", rows.exclude(is_promised)),
        *excluded("Not due yet, or cancelled", rows.filter(is_promised).exclude(is_counted)),
    ]
    if beside is not None:
        reason, others, condition = beside
        left_out += excluded(reason, others.filter(condition))
    basis = replace(basis, included=rows.filter(is_counted), excluded=(*basis.excluded, *left_out))
    missed = of_metric.filter(counted).exclude(outcome=ClockOutcome.MET)
    verdicts = basis.included.annotate(is_missed=Exists(missed)).values_list("pk", "is_missed")
    return of_shares(basis, {key: not is_missed for key, is_missed in verdicts})


def _first_answers(
    tickets: "QuerySet[Ticket]", as_of: datetime
) -> dict[int, tuple[datetime, datetime]]:
    """Return when each answered ticket was reported, and when it was first answered or fixed."""
    replies = TicketMessage.objects.by_desk().filter(ticket__in=tickets.values("pk"), at__lte=as_of)
    told = (
        ImportedMessage.objects.standing()
        .by_desk()
        .filter(ticket__in=tickets.values("pk"), at__lte=as_of)
    )
    first = dict(told.order_by().values_list("ticket_id").annotate(Min("at")))
    for key, at in replies.order_by().values_list("ticket_id").annotate(Min("at")):
        first[key] = min(at, first.get(key, at))
    found = {}
    for key, opened, fixed in tickets.values_list("pk", "opened_at", "first_fix_at"):
        moments = [each for each in (first.get(key), fixed) if each is not None and each <= as_of]
        if moments:
            found[key] = (opened, max(min(moments), opened))
    return found
