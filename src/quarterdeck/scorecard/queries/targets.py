"""Targets in force, and what a reading says of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet

from quarterdeck.core.measures import Measure, Scope, State
from quarterdeck.scorecard.models import Target
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.rules import is_at_least_as_good
from quarterdeck.scorecard.vocabulary import Verdict


@dataclass(frozen=True)
class Judgement:
    """A target beside what a reading says of it; `is_partial` where not all was recorded."""

    target: Target
    verdict: Verdict
    is_partial: bool


def targets_in_force(scope: Scope, day: date) -> Mapping[str, Target]:
    """Return the target of each measure that has one at this scope on this day.

    A period is judged by the targets of its last day.
    """
    rows = Target.objects.filter(scope=str(scope)).in_force(day).select_related("owner")
    return {row.measure: row for row in rows}


def targets_at_scopes(measure: Measure, day: date) -> Mapping[str, Target]:
    """Return the target that a measure has on this day at each scope that has one."""
    rows = Target.objects.filter(measure=measure.key).in_force(day).select_related("owner")
    return {row.scope: row for row in rows}


def versions_of(measure: Measure, scope: Scope) -> QuerySet[Target]:
    """Return every target that the measure has had at this scope, the newest first."""
    rows = Target.objects.of(measure.key, str(scope)).select_related("owner")
    return rows.order_by("-valid_from", "-pk")


def in_force_among(versions: Iterable[Target], day: date) -> Target | None:
    """Return the target that holds on a day, among those of one measure at one scope."""
    for row in versions:
        if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day):
            return row
    return None


def judged(measure: Measure, target: Target, figures: Figures | None) -> Judgement:
    """Say whether a target is met; a reading without a value is never judged."""
    if figures is None or figures.state is not State.VALUE or figures.value is None:
        return Judgement(target, Verdict.NOT_JUDGED, is_partial=False)
    verdict = _verdict(measure, target, figures.value)
    return Judgement(target, verdict, is_partial=figures.is_partial)


def _verdict(measure: Measure, target: Target, value: Fraction) -> Verdict:
    if not is_at_least_as_good(measure, value, Fraction(target.value)):
        return Verdict.MISSED
    if target.warning is None or is_at_least_as_good(measure, value, Fraction(target.warning)):
        return Verdict.MET
    return Verdict.NEAR
