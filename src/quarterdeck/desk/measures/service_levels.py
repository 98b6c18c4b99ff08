"""Whether what was promised to customers was kept, by our own clocks, and how long the first
response takes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import CharField, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.lookups import Exact

from quarterdeck.core.database import Among, Unindexed
from quarterdeck.core.measures import Better, Exclusion, Reading, Scope, Terms
from quarterdeck.core.memory import asked_once
from quarterdeck.core.readings import Basis, excluded, of_durations, of_shares
from quarterdeck.desk.measures.declaration import duration, last_instant, share
from quarterdeck.desk.models import ImportedMessage, ServiceLevelClock, Ticket, TicketMessage
from quarterdeck.desk.queries.cohorts import (
    AWAITED,
    awaited_in,
    scoped,
)
from quarterdeck.desk.queries.depths import NEEDS_HISTORY, told_by
from quarterdeck.desk.vocabulary import Agreement, ClockOutcome, ServiceLevelMetric
from quarterdeck.kernels.spans import Span
from quarterdeck.office.queries import calendar_named, calendar_parameters, working_calendar

_NO_REPLIES = "Unknown: its source tells no replies"
_SLA_RESOLUTION = (Agreement.SERVICE_LEVEL, ServiceLevelMetric.RESOLUTION)
_SLA_RESPONSE = (Agreement.SERVICE_LEVEL, ServiceLevelMetric.RESPONSE)
_ENDED = (ClockOutcome.MET.value, ClockOutcome.MISSED.value)


@share(
    "desk.sla_resolution_kept",
    title="Resolved within the promised time",
    version=2,
    better=Better.HIGHER,
)
def sla_resolution_kept(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the incidents and requests whose last fix fell in the period and for which a resolution
    was promised, the share fixed within that time.

    A promise that was overdue when the ticket got another priority, service or customer was not
    kept, whatever was promised after it.

    The time is counted by our own clocks, from the ticket's history, on the calendar and with the
    pauses of the terms that governed it at the fix; what a source says of itself is another
    measure. A ticket with several such clocks was kept if all of them were.

    Tickets for which nothing was promised are left out, and so are those whose course is not
    known. One that is still open is not counted, however long it is overdue: they are named apart.
    """
    basis = told_by(_basis(period, scope, terms, "last_fix_at"), NEEDS_HISTORY)
    agreement, metric = _SLA_RESOLUTION
    clocks = ServiceLevelClock.objects.live().filter(agreement=agreement, metric=metric)
    late = clocks.filter(due_at__lt=min(period.end, terms.as_of)).values("ticket")
    still_open = scoped(scope).standing().filter(AWAITED, ended_at__isnull=True)
    overdue = excluded("Still open and overdue", still_open.filter(pk__in=late))
    return _kept(basis, _SLA_RESOLUTION, overdue)


@share(
    "desk.sla_response_kept",
    title="Answered within the promised time",
    version=2,
    better=Better.HIGHER,
)
def sla_response_kept(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the incidents and requests reported in the period for which a first response was promised,
    the share answered within that time.

    A response is the first public reply of the desk, or a fix. One that is overdue and was not
    given yet counts as missed, and so does one that was overdue when the ticket got another
    priority, service or customer. One that is not due yet is left out, and so are cancelled
    tickets.

    Tickets that came from a source are unknown, since it tells no replies.
    """
    basis = _reported_here(period, scope, terms)
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
    basis = _reported(period, scope, terms)
    answers, waiting = _first_answers(basis.included, terms.as_of)
    left_out = Exclusion(
        "Not answered yet", basis.included.filter(Among("pk", waiting)), len(waiting)
    )
    calendar = calendar_named(terms.calendar)
    count = working_calendar(calendar).business_seconds
    basis = replace(
        basis,
        included=basis.included.filter(Among("pk", answers)),
        excluded=(*basis.excluded, left_out) if waiting else basis.excluded,
        parameters={
            **calendar_parameters(calendar, last_instant(period, terms)),
            "quantiles": "linear interpolation (type 7)",
        },
    )
    return of_durations(basis, {key: count(*span) for key, span in answers.items()})


@asked_once
def _reported_here(period: Span, scope: Scope, terms: Terms) -> Basis:
    """Return what was reported in the period, and not in another tool, which tells no replies."""
    reported = told_by(_basis(period, scope, terms, "opened_at"), NEEDS_HISTORY)
    return _of_replies(reported, Q(batch__isnull=True))


def _reported(period: Span, scope: Scope, terms: Terms) -> Basis:
    """Return what was reported in the period, and of which messages are told."""
    if not _has_told_messages():
        return _reported_here(period, scope, terms)
    reported = told_by(_basis(period, scope, terms, "opened_at"), NEEDS_HISTORY)
    told = Exists(ImportedMessage.objects.standing().filter(ticket=OuterRef("pk")))
    return _of_replies(reported, Q(batch__isnull=True) | Q(told))


@asked_once
def _has_told_messages() -> bool:
    """Whether any source tells messages at all; most do not."""
    return ImportedMessage.objects.exists()


def _basis(period: Span, scope: Scope, terms: Terms, column: str) -> Basis:
    parameters = {"time": "on the calendar of each target, by the terms that governed"}
    return replace(awaited_in(period, scope, terms, column), parameters=parameters)


def _of_replies(basis: Basis, known: Q) -> Basis:
    """Leave out the tickets of which nobody knows when they were answered."""
    told = excluded(_NO_REPLIES, basis.included.exclude(known), is_unknown=True)
    return replace(
        basis,
        included=basis.included.filter(known),
        excluded=(*basis.excluded, *told),
    )


def _of_promise(promised: tuple[Agreement, ServiceLevelMetric]) -> Q:
    """Return the condition on clocks of some tickets: by these, and not by what is promised for
    all of them, an index is to find the clocks."""
    agreement, metric = promised
    return Q(
        Exact(Unindexed("agreement", output_field=CharField()), agreement.value), metric=metric
    )


def _kept(
    basis: Basis,
    promised: tuple[Agreement, ServiceLevelMetric],
    beside: tuple[Exclusion, ...] = (),
    as_of: datetime | None = None,
) -> Reading:
    """Return the share of tickets all of whose clocks of an agreement and metric were kept."""
    counted = Q(outcome__in=_ENDED)
    if as_of is not None:
        counted |= Q(stopped_at__isnull=True, due_at__lt=as_of)
    rows = basis.included
    keys = set(rows.values_list("pk", flat=True))
    verdicts: dict[int, bool] = {}
    with_clocks = set[int]()
    if keys:
        # All clocks in one question: to ask of each ticket whether it has some takes three.
        clocks = ServiceLevelClock.objects.filter(_of_promise(promised), Among("ticket", keys))
        told = clocks.annotate(is_counted=counted)
        for key, is_counted, outcome in told.values_list("ticket_id", "is_counted", "outcome"):
            with_clocks.add(key)
            if is_counted:
                verdicts[key] = verdicts.get(key, True) and outcome == ClockOutcome.MET
    left_out = {
        "Nothing was promised for it": keys - with_clocks,
        "Not due yet, or cancelled": with_clocks - verdicts.keys(),
    }
    basis = replace(
        basis,
        included=rows.filter(Among("pk", verdicts)),
        excluded=(
            *basis.excluded,
            *(
                Exclusion(reason, rows.filter(Among("pk", sorted(some))), len(some))
                for reason, some in left_out.items()
                if some
            ),
            *beside,
        ),
    )
    return of_shares(basis, verdicts)


def _first_answers(
    tickets: "QuerySet[Ticket]", as_of: datetime
) -> tuple[dict[int, tuple[datetime, datetime]], list[int]]:
    """Return when each answered ticket was reported, and when it was first answered or fixed; and
    the others."""
    rows = list(tickets.values_list("pk", "opened_at", "first_fix_at"))
    first = _first_words([key for key, _, _ in rows], as_of) if rows else {}
    found, waiting = {}, []
    for key, opened, fixed in rows:
        moments = [each for each in (first.get(key), fixed) if each is not None and each <= as_of]
        if moments:
            found[key] = (opened, max(min(moments), opened))
        else:
            waiting.append(key)
    return found, waiting


def _first_words(tickets: Sequence[int], as_of: datetime) -> dict[int, datetime]:
    """Return when the desk first wrote to the requester of each of some tickets, here or there."""
    of_tickets = Q(Among("ticket", tickets), at__lte=as_of)
    first: dict[int, datetime] = {}
    if _has_told_messages():
        told = ImportedMessage.objects.standing().by_desk().filter(of_tickets)
        first |= told.order_by().values_list("ticket_id").annotate(Min("at"))
    replies = TicketMessage.objects.by_desk().filter(of_tickets)
    for key, at in replies.order_by().values_list("ticket_id").annotate(Min("at")):
        first[key] = min(at, first.get(key, at))
    return first
