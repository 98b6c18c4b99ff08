"""Effect of training at the third and fourth of Kirkpatrick's levels, read from tickets.

Kirkpatrick & Kirkpatrick, "Evaluating Training Programs", 3rd edition (2006).
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from quarterdeck.core.measures import (
    Better,
    Exclusion,
    Reading,
    Scope,
    Terms,
    Unit,
    measure,
)
from quarterdeck.core.readings import Basis
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.cohorts import freshest_at, recorded_spans
from quarterdeck.desk.queries.training_effect import WINDOW, Effect, Observed, effect_in
from quarterdeck.kernels.differences import difference_of_means
from quarterdeck.kernels.spans import Span, coverage
from quarterdeck.kernels.statistics import wilson
from quarterdeck.people.models.training import TRAINING

_DUTY = "J3.4.m2"
# Below these numbers of people, each counted once, chance alone makes and unmakes effects.
SMALLEST_ASKING, SMALLEST_TRAINED, SMALLEST_UNTRAINED = 5, 10, 10
_TOO_FEW = "Too few people for an effect"
_ALL_ALIKE = "All changed alike, which shows nothing of chance"


@measure(
    "desk.training_behaviour",
    title="Training, level 3: asks no more",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=_DUTY,
    version=2,
    domain=TRAINING,
)
def training_behaviour(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of those who had asked how to use an application in the 60 days before their course for it,
    the share who asked nothing of the kind in the 60 days after, where these ended in the period.

    It is behaviour as the desk sees it, the third of Kirkpatrick's levels. Some would have stopped
    asking anyhow, so it is no effect: that is level four, against people without the course.
    Questions of use are tickets of a category that is marked so. The day of the course counts for
    neither side, and only the first course of a person for a service counts. Whoever took courses
    for several services is one person, who asks no more if nothing was asked after any of them.
    Fewer than five people who had asked are no evidence.
    """
    effect = effect_in(period, scope, terms.as_of)
    asking = [each for each in effect.trained if each.before]
    amounts = _summed((asking, 1))
    basis = _basis(period, scope, terms, effect, amounts)
    if len(asking) < SMALLEST_ASKING:
        return _silent(basis, _TOO_FEW, len(asking))
    quiet = sum(not each.after for each in asking)
    return basis.reading(
        value=Fraction(quiet, len(asking)),
        n=len(asking),
        numerator=Fraction(quiet),
        denominator=Fraction(len(asking)),
        interval=wilson(quiet, len(asking)),
        amounts=amounts,
    )


@measure(
    "desk.training_effect",
    title="Training, level 4: questions of use, against people without the course",
    unit=Unit.COUNT,
    better=Better.LOWER,
    duty=_DUTY,
    version=2,
    domain=TRAINING,
    leads=True,
)
def training_effect(period: Span, scope: Scope, terms: Terms) -> Reading:
    """By how many tickets a person the questions of use of the trained changed more than those of
    comparable people without the course: the difference in differences, where less than 0 is good.

    For each person the questions about the application are counted in the 60 days before and the 60
    days after the day of the course; the 60 days after ended in the period. Compared is everybody
    of the same unit who was there throughout and took no such course by then, over the same days.
    Each person counts once and on one side, with the mean of their windows: whoever took several
    courses, and whoever is compared with several colleagues. The interval is Welch's, at 95 %. It
    is an effect of the course as far as both groups would have changed alike without it: who
    chooses a course because of trouble asks less afterwards anyhow. Questions of use are tickets of
    a category that is marked so; those of both groups stand below, with +1 where one raises the
    figure and -1 where it lowers it. Fewer than ten people on either side are no evidence, and
    neither are groups in which all changed alike. Sources: Angrist & Pischke, "Mostly Harmless
    Econometrics" (2009), section 5.2; Welch, Biometrika 34 (1947); Kirkpatrick (2006) for the
    levels.
    """
    effect = effect_in(period, scope, terms.as_of)
    trained, untrained = effect.trained, effect.untrained
    amounts = _summed((trained, 1), (untrained, -1))
    basis = _basis(period, scope, terms, effect, amounts)
    basis = replace(basis, parameters={**basis.parameters, "interval": "Welch's, 95 %"})
    if len(trained) < SMALLEST_TRAINED or len(untrained) < SMALLEST_UNTRAINED:
        return _silent(basis, _TOO_FEW, min(len(trained), len(untrained)))
    found = difference_of_means(
        [each.change for each in trained], [each.change for each in untrained]
    )
    if found is None:
        return _silent(basis, _ALL_ALIKE, len(trained) + len(untrained))
    return basis.reading(
        value=found.value,
        n=len(trained),
        interval=(found.low, found.high),
        amounts=amounts,
    )


def _summed(*groups: tuple[list[Observed], int]) -> dict[int, int]:
    """Return by ticket which way it moves the figure; the sign of a group tells how it enters."""
    return {
        key: sign * amount
        for group, sign in groups
        for each in group
        for key, amount in each.tickets.items()
    }


def _basis(
    period: Span, scope: Scope, terms: Terms, effect: Effect, amounts: Mapping[int, int]
) -> Basis:
    """Coverage is the share of all windows of the period in which tickets were recorded."""
    begins = period.start - 2 * WINDOW
    ends = min(period.end, terms.as_of)
    spans = recorded_spans(scope, terms.as_of)
    return Basis(
        as_of=terms.as_of,
        coverage=coverage(spans, Span(begins, ends)) if begins < ends else Fraction(0),
        included=Ticket.objects.filter(pk__in=list(amounts)),
        freshest_at=freshest_at(scope),
        parameters={
            "window": f"{WINDOW.days} days before and after",
            "trained": _told(effect.trained),
            "without the course": _told(effect.untrained),
        },
    )


def _told(group: list[Observed]) -> str:
    # Means of few would tell of single people.
    if len(group) < SMALLEST_ASKING:
        return f"{len(group)} people"
    n = len(group)
    before, after = (
        float(sum(getattr(each, side) for each in group)) / n for side in ("before", "after")
    )
    return f"{n} people, {before:.2f} questions each before and {after:.2f} after"


def _silent(basis: Basis, reason: str, n: int) -> Reading:
    """Say why these people are no evidence, whatever they did."""
    left_out = Exclusion(reason, basis.included.none(), n, is_unknown=True)
    return replace(
        basis, included=basis.included.none(), excluded=(left_out,) if n else ()
    ).silence()
