"""Order statistics and intervals for the figures on the scorecard.

Quantiles, means and bins are exact fractions until the page rounds them. Nothing here answers 0
for no data: an empty input gives None.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import NormalDist, stdev
from typing import TypeVar

__all__ = [
    "Bin",
    "Number",
    "Summary",
    "difference_of_shares",
    "histogram",
    "linear_edges",
    "logarithmic_edges",
    "mean_interval",
    "median",
    "median_interval",
    "p90",
    "quantile",
    "summary",
    "t_quantile",
    "wilson",
]

Number = int | Fraction | float
AnyNumber = TypeVar("AnyNumber", int, Fraction, float)

_HALF = Fraction(1, 2)
_ONE_TENTH = Fraction(1, 10)
_NINE_TENTHS = Fraction(9, 10)
_TWO = 2

# Up to here the binomial tail is summed in integers; beyond, their thousands of digits cost more
# than the relative error of about 1e-9 that logarithms of the gamma function bring.
_EXACT_TAIL = 1_000


@dataclass(frozen=True, slots=True)
class Summary:
    """How a set of n values is spread: exact minimum, quantiles (type 7), maximum and mean."""

    n: int
    minimum: Fraction
    p10: Fraction
    median: Fraction
    p90: Fraction
    maximum: Fraction
    mean: Fraction


@dataclass(frozen=True, slots=True)
class Bin:
    """The count of values from `low` up to, but not including, `high`; the last bin includes it."""

    low: Fraction
    high: Fraction
    count: int


def quantile(sorted_values: Sequence[Number], p: Fraction | float) -> Fraction | None:
    """Return the quantile of order `p` by linear interpolation; None of no values.

    It is type 7 of Hyndman & Fan, "Sample Quantiles in Statistical Packages", The American
    Statistician 50 (1996), the default of R, NumPy and spreadsheets: with h = (n - 1)p, the
    value at position h counted from 0. The result is exact. A float value counts as the binary
    fraction that it is, a float `p` as its shortest decimal (0.9 is nine tenths).

    `sorted_values` must ascend, which is not checked. Raises ValueError unless 0 <= p <= 1.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"There is no quantile of order {p}: expected 0 to 1.")
    if not sorted_values:
        return None
    position = (len(sorted_values) - 1) * _decimal(p)
    below = math.floor(position)
    low = Fraction(sorted_values[below])
    if position == below:
        return low
    return low + (position - below) * (Fraction(sorted_values[below + 1]) - low)


def median(sorted_values: Sequence[Number]) -> Fraction | None:
    """Return the middle of ascending values, or the mean of the middle two; None of no values."""
    return quantile(sorted_values, _HALF)


def p90(sorted_values: Sequence[Number]) -> Fraction | None:
    """Return the 90th percentile (type 7) of ascending values; None of no values."""
    return quantile(sorted_values, _NINE_TENTHS)


def summary(values: Iterable[Number]) -> Summary | None:
    """Return how the values, in any order, are spread; None of no values."""
    ordered = sorted(values)
    low, middle, high = (quantile(ordered, p) for p in (_ONE_TENTH, _HALF, _NINE_TENTHS))
    if low is None or middle is None or high is None:
        return None
    return Summary(
        n=len(ordered),
        minimum=Fraction(ordered[0]),
        p10=low,
        median=middle,
        p90=high,
        maximum=Fraction(ordered[-1]),
        mean=_exact_sum(ordered) / len(ordered),
    )


def wilson(
    successes: int, n: int, confidence: Fraction | float = 0.95
) -> tuple[float, float] | None:
    """Return the score interval (low, high) of a share of `n`; None for n = 0.

    From Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal
    of the American Statistical Association 22 (1927), without continuity correction. It stays
    within 0 and 1, and has a width when all or none succeed.

    Raises ValueError unless 0 <= successes <= n and 0 < confidence < 1.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n} cannot be: expected 0 <= successes <= n.")
    _check_confidence(confidence)
    if not n:
        return None
    z = NormalDist().inv_cdf((1 + float(confidence)) / 2)
    share, weight = successes / n, z * z / n
    centre = share + weight / 2
    reach = z * math.sqrt(share * (1 - share) / n + weight / (4 * n))
    # The two ends are 0 and 1 exactly where the formula says so and floats would miss by a hair.
    low = (centre - reach) / (1 + weight) if successes else 0.0
    high = (centre + reach) / (1 + weight) if successes < n else 1.0
    return low, high


def difference_of_shares(
    first: tuple[int, int], second: tuple[int, int], confidence: Fraction | float = 0.95
) -> tuple[float, float] | None:
    """Return the interval (low, high) of the first share less the second; None for no data.

    Each is successes of n, independent of the other. It is the hybrid of two score intervals:
    method 10 of R. G. Newcombe, "Interval estimation for the difference between independent
    proportions", Statistics in Medicine 17 (1998), without continuity correction.
    """
    ours, theirs = wilson(*first, confidence), wilson(*second, confidence)
    if ours is None or theirs is None:
        return None
    share, other = first[0] / first[1], second[0] / second[1]
    difference = share - other
    below = math.hypot(share - ours[0], theirs[1] - other)
    above = math.hypot(ours[1] - share, other - theirs[0])
    return difference - below, difference + above


def median_interval(
    sorted_values: Sequence[AnyNumber], confidence: Fraction | float = 0.95
) -> tuple[AnyNumber, AnyNumber] | None:
    """Return two of the ascending values, between which the population's median lies.

    It does so with at least the `confidence`, whatever the distribution. The interval is from
    the k-th smallest value to the k-th largest, with the greatest k for which a binomial of n
    trials with probability one half falls below k with probability at most (1 - confidence) / 2.
    See David & Nagaraja, "Order Statistics", 3rd edition (2003), section 7.1. None when there
    are too few values for any such interval (fewer than 6 at 95 %).

    `sorted_values` must ascend, which is not checked. Raises ValueError unless 0 < confidence < 1.
    """
    _check_confidence(confidence)
    n = len(sorted_values)
    rank = _rank_of_median_bound(n, (1 - _decimal(confidence)) / 2)
    return (sorted_values[rank - 1], sorted_values[n - rank]) if rank else None


def t_quantile(confidence: Fraction | float, degrees: float) -> float:
    """Return the t that Student's distribution stays within, on both sides, with `confidence`.

    It is Hill, "Algorithm 396: Student's t-quantiles", Communications of the ACM 13 (1970), which
    is right to at least six digits from five degrees of freedom on and exact for one and two. The
    degrees need not be whole.

    Raises ValueError unless 0 < confidence < 1 and degrees >= 1.
    """
    _check_confidence(confidence)
    if degrees < 1:
        raise ValueError(f"There is no t of {degrees} degrees of freedom: expected at least 1.")
    tails = 1 - float(confidence)
    if degrees == 1:
        return 1 / math.tan(tails * math.pi / 2)
    if degrees == _TWO:
        return math.sqrt(2 / (tails * (2 - tails)) - 2)
    return _hill(tails, degrees)


def _hill(tails: float, n: float) -> float:
    """The numbers and letters are those of the published algorithm."""
    a = 1 / (n - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * n
    y: float = (d * tails) ** (2 / n)
    if y <= 0.05 + a:
        inner = ((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3
        y = ((1 / inner + 0.5 / (n + 4)) * y - 1) * (n + 1) / (n + 2) + 1 / y
        return math.sqrt(n * y)
    x = NormalDist().inv_cdf(tails / 2)
    y = x * x
    if n < 5:  # noqa: PLR2004 — as published
        c += 0.3 * (n - 4.5) * (x + 0.6)
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    return math.sqrt(n * math.expm1(a * y * y))


def mean_interval(
    values: Iterable[Number],
    confidence: Fraction | float = 0.95,
    *,
    least: float = -math.inf,
    most: float = math.inf,
) -> tuple[float, float] | None:
    """Return the interval (low, high) of the population's mean by Student's t; None of fewer than
    two values.

    See Student, "The Probable Error of a Mean", Biometrika 6 (1908): mean ± t · s / √n with n - 1
    degrees of freedom. For scores on a scale of few steps it is approximate.

    Where no value can lie below `least` or above `most`, neither can their mean, and the interval
    ends there. What is cut off holds no possible mean, so that the coverage stays as it was: see
    Mandelkern, "Setting Confidence Intervals for Bounded Parameters", Statistical Science 17
    (2002).
    """
    given = [float(value) for value in values]
    if len(given) < _TWO:
        return None
    reach = t_quantile(confidence, len(given) - 1) * stdev(given) / math.sqrt(len(given))
    mean = math.fsum(given) / len(given)
    return max(mean - reach, least), min(mean + reach, most)


def linear_edges(minimum: Number, maximum: Number, bins: int) -> list[Fraction]:
    """Return the edges of `bins` bins of equal width from minimum to maximum, exactly.

    Raises ValueError unless minimum < maximum and bins >= 1.
    """
    low, high = Fraction(minimum), Fraction(maximum)
    if not low < high or bins < 1:
        raise ValueError(
            f"Cannot make {bins} bins from {minimum} to {maximum}: "
            "expected minimum < maximum and at least 1 bin."
        )
    return [low + (high - low) * index / bins for index in range(bins + 1)]


def logarithmic_edges(minimum: Number, maximum: Number, ratio: Number = 2) -> list[Fraction]:
    """Return edges at the whole powers of `ratio` around minimum to maximum, from 1 upwards.

    Values below 1 have a bin of their own, from 0 to 1, as a logarithm never reaches 0. The
    last edge lies above the maximum, so every bin is half-open.

    Raises ValueError unless 0 <= minimum <= maximum and ratio > 1.
    """
    if not 0 <= minimum <= maximum or ratio <= 1:
        raise ValueError(
            f"Cannot make bins of ratio {ratio} from {minimum} to {maximum}: "
            "expected 0 <= minimum <= maximum and a ratio above 1."
        )
    step = Fraction(ratio)
    edges = [Fraction(0), Fraction(1)]
    while edges[-1] <= maximum:
        edges.append(edges[-1] * step)
    return edges[bisect_right(edges, minimum) - 1 :]


def histogram(sorted_values: Sequence[Number], edges: Sequence[Number]) -> list[Bin] | None:
    """Return the count of ascending values in each bin between two edges; None of no values.

    A bin holds its low edge; only the last holds its high edge too. Every value is in a bin.
    `sorted_values` must ascend, which is not checked.

    Raises ValueError when the edges do not ascend or leave a value outside.
    """
    if len(edges) <= 1 or any(low >= high for low, high in pairwise(edges)):
        raise ValueError(
            f"Cannot make bins from the edges {list(map(str, edges))}: "
            "expected at least two, strictly ascending."
        )
    if not sorted_values:
        return None
    if sorted_values[0] < edges[0] or sorted_values[-1] > edges[-1]:
        raise ValueError(
            f"Values from {sorted_values[0]} to {sorted_values[-1]} lie outside the bins "
            f"from {edges[0]} to {edges[-1]}: expected edges around all values."
        )
    ranks = [bisect_left(sorted_values, edge) for edge in edges[:-1]] + [len(sorted_values)]
    return [
        Bin(Fraction(low), Fraction(high), above - below)
        for (low, high), (below, above) in zip(pairwise(edges), pairwise(ranks), strict=True)
    ]


def _decimal(p: Fraction | float) -> Fraction:
    """Return a probability exactly, reading a float as the decimal that it prints as."""
    return Fraction(repr(p)) if isinstance(p, float) else Fraction(p)


def _exact_sum(values: Sequence[Number]) -> Fraction:
    """Return the sum without rounding; integers, the usual case, are summed as such."""
    if all(type(value) is int for value in values):
        return Fraction(sum(values))
    return sum((Fraction(value) for value in values), Fraction())


def _check_confidence(confidence: Fraction | float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(
            f"There is no confidence of {confidence}: expected between 0 and 1, such as 0.95."
        )


def _rank_of_median_bound(n: int, tail: Fraction) -> int:
    """Return the greatest k with P(Binomial(n, 1/2) < k) <= tail, or 0 if there is none."""
    if n <= _EXACT_TAIL:
        return _exact_rank(n, tail)
    # Twenty standard deviations below the mean, the tail left out is under 1e-88.
    k = max(0, n // 2 - 10 * math.isqrt(n))
    mass = math.exp(
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2)
    )
    below, bound = 0.0, float(tail)
    while below + mass <= bound:
        below += mass
        mass *= (n - k) / (k + 1)
        k += 1
    return k


def _exact_rank(n: int, tail: Fraction) -> int:
    below, ways, k = 0, 1, 0
    bound = tail * 2**n
    while below + ways <= bound:
        below += ways
        ways = ways * (n - k) // (k + 1)
        k += 1
    return k
