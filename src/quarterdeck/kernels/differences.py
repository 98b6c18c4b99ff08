"""Compares what changed in one group with what changed in another.

The difference of the two mean changes is the "difference in differences": what both groups went
through cancels out. See Card & Krueger, American Economic Review 84 (1994), and Angrist & Pischke,
"Mostly Harmless Econometrics" (2009), section 5.2. It is an effect only as far as both groups would
have changed alike without it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import variance

from quarterdeck.kernels.statistics import t_quantile

_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of the first group less that of the second, with its interval."""

    value: Fraction
    low: float
    high: float


def difference_of_means(
    first: Sequence[int | Fraction],
    second: Sequence[int | Fraction],
    confidence: Fraction | float = 0.95,
) -> Difference | None:
    """Return the difference of two means with the interval of Welch.

    None of fewer than two each, and where neither group has any spread: what never differs shows
    nothing of chance, so that no interval can be told, and least of all one of no width.

    Welch, "The generalization of Student's problem when several different population variances are
    involved", Biometrika 34 (1947), with Satterthwaite's degrees of freedom (Biometrics 2, 1946).
    Given the changes of each member of two groups, it is the difference in differences.
    """
    if len(first) < _FEWEST or len(second) < _FEWEST:
        return None
    value = Fraction(sum(first)) / len(first) - Fraction(sum(second)) / len(second)
    parts = [float(variance(map(Fraction, each))) / len(each) for each in (first, second)]
    spread = sum(parts)
    if not spread:
        return None
    weights = sum(
        part**2 / (len(each) - 1) for part, each in zip(parts, (first, second), strict=True)
    )
    reach = t_quantile(confidence, spread**2 / weights) * math.sqrt(spread)
    return Difference(value, float(value) - reach, float(value) + reach)
