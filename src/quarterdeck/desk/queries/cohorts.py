"""Which tickets a measure of a period is computed from, and which it leaves out, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, TypeVar

from django.db.models import (
    Count,
    Exists,
    F,
    Max,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from quarterdeck.core.database import Among
from quarterdeck.core.errors import Refused, Unsettled
from quarterdeck.core.measures import ORGANISATION, Exclusion, Scope, Terms
from quarterdeck.core.memory import asked_once
from quarterdeck.core.models import Team, Unit
from quarterdeck.core.profiles import all_profiles
from quarterdeck.core.readings import Basis, excluded
from quarterdeck.core.scopes import teams_below, unit_named
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.queries.depths import CountedBasis, counts_of
from quarterdeck.desk.queries.facts import NOUN, effective_changes
from quarterdeck.desk.queries.routine import (
    not_routine,
    of_kinds,
    parameters_of,
    routine_at,
    routine_tickets,
)
from quarterdeck.desk.vocabulary import ENDED_STATES, TicketKind, TicketState
from quarterdeck.kernels.spans import Span, coverage
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.models.imports import CATCHING_UP
from quarterdeck.office.vocabulary import BatchState
from quarterdeck.services.models import Service

# Two reports of one thing are one: the ticket that the other was merged into counts for both.
MERGED = "Merged: the ticket that it was merged into counts"
IS_MERGED = Q(merged_into__isnull=False)

# What people wait for; a problem is the desk's own work.
AWAITED = of_kinds((TicketKind.INCIDENT, TicketKind.REQUEST))
_KEYS_AT_ONCE = 5_000

M = TypeVar("M", bound=Model)


def scoped(scope: Scope) -> TicketQuerySet:
    """Return the tickets of a scope, whether they stand or not; Refused for an unknown name."""
    tickets = Ticket.objects.all()
    if scope.kind == "source":
        return tickets.filter(source=scope.name)
    if scope.kind == "team":
        return tickets.filter(team=_team(scope))
    if scope.kind == "service":
        return tickets.filter(service=_service(scope))
    if scope.kind == "unit":
        return tickets.filter(team__unit__in=Unit.objects.below(unit_named(scope.name)))
    return tickets


def is_about(tickets: TicketQuerySet) -> Exists:
    """Ask of a row about a ticket whether it is one of these.

    The ticket is looked up by its key: a scope may have a million tickets, and few such rows.
    """
    return Exists(tickets.filter(pk=OuterRef("ticket")))


@asked_once
def _team(scope: Scope) -> Team:
    return _named(Team.objects.filter(name=scope.name), scope)


@asked_once
def _service(scope: Scope) -> Service:
    return _named(Service.objects.filter(name=scope.name), scope)


def _named(rows: QuerySet[M], scope: Scope) -> M:
    found = rows.first()
    if found is None:
        raise Refused(f"There is no {scope.kind} “{scope.name}”.")
    return found


@dataclass(frozen=True)
class _Recorded:
    """What the batches of a scope say that they recorded, and how far work by hand reaches."""

    covered: tuple[Span, ...]
    withdrawn: tuple[ImportBatch, ...]
    first_by_hand: datetime | None
    last_by_hand: datetime | None


@asked_once
def _recorded(scope: Scope) -> _Recorded:
    """Read it; of the scopes, a source alone has batches and work by hand of its own."""
    profiles = [profile.key for profile in all_profiles() if profile.noun == NOUN]
    batches = ImportBatch.objects.filter(applied_at__isnull=False).order_by("pk")
    by_hand = Ticket.objects.filter(batch__isnull=True)
    if scope.kind == "source":
        by_hand = by_hand.filter(source=scope.name)
    # Asked beside the batches, each from the end of an index: no row of the tickets is read.
    reach = {
        "first_by_hand": Subquery(by_hand.order_by("opened_at").values("opened_at")[:1]),
        "last_by_hand": Subquery(by_hand.order_by("-changed_at").values("changed_at")[:1]),
    }
    states = (BatchState.APPLIED, BatchState.WITHDRAWN, *CATCHING_UP)
    found: list[Any] = list(batches.filter(state__in=states).annotate(**reach))
    if catching_up := [each for each in found if each.state in CATCHING_UP]:
        raise Unsettled(
            f"{catching_up[0]} is being brought in or taken back. Ask again in a moment."
        )
    if found:
        first, last = found[0].first_by_hand, found[0].last_by_hand
    else:
        first, last = by_hand.aggregate(first=Min("opened_at"), last=Max("changed_at")).values()
    return _Recorded(
        covered=tuple(
            Span(batch.covers_from, batch.covers_until)
            for batch in found
            if batch.state == BatchState.APPLIED
            and batch.profile in profiles
            and (scope.kind != "source" or batch.source == scope.name)
            and batch.covers_from is not None
            and batch.covers_until is not None
        ),
        withdrawn=tuple(batch for batch in found if batch.state == BatchState.WITHDRAWN),
        first_by_hand=first,
        last_by_hand=last,
    )


def recorded_spans(scope: Scope, as_of: datetime) -> list[Span]:
    """Return the spans for which a source declares that it was recording tickets.

    An applied batch covers the span of its log; work by hand is recorded from its first ticket on.
    """
    recorded = _recorded(_source_of(scope))
    first = recorded.first_by_hand
    spans = list(recorded.covered)
    return spans if first is None or first >= as_of else [*spans, Span(first, as_of)]


def _source_of(scope: Scope) -> Scope:
    """Return the scope if it is a source, else the organisation: teams, units and services are
    recorded wherever anything is."""
    return scope if scope.kind == "source" else ORGANISATION


def coverage_of(period: Span, scope: Scope, as_of: datetime) -> Fraction:
    """Return the share of the period, up to `as_of`, that some source declares to have recorded."""
    elapsed = period.clip(Span(min(period.start, as_of), as_of))
    return Fraction(0) if elapsed is None else coverage(recorded_spans(scope, as_of), elapsed)


def freshest_at(scope: Scope) -> datetime | None:
    """Return the latest moment up to which a source of tickets has told us anything."""
    recorded = _recorded(_source_of(scope))
    ends = [span.end for span in recorded.covered]
    return max([*ends, *filter(None, [recorded.last_by_hand])], default=None)


def within(period: Span, terms: Terms, column: str) -> Q:
    """Return that what a column dates fell in a period, as far as it was over by then."""
    names = {"gte": period.start, "lt": period.end, "lte": terms.as_of}
    return Q(**{f"{column}__{way}": instant for way, instant in names.items()})


@asked_once
def dated_in(period: Span, scope: Scope, terms: Terms, column: str) -> TicketQuerySet:
    """Return the tickets of a scope, whether they stand or not, whose `column` fell in the period.

    Where there are none, no further question about them reaches the database: in most months most
    parts of an organisation have none of most rows.
    """
    found = scoped(scope).filter(within(period, terms, column))
    return found if found.exists() else found.none()


@asked_once
def fixed_in(period: Span, scope: Scope, terms: Terms, column: str) -> Basis:
    """Return the routine tickets whose fix named by `column` fell in the period, and the others."""
    fixed = dated_in(period, scope, terms, column)
    standing = fixed.standing()
    routine = routine_at(period.start)
    negative = Q(**{f"{column}__lt": F("opened_at")})
    is_routine = routine_tickets(routine)
    parts = {
        **not_routine(routine),
        "The fix is dated before the report": is_routine & negative & ~IS_MERGED,
        MERGED: is_routine & IS_MERGED,
    }
    counts = counts_of(standing, parts, is_routine & ~negative & ~IS_MERGED)
    return CountedBasis(
        depths=counts.depths,
        as_of=terms.as_of,
        coverage=coverage_of(period, scope, terms.as_of),
        included=_only(standing, is_routine & ~negative & ~IS_MERGED),
        excluded=(*counts.left_out, *withdrawn(fixed)),
        freshest_at=freshest_at(scope),
        parameters=parameters_of(routine),
    )


@asked_once
def awaited_in(period: Span, scope: Scope, terms: Terms, column: str) -> Basis:
    """Return what people waited for and whose `column` fell in the period, and the others."""
    rows = dated_in(period, scope, terms, column)
    standing = rows.standing()
    parts = {MERGED: AWAITED & IS_MERGED, "A problem, which nobody waits for": ~AWAITED}
    counts = counts_of(standing, parts, AWAITED & ~IS_MERGED)
    return CountedBasis(
        depths=counts.depths,
        as_of=terms.as_of,
        coverage=coverage_of(period, scope, terms.as_of),
        included=_only(standing, AWAITED & ~IS_MERGED),
        excluded=(*counts.left_out, *withdrawn(rows)),
        freshest_at=freshest_at(scope),
    )


def _only(rows: TicketQuerySet, counted: Q) -> TicketQuerySet:
    return rows if rows.query.is_empty() else rows.filter(counted)


def withdrawn(rows: TicketQuerySet) -> tuple[Exclusion, ...]:
    """Return one exclusion for each batch that was withdrawn and would have had rows here."""
    batches = _recorded(ORGANISATION).withdrawn
    if not batches or rows.query.is_empty():
        return ()
    found = rows.filter(batch__in=[batch.pk for batch in batches]).order_by()
    counts = dict(found.values_list("batch").annotate(Count("pk")))
    return tuple(
        Exclusion(f"Withdrawn with {batch}", rows.filter(batch=batch), counts[batch.pk])
        for batch in batches
        if batch.pk in counts
    )


def unfixed_again(period: Span, scope: Scope, terms: Terms) -> tuple[Exclusion, ...]:
    """Return the routine tickets first fixed in the period, reopened, and without a lasting fix."""
    # These are few: found first, by key, no index of a scope is walked for them.
    few = _unfixed_again(period)
    if not few:
        return ()
    first_fixed = _only(
        dated_in(period, scope, terms, "first_fix_at").standing(),
        routine_tickets(routine_at(period.start)),
    )
    is_here = Exists(first_fixed.order_by().filter(pk=OuterRef("pk")))
    return excluded(
        "Fixed in the period, reopened, and not fixed since",
        Ticket.objects.filter(Among("pk", few), is_here),
    )


@asked_once
def _unfixed_again(period: Span) -> tuple[int, ...]:
    """Return the tickets of all scopes first fixed in a period, and without a lasting fix."""
    fixed = Q(first_fix_at__gte=period.start, first_fix_at__lt=period.end)
    without = Q(last_fix_at__isnull=True, merged_into__isnull=True)
    return tuple(Ticket.objects.filter(fixed, without).order_by().values_list("pk", flat=True))


def open_at(instant: datetime, scope: Scope) -> TicketQuerySet:
    """Return the incidents and requests that were open at an instant, by their history.

    One that has changed team or service since counts where it was then.
    """
    alive = _within(_alive_at(instant), instant, scope)
    reopenings = dict(alive.values_list("pk", "reopen_count"))
    if not reopenings:
        return alive.none()
    doubtful = sorted(_doubtful(reopenings))
    ended = [
        key
        for key, log in effective_changes(doubtful).items()
        if (known := [c for _, c in log if c.occurred < instant.timestamp()])
        and known[-1].state in ENDED_STATES
    ]
    return alive.exclude(pk__in=ended)


def merged_by(instant: datetime, rows: TicketQuerySet) -> tuple[Exclusion, ...]:
    """Return those of some rows that had been merged by an instant into tickets open then.

    Until they were merged they were open themselves, and counted: nobody knew them to be the same.
    """
    # These are few: found first, by key, no index of a scope or a span of time is walked for them.
    few = _merged_into_open(instant)
    if not few:
        return ()
    is_here = Exists(rows.order_by().filter(pk=OuterRef("pk")))
    return excluded(MERGED, Ticket.objects.filter(Among("pk", few), is_here))


@asked_once
def _merged_into_open(instant: datetime) -> tuple[int, ...]:
    """Return the tickets of all scopes that had been merged into tickets open at an instant."""
    # Merged tickets have an index of their own, which finds them before their dates are looked at.
    every = Ticket.objects.filter(IS_MERGED).order_by().values("pk")
    merged = Ticket.objects.standing().filter(AWAITED, pk__in=every, opened_at__lt=instant)
    ended, counting = Q(ended_at__lt=instant), Q(merged_into__opened_at__lt=instant)
    lives = Q(merged_into__ended_at__isnull=True) | Q(merged_into__ended_at__gte=instant)
    return tuple(merged.filter(ended, counting, lives).values_list("pk", flat=True))


def _alive_at(instant: datetime) -> TicketQuerySet:
    return Ticket.objects.standing().alive_at(instant).filter(AWAITED)


def _within(alive: TicketQuerySet, instant: datetime, scope: Scope) -> TicketQuerySet:
    """Keep the tickets of a scope as it was at an instant; a source never changes."""
    if scope.kind == "source":
        return alive.filter(source=scope.name)
    if scope == ORGANISATION:
        return alive
    column = "service" if scope.kind == "service" else "team"
    within = _within_scope(scope, instant)
    elsewhere = _elsewhere(instant, column)
    came = [key for key, then in elsewhere.items() if then in within]
    went = [key for key, then in elsewhere.items() if then not in within]
    stayed = Q(**{f"{column}__in": within}) & ~Q(pk__in=went)
    return alive.filter(stayed | Q(pk__in=came))


@asked_once
def _within_scope(scope: Scope, instant: datetime) -> frozenset[int]:
    """Return the keys of the service, or of the teams, that a scope was about at an instant."""
    if scope.kind == "unit":
        return teams_below(unit_named(scope.name), instant)
    named = _team(scope) if scope.kind == "team" else _service(scope)
    return frozenset({named.pk})


@asked_once
def _elsewhere(instant: datetime, column: str) -> Mapping[int, int | None]:
    """Return for the tickets alive at an instant that have another team or service today which one
    they had then, by its key."""
    moved = _moved(list(_alive_at(instant).values_list("pk", flat=True)), column)
    teams = dict(Team.objects.values_list("name", "pk"))
    found = {}
    for key, log in effective_changes(sorted(moved)).items():
        known = [change for _, change in log if change.occurred < instant.timestamp()]
        then = known[-1] if known else log[0][1]
        place = then.service_id if column == "service" else teams.get(then.team)
        if place != moved[key]:
            found[key] = place
    return found


def _moved(keys: Sequence[int], column: str) -> dict[int, int | None]:
    """Return which tickets have a line of another team or service than today's, with today's."""
    found: dict[int, int | None] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        changes = StateChange.objects.filter(ticket__in=keys[start : start + _KEYS_AT_ONCE])
        compared = changes.annotate(
            then=Coalesce(f"{column}_id", 0), now=Coalesce(f"ticket__{column}_id", 0)
        ).exclude(then=F("now"))
        found |= dict(compared.values_list("ticket_id", f"ticket__{column}_id"))
    return found


def _doubtful(reopenings: Mapping[int, int]) -> set[int]:
    """Return which tickets may have ended before; given is how often each was reopened."""
    keys = list(reopenings)
    doubtful = {key for key in keys if reopenings[key]}
    # Asked for by key: PostgreSQL would read every change there is for a condition on the tickets.
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        changes = StateChange.objects.filter(ticket__in=keys[start : start + _KEYS_AT_ONCE])
        cancelled = changes.filter(state=TicketState.CANCELLED)
        doubtful.update(cancelled.values_list("ticket_id", flat=True))
    return doubtful
