"""Quantiles, intervals and bins against published figures and the standard library."""

import math
import statistics as standard_library
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.statistics import (
    Bin,
    Summary,
    difference_of_shares,
    histogram,
    linear_edges,
    logarithmic_edges,
    median,
    median_interval,
    p90,
    quantile,
    summary,
    wilson,
)

integers = st.lists(st.integers(-(10**12), 10**12), min_size=2, max_size=60).map(sorted)
shares = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("p", "expected"), [(0, 1), (0.25, 3.25), (0.5, 5.5), (0.75, 7.75), (0.9, 9.1), (1, 10)]
)
def test_quantiles_of_one_to_ten_are_those_of_r(p: float, expected: float) -> None:
    # quantile(1:10, c(0, .25, .5, .75, .9, 1)) in R, whose default is type 7.
    assert quantile(range(1, 11), p) == Fraction(str(expected))


@given(integers, st.integers(2, 20))
def test_quantiles_are_the_standard_library_s_inclusive_ones(values: list[int], n: int) -> None:
    exact = [Fraction(value) for value in values]

    ours = [quantile(values, Fraction(i, n)) for i in range(1, n)]

    assert ours == standard_library.quantiles(exact, n=n, method="inclusive")


def test_a_tenth_written_as_a_float_is_a_tenth() -> None:
    assert quantile([0, 10**9], 0.1) == 10**8


def test_the_quantile_of_one_value_is_that_value() -> None:
    assert p90([7]) == 7


def test_floats_count_as_the_binary_fractions_that_they_are() -> None:
    assert median([0.1, 0.1]) == Fraction(0.1)


@pytest.mark.parametrize("statistic", [median, p90, summary, median_interval])
def test_no_values_have_no_statistic(statistic: Callable[[Sequence[int]], object]) -> None:
    assert statistic([]) is None


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_an_order_outside_zero_to_one_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        quantile([1, 2], p)


def test_a_summary_orders_its_values() -> None:
    assert summary([30, 10, 20]) == Summary(
        n=3,
        minimum=Fraction(10),
        p10=Fraction(12),
        median=Fraction(20),
        p90=Fraction(28),
        maximum=Fraction(30),
        mean=Fraction(20),
    )


def test_a_mean_of_floats_loses_nothing_on_the_way() -> None:
    spread = summary([1e16, 1.0, -1e16])

    assert spread is not None
    assert spread.mean == Fraction(1, 3)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_score_intervals_are_those_of_newcombe(
    successes: int, n: int, low: float, high: float
) -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    interval = wilson(successes, n)

    assert interval is not None
    assert [round(end, 4) for end in interval] == [low, high]


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_intervals_of_differences_are_those_of_newcombe(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table II of the second article, method 10.
    interval = difference_of_shares(first, second)

    assert interval is not None
    assert [round(end, 4) for end in interval] == [low, high]


def test_a_difference_from_nothing_has_no_interval() -> None:
    assert difference_of_shares((0, 0), (1, 2)) is None


@given(shares)
def test_a_score_interval_holds_the_share(share: tuple[int, int]) -> None:
    successes, n = share

    interval = wilson(successes, n)

    assert interval is not None
    assert 0 <= interval[0] <= successes / n <= interval[1] <= 1


@given(shares)
def test_the_ends_of_a_score_interval_solve_wilson_s_equation(share: tuple[int, int]) -> None:
    # The ends are the shares from which the observed one lies z standard errors away.
    successes, n = share
    z = standard_library.NormalDist().inv_cdf(0.975)

    interval = wilson(successes, n)

    assert interval is not None
    for end in interval:
        distance = (successes / n - end) ** 2
        assert math.isclose(distance, z * z * end * (1 - end) / n, rel_tol=1e-6, abs_tol=1e-12)


def test_none_of_none_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_more_successes_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 <= successes <= n"):
        wilson(3, 2)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_outside_zero_to_one_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="expected between 0 and 1"):
        wilson(1, 2, confidence)


@pytest.mark.parametrize(
    ("n", "low", "high"),
    [
        (6, 1, 6),
        (8, 1, 8),
        (9, 2, 8),
        (10, 2, 9),
        (12, 3, 10),
        (15, 4, 12),
        (17, 5, 13),
        (20, 6, 15),
    ],
)
def test_median_intervals_are_those_of_the_printed_tables(n: int, low: int, high: int) -> None:
    # Tables of "Confidence intervals for the population median", at the first level over 95 %:
    # 96.9, 99.2, 96.1, 97.9, 96.1, 96.5, 95.1 and 95.9 %.
    assert median_interval(range(1, n + 1)) == (low, high)


def test_five_values_are_too_few_for_a_median_interval() -> None:
    assert median_interval([1, 2, 3, 4, 5]) is None


def test_an_interval_with_exactly_the_confidence_will_do() -> None:
    assert median_interval([1, 2], 0.5) == (1, 2)


def test_a_lower_confidence_asks_for_fewer_values() -> None:
    assert median_interval([1, 2, 3, 4, 5], 0.9) == (1, 5)


@pytest.mark.parametrize("n", [999, 1000, 1001, 2000])
def test_median_intervals_of_many_values_keep_the_exact_confidence(n: int) -> None:
    interval = median_interval(range(1, n + 1))

    assert interval is not None
    below = [sum(math.comb(n, k) for k in range(rank)) for rank in (interval[0], interval[0] + 1)]
    assert below[0] * 40 <= 2**n < below[1] * 40


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=50).map(sorted), st.integers(1, 12))
def test_bins_count_every_value_once(values: list[int], bins: int) -> None:
    edges = linear_edges(values[0], values[-1] + 1, bins)

    counted = histogram(values, edges)

    assert counted is not None
    assert [b.count for b in counted] == [
        sum(low <= value < high for value in values) for low, high in pairwise(edges)
    ]


def test_the_last_bin_holds_its_upper_edge() -> None:
    assert histogram([0, 5, 10], linear_edges(0, 10, 2)) == [
        Bin(Fraction(0), Fraction(5), 1),
        Bin(Fraction(5), Fraction(10), 2),
    ]


def test_linear_edges_are_exact() -> None:
    assert linear_edges(0, 1, 3) == [0, Fraction(1, 3), Fraction(2, 3), 1]


def test_logarithmic_edges_give_values_below_one_a_bin_of_their_own() -> None:
    assert logarithmic_edges(0, 8) == [0, 1, 2, 4, 8, 16]


def test_logarithmic_edges_start_at_the_power_below_the_minimum() -> None:
    assert logarithmic_edges(30, 4000, 10) == [10, 100, 1000, 10_000]


def test_bins_of_no_values_are_none() -> None:
    assert histogram([], [0, 1]) is None


@pytest.mark.parametrize("edges", [[], [1], [1, 1], [2, 1]])
def test_edges_that_do_not_ascend_are_refused(edges: list[int]) -> None:
    with pytest.raises(ValueError, match="expected at least two, strictly ascending"):
        histogram([1], edges)


def test_a_value_outside_the_bins_is_refused() -> None:
    with pytest.raises(ValueError, match="expected edges around all values"):
        histogram([0, 11], [0, 10])
