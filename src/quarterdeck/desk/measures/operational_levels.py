"""Whether teams kept what they promised of their own part, by the spells in which they had it."""

from django.db.models import Q

from quarterdeck.core.measures import Better, Exclusion, Reading, Scope, Terms
from quarterdeck.core.models import Team, Unit
from quarterdeck.core.readings import Basis, excluded, of_shares
from quarterdeck.core.scopes import unit_named
from quarterdeck.desk.measures.declaration import share
from quarterdeck.desk.models import ServiceLevelClock
from quarterdeck.desk.models.service_level_clock import ServiceLevelClockQuerySet
from quarterdeck.desk.queries.cohorts import (
    AWAITED,
    MERGED,
    coverage_of,
    freshest_at,
    scoped,
    within,
)
from quarterdeck.desk.queries.depths import NEEDS_HISTORY, NO_HISTORY
from quarterdeck.desk.vocabulary import (
    Agreement,
    ClockEnding,
    ClockOutcome,
    ServiceLevelMetric,
)
from quarterdeck.kernels.spans import Span

_UNTOLD = "Unknown: counted before it was kept whose spell it was; have clocks counted anew"
_IS_MERGED = Q(ticket__merged_into__isnull=False)
_JUDGED = Q(outcome__in=(ClockOutcome.MET, ClockOutcome.MISSED))
_OF_TEAMS = frozenset({"team", "unit"})
_EVERY = ServiceLevelClock.objects.filter(
    agreement=Agreement.OPERATIONAL_LEVEL, metric=ServiceLevelMetric.RESOLUTION
)
_HANDED_ON = Q(ending=ClockEnding.HANDED_ON)


@share(
    "desk.ola_resolution_kept",
    title="Each team did its part within its own promised time",
    better=Better.HIGHER,
    version=3,
)
def ola_resolution_kept(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the spells that ended in the period, in which a team had an incident or request and had
    promised its part in an operational-level agreement (OLA), the share in which it kept its time.

    A spell begins when the team gets the ticket. It is kept by a fix in its time, and missed by a
    fix after it or by handing the ticket on when it was overdue. Handed on in time it is neither.
    A team that gets a ticket back by way of another has another spell, with a time of its own; one
    that goes on after a reopening counts where it ends at last.

    Of a team or unit it counts the spells of its own, wherever their tickets are now. What was
    promised to the customer (SLA) is another measure: keeping one says nothing of the other.

    Spells that are overdue and have not ended are not counted: they are named apart. Of a ticket
    that came without its history nobody knows which team had it for how long.
    """
    ended = within(period, terms, "stopped_at")
    counted = _spells(scope).standing().filter(ended, _JUDGED).exclude(_IS_MERGED)
    basis = Basis(
        as_of=terms.as_of,
        coverage=coverage_of(period, scope, terms.as_of),
        included=counted,
        excluded=_left_out(period, scope, terms),
        freshest_at=freshest_at(scope),
        parameters={"time": "on the calendar of each target, by the terms that governed"},
    )
    outcomes = counted.values_list("pk", "outcome")
    return of_shares(basis, {key: outcome == ClockOutcome.MET for key, outcome in outcomes})


def _left_out(period: Span, scope: Scope, terms: Terms) -> tuple[Exclusion, ...]:
    standing = _spells(scope).standing()
    ended = within(period, terms, "stopped_at")
    others = standing.filter(ended).exclude(_JUDGED)
    until = min(period.end, terms.as_of)
    fixed = within(period, terms, "last_fix_at")
    shallow = scoped(scope).standing().filter(fixed, AWAITED, history_depth__in=NEEDS_HISTORY)
    untold = _untold(scope).standing().filter(ended, _JUDGED)
    return (
        *excluded("Handed on in time", others.filter(_HANDED_ON)),
        *excluded("Ended otherwise than by a fix", others.exclude(_HANDED_ON)),
        *excluded(MERGED, standing.filter(ended, _JUDGED, _IS_MERGED)),
        *excluded("Not ended yet, and overdue", standing.live().filter(due_at__lt=until)),
        *excluded(_UNTOLD, untold, is_unknown=True),
        *excluded(NO_HISTORY, shallow, is_unknown=True),
    )


def _spells(scope: Scope) -> ServiceLevelClockQuerySet:
    """Return the spells of a scope: of a team or unit its own, wherever their tickets are."""
    if scope.kind not in _OF_TEAMS:
        return _EVERY.filter(ticket__in=scoped(scope)) if scope.name else _EVERY.all()
    own = Q(name=scope.name)
    if scope.kind == "unit":
        own = Q(unit__in=Unit.objects.below(unit_named(scope.name)))
    return _EVERY.filter(promised_by__in=Team.objects.filter(own))


def _untold(scope: Scope) -> ServiceLevelClockQuerySet:
    """Return the spells of which nobody knows whether they are of a team."""
    is_untold = _EVERY.filter(promised_by__isnull=True)
    return is_untold if scope.kind in _OF_TEAMS else _EVERY.none()
