"""Whether teams kept what they promised of their own part, by the spells in which they had it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from quarterdeck.core.database import Among
from quarterdeck.core.measures import Better, Exclusion, Reading, Scope, Terms
from quarterdeck.core.memory import asked_once
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
    dated_in,
    freshest_at,
    is_about,
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
_JUDGED = frozenset({ClockOutcome.MET.value, ClockOutcome.MISSED.value})
_OF_TEAMS = frozenset({"team", "unit"})
_EVERY = ServiceLevelClock.objects.filter(
    agreement=Agreement.OPERATIONAL_LEVEL, metric=ServiceLevelMetric.RESOLUTION
)


@share(
    "desk.ola_resolution_kept",
    title="Each team did its part within its own promised time",
    better=Better.HIGHER,
    version=4,
)
def ola_resolution_kept(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the spells that ended in the period, in which a team had an incident or request and had
    promised its part in an operational-level agreement (OLA), the share in which it kept its time.

    A spell begins when the team gets the ticket. It is kept by a fix in its time, and missed by a
    fix after it, or by handing the ticket on or giving it another priority, service or customer
    when it was overdue. Handed on in time it is neither.
    A team that gets a ticket back by way of another has another spell, with a time of its own; one
    that goes on after a reopening counts where it ends at last.

    Of a team or unit it counts the spells of its own, wherever their tickets are now. What was
    promised to the customer (SLA) is another measure: keeping one says nothing of the other.

    Spells that are overdue and have not ended are not counted: they are named apart. Of a ticket
    that came without its history nobody knows which team had it for how long.
    """
    spells = _spells(scope).standing()
    ended = _ended(spells.filter(within(period, terms, "stopped_at")))
    basis = Basis(
        as_of=terms.as_of,
        coverage=coverage_of(period, scope, terms.as_of),
        included=_chosen(spells, ended.counted),
        excluded=(
            *ended.left_out(spells),
            *_overdue(spells, min(period.end, terms.as_of)),
            *_unknown(period, scope, terms),
        ),
        freshest_at=freshest_at(scope),
        parameters={"time": "on the calendar of each target, by the terms that governed"},
    )
    return of_shares(basis, ended.counted)


@dataclass
class _Ended:
    """The spells that ended, by their keys: whether each that counts was kept, and the others."""

    counted: dict[int, bool] = field(default_factory=dict)
    handed_on: list[int] = field(default_factory=list)
    otherwise: list[int] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)

    def left_out(self, spells: ServiceLevelClockQuerySet) -> tuple[Exclusion, ...]:
        """Return why others than those that count were left out."""
        reasons = {
            "Handed on in time": self.handed_on,
            "Ended otherwise than by a fix": self.otherwise,
            MERGED: self.merged,
        }
        return tuple(
            Exclusion(reason, _chosen(spells, keys), len(keys))
            for reason, keys in reasons.items()
            if keys
        )


def _ended(spells: ServiceLevelClockQuerySet) -> _Ended:
    # All in one question, since each part of the organisation has few of each.
    found = _Ended()
    told = spells.values_list("pk", "outcome", "ending", "ticket__merged_into_id")
    for key, outcome, ending, merged in told:
        if outcome not in _JUDGED:
            (found.handed_on if ending == ClockEnding.HANDED_ON else found.otherwise).append(key)
        elif merged is not None:
            found.merged.append(key)
        else:
            found.counted[key] = outcome == ClockOutcome.MET
    return found


def _chosen(spells: ServiceLevelClockQuerySet, keys: Iterable[int]) -> ServiceLevelClockQuerySet:
    return spells.filter(Among("pk", keys))


def _overdue(spells: ServiceLevelClockQuerySet, until: datetime) -> tuple[Exclusion, ...]:
    return excluded("Not ended yet, and overdue", spells.live().filter(due_at__lt=until))


def _unknown(period: Span, scope: Scope, terms: Terms) -> tuple[Exclusion, ...]:
    """Return of what nobody knows whose spell it was."""
    fixed = dated_in(period, scope, terms, "last_fix_at").standing()
    shallow = fixed.filter(AWAITED, history_depth__in=NEEDS_HISTORY)
    untold = _untold(period, terms) if scope.kind in _OF_TEAMS else ()
    return (*untold, *excluded(NO_HISTORY, shallow, is_unknown=True))


def _spells(scope: Scope) -> ServiceLevelClockQuerySet:
    """Return the spells of a scope: of a team or unit its own, wherever their tickets are."""
    if scope.kind not in _OF_TEAMS:
        return _EVERY.filter(is_about(scoped(scope))) if scope.name else _EVERY.all()
    own = Q(name=scope.name)
    if scope.kind == "unit":
        own = Q(unit__in=Unit.objects.below(unit_named(scope.name)))
    return _EVERY.filter(promised_by__in=Team.objects.filter(own))


@asked_once
def _untold(period: Span, terms: Terms) -> tuple[Exclusion, ...]:
    """Return the spells of which nobody knows whether they are of a team."""
    ended = within(period, terms, "stopped_at")
    untold = _EVERY.standing().filter(ended, promised_by__isnull=True, outcome__in=_JUDGED)
    return excluded(_UNTOLD, untold, is_unknown=True)
