"""Bursts: spans of time in which far more arrived than is usual at that hour of the week.

The number that arrived in a span is compared with those of the same span of the other weeks by the
exact test of two Poisson counts (J. Przyborowski & H. Wilenski, "Homogeneity of results in testing
samples from Poisson series", Biometrika 31, 1940): if nothing was unusual, each arrival fell into
any of the weeks by the same chance, so the count is binomial. That compares like times with like is
of Stroup, Williamson, Herndon & Karon, "Detection of aberrations in the occurrence of notifiable
diseases surveillance data", Statistics in Medicine 8, 1989. As many spans are looked at, the chance
that is asked of each is divided by their number (Bonferroni).
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

__all__ = ["FEWEST", "LEAST_WEEKS", "Burst", "bursts_of", "chance_of_as_many"]

FEWEST, LEAST_WEEKS = 5, 4
# Spans of an hour begin every quarter of an hour, so that no burst is halved by the clock.
_STEP, _SPAN, _WEEK = timedelta(minutes=15), timedelta(hours=1), timedelta(weeks=1)
_CHANCE, _LEAST_RATIO = 0.05, 2
_Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Burst:
    """What arrived from `start` until before `until`, and what did in the same span of the others.

    `elsewhere` is the sum over the `weeks` other weeks, `chance` how likely as many would be by
    accident if all weeks were alike.
    """

    start: datetime
    until: datetime
    count: int
    elsewhere: int
    weeks: int
    chance: float

    @property
    def usual(self) -> Fraction:
        """How many are usual in this span of the week."""
        return Fraction(self.elsewhere, self.weeks)


def bursts_of(
    arrivals: Sequence[datetime],
    usual: Sequence[datetime],
    *,
    since: datetime,
    until: datetime,
) -> list[Burst]:
    """Return the bursts among ascending arrivals from `since` until before `until`, by their time.

    All times are of one place's wall clock and name no zone, so that nine o'clock is nine o'clock
    on both sides of a change of the clocks. `usual` is what the other weeks are counted by: the
    same arrivals, and others that are to count as usual but in no burst; it ascends too. A span of
    fewer than five arrivals is no burst, nor one of less than twice the usual, nor one with fewer
    than four other weeks to compare it with.
    """
    steps = max(1, (until - since) // _STEP)
    starts = sorted({_floor(at) - n * _STEP for at in arrivals for n in range(_SPAN // _STEP)})
    spans: list[_Span] = []
    for start in starts:
        burst = _compared(arrivals, usual, (start, start + _SPAN), (since, until))
        if burst is None or burst.chance * steps >= _CHANCE:
            continue
        begun = spans.pop()[0] if spans and start <= spans[-1][1] else start
        spans.append((begun, burst.until))
    told = (_compared(arrivals, usual, _trimmed(arrivals, *span), (since, until)) for span in spans)
    return [burst for burst in told if burst is not None]


def _trimmed(arrivals: Sequence[datetime], start: datetime, until: datetime) -> _Span:
    """Return the span from the quarter of an hour of the first arrival to that of the last."""
    first, last = bisect_left(arrivals, start), bisect_left(arrivals, until) - 1
    return _floor(arrivals[first]), _floor(arrivals[last]) + _STEP


def chance_of_as_many(count: int, elsewhere: int, weeks: int) -> float:
    """Return the chance of at least `count` of all arrivals in one of `weeks` + 1 like spans."""
    whole, share = count + elsewhere, 1 / (weeks + 1)
    return min(1.0, math.fsum(_binomial(k, whole, share) for k in range(count, whole + 1)))


def _binomial(k: int, n: int, share: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + k * math.log(share) + (n - k) * math.log1p(-share))


def _compared(
    arrivals: Sequence[datetime],
    usual: Sequence[datetime],
    span: _Span,
    known: _Span,
) -> Burst | None:
    start, until = span
    count = _count(arrivals, start, until)
    if count < FEWEST:
        return None
    before, after = max(0, (start - known[0]) // _WEEK), max(0, (known[1] - until) // _WEEK)
    weeks = before + after
    if weeks < LEAST_WEEKS:
        return None
    elsewhere = sum(
        _count(usual, start + week * _WEEK, until + week * _WEEK)
        for week in range(-before, after + 1)
        if week
    )
    if count * weeks < _LEAST_RATIO * elsewhere:
        return None
    return Burst(start, until, count, elsewhere, weeks, chance_of_as_many(count, elsewhere, weeks))


def _count(ascending: Sequence[datetime], start: datetime, until: datetime) -> int:
    return bisect_left(ascending, until) - bisect_left(ascending, start)


def _floor(at: datetime) -> datetime:
    into = at - at.replace(minute=0, second=0, microsecond=0)
    return at - into % _STEP
