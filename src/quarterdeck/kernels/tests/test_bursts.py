"""Bursts: what the exact test says, and that a planted outage is found whole and alone."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import comb
from random import Random

import pytest

from quarterdeck.kernels.bursts import bursts_of, chance_of_as_many

MONDAY = datetime(2026, 8, 3)  # noqa: DTZ001 — the kernel takes wall clocks without a zone
MINUTE, DAY, WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(weeks=1)
END = MONDAY + 13 * WEEK


def steady(rng: Random, a_day: int) -> list[datetime]:
    """So many a day between eight and sixteen, for thirteen weeks."""
    return sorted(
        MONDAY + day * DAY + timedelta(hours=8, minutes=rng.randrange(480))
        for day in range(91)
        for _ in range(a_day)
    )


@pytest.mark.parametrize(("count", "elsewhere", "weeks"), [(5, 0, 12), (9, 5, 12), (3, 40, 11)])
def test_the_chance_is_that_of_a_binomial_summed_in_whole_numbers(
    count: int, elsewhere: int, weeks: int
) -> None:
    n = count + elsewhere
    ways = sum(comb(n, k) * weeks ** (n - k) for k in range(count, n + 1))

    chance = chance_of_as_many(count, elsewhere, weeks)

    assert chance == pytest.approx(float(Fraction(ways, (weeks + 1) ** n)))


def test_an_outage_across_the_hour_is_one_burst_with_its_counts() -> None:
    usual = steady(Random(3), 4)  # noqa: S311 — arrivals, not secrets
    start = MONDAY + 9 * WEEK + 2 * DAY + timedelta(hours=6, minutes=40)
    outage = [start + n * 4 * MINUTE for n in range(10)]
    arrivals = sorted([*usual, *outage])

    (burst,) = bursts_of(arrivals, arrivals, since=MONDAY, until=END)

    assert (burst.start, burst.until) == (start - 10 * MINUTE, start + 50 * MINUTE)
    assert (burst.count, burst.elsewhere, burst.weeks, burst.usual) == (10, 0, 12, Fraction(0))


def test_steady_arrivals_are_no_burst() -> None:
    found = [
        burst
        for seed in range(5)
        for arrivals in [steady(Random(seed), 40)]  # noqa: S311 — arrivals, not secrets
        for burst in bursts_of(arrivals, arrivals, since=MONDAY, until=END)
    ]

    assert found == []


def test_what_comes_every_week_at_that_hour_is_usual() -> None:
    weekly = sorted(MONDAY + week * WEEK + n * MINUTE for week in range(13) for n in range(20))

    assert bursts_of(weekly, weekly, since=MONDAY, until=END) == []


def test_a_young_desk_has_nothing_to_compare_with() -> None:
    many = [MONDAY + WEEK + n * MINUTE for n in range(30)]

    assert bursts_of(many, many, since=MONDAY, until=MONDAY + 4 * WEEK) == []
