"""Whether something comes less often after a fix than before: two rates and their ratio."""

import math
from dataclasses import dataclass

__all__ = ["Recurrence", "binomial_interval", "recurrence"]

# With fewer expected, even none at all would prove nothing.
FEWEST_EXPECTED = 3
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often something came in so many days before a fix and after it.

    `ratio` is the rate after over the rate before, between `low` and `high` with 95 % confidence;
    a `high` below 1 says that it comes less often. All three are None, for want of evidence, where
    fewer than three would have been expected after the fix had nothing changed.
    """

    before: int
    before_days: float
    after: int
    after_days: float
    expected: float | None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None


def recurrence(before: int, before_days: float, after: int, after_days: float) -> Recurrence:
    """Compare two counts of independent events over two stretches of time.

    Given their sum, the later count is binomial, so that an exact interval of its share is one of
    the ratio of the rates (J. Przyborowski and H. Wilenski, "Homogeneity of Results in Testing
    Samples from Poisson Series", Biometrika 31, 1940). Raises ValueError for negative arguments.
    """
    if min(before, before_days, after, after_days) < 0:
        raise ValueError("Counts and days are not negative.")
    known = (before, before_days, after, after_days)
    if not before or not before_days:
        return Recurrence(*known, expected=None)
    expected = before / before_days * after_days
    if expected < FEWEST_EXPECTED:
        return Recurrence(*known, expected=expected)
    low, high = binomial_interval(after, before + after)
    odds = before_days / after_days
    return Recurrence(
        *known,
        expected=expected,
        ratio=after / expected,
        low=odds * low / (1 - low),
        high=odds * high / (1 - high) if high < 1 else math.inf,
    )


def binomial_interval(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share (C. Clopper and E. Pearson, Biometrika 26, 1934).

    Raises ValueError unless 0 <= successes <= n and n > 0.
    """
    if not 0 <= successes <= n or not n:
        raise ValueError(f"{successes} of {n} cannot be: expected 0 <= successes <= n, n > 0.")
    tail = (1 - confidence) / 2
    low = 0.0 if not successes else _share_where(successes - 1, n, 1 - tail)
    high = 1.0 if successes == n else _share_where(successes, n, tail)
    return low, high


def _share_where(successes: int, n: int, probability: float) -> float:
    """Return the share at which so many successes or fewer have this probability, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _at_most(successes, n, middle) > probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(successes: int, n: int, share: float) -> float:
    if share in {0.0, 1.0}:
        return 1.0 if share == 0.0 or successes == n else 0.0
    yes, no = math.log(share), math.log1p(-share)
    whole = math.lgamma(n + 1)
    return math.fsum(
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * yes + (n - k) * no)
        for k in range(successes + 1)
    )
