"""Samples by key, groups too small to be shown, and Student's t."""

from fractions import Fraction
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.differences import difference_of_means
from quarterdeck.kernels.sampling import is_sampled
from quarterdeck.kernels.small_groups import fewest_people, hidden_groups, is_shown
from quarterdeck.kernels.statistics import mean_interval, t_quantile

# Two-sided 95 %, from the NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2.
PUBLISHED_T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 10: 2.228, 30: 2.042, 100: 1.984}


@pytest.mark.parametrize(("degrees", "t"), PUBLISHED_T.items())
def test_the_quantiles_of_student_are_those_of_the_table(degrees: int, t: float) -> None:
    assert t_quantile(0.95, degrees) == pytest.approx(t, abs=0.0005)


def test_the_interval_of_a_mean_is_that_of_the_sleep_study() -> None:
    """Student's first sleep data; R's `t.test(extra)` of group 2 gives 0.8976775 to 3.7623225."""
    extra_hours = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

    interval = mean_interval(extra_hours)

    assert interval == pytest.approx((0.8976775, 3.7623225), abs=1e-5)


def test_the_difference_of_two_groups_is_that_of_the_sleep_study() -> None:
    """R's `t.test(extra ~ group, data = sleep)`: -3.3654832 to 0.2054832 by Welch."""
    first = [Fraction(each, 10) for each in (7, -16, -2, -12, -1, 34, 37, 8, 0, 20)]
    second = [Fraction(each, 10) for each in (19, 8, 11, 1, -1, 44, 55, 16, 46, 34)]

    found = difference_of_means(first, second)

    assert found is not None
    assert found.value == Fraction("-1.58")
    assert (found.low, found.high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-5)


def test_groups_that_all_changed_alike_show_nothing_of_chance() -> None:
    assert difference_of_means([-1, -1], [0, 0, 0]) is None


def test_one_group_without_spread_leaves_the_interval_to_the_other() -> None:
    found = difference_of_means([-1, -1], [0, 0, 3])

    # By hand: -1 less 1, a variance of 3 over 3, and two degrees of freedom: -2 ± 4.303.
    assert found is not None
    assert found.value == Fraction(-2)
    assert (found.low, found.high) == pytest.approx((-6.303, 2.303), abs=0.0005)


def test_the_interval_of_a_mean_ends_where_the_mean_must_lie() -> None:
    # By hand: mean 0.8, standard deviation 0.2739, 5 values, t 2.776: 0.8 ± 0.34.
    gains = [0.5, 0.5, 1.0, 1.0, 1.0]

    assert mean_interval(gains) == pytest.approx((0.46, 1.14), abs=0.0005)
    assert mean_interval(gains, most=1) == pytest.approx((0.46, 1), abs=0.0005)
    assert mean_interval([1.0, 1.0, 2.0], least=1, most=5) == pytest.approx((1, 2.768), abs=0.0005)


def test_one_value_has_no_interval() -> None:
    assert mean_interval([4]) is None


def test_a_sample_has_about_its_share() -> None:
    taken = sum(is_sampled("spring", f"desk.ticket:{number}", 20) for number in range(10_000))

    # Four standard deviations of a binomial of 10 000 trials.
    assert 1_840 < taken < 2_160


@given(seed=st.text(), key=st.text(), percent=st.integers(1, 100))
def test_a_larger_share_holds_all_of_a_smaller_one(seed: str, key: str, percent: int) -> None:
    assert is_sampled(seed, key, percent) or not is_sampled(seed, key, percent - 1)


def test_a_share_of_all_takes_everything_and_one_of_nothing_takes_none() -> None:
    asked = [(is_sampled("s", str(key), 100), is_sampled("s", str(key), 0)) for key in range(100)]

    assert set(asked) == {(True, False)}


T = TypeVar("T", str, int)


def apart(counts: dict[T, int]) -> dict[T, set[object]]:
    """Groups of so many people, none of whom is in two."""
    return {key: {(key, number) for number in range(count)} for key, count in counts.items()}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"Network": 12, "Desk": 40}, set()),
        ({"Network": 2, "Desk": 40, "Print": 9}, {"Network", "Print"}),
        ({"Network": 2, "Desk": 2, "Print": 9}, {"Network", "Desk", "Print"}),
        ({"Network": 3, "Desk": 3, "Print": 9}, {"Network", "Desk"}),
        ({"Network": 3, "Desk": 0}, {"Network"}),
        ({"Network": 3, "Desk": 9}, {"Network", "Desk"}),
        ({}, set()),
    ],
)
def test_small_groups_are_hidden_and_cannot_be_told_from_the_total(
    counts: dict[str, int], hidden: set[str]
) -> None:
    assert hidden_groups(apart(counts), 5) == hidden


def test_who_stands_behind_two_groups_counts_once() -> None:
    groups = {"Network": {1, 2}, "Desk": {1, 2, 3}, "Print": set(range(4, 12)), "Mail": {1, 2, 3}}

    # Three people stand behind the three small ones, which therefore take the large one with them.
    assert hidden_groups(groups, 5) == groups.keys()


@given(st.dictionaries(st.integers(), st.integers(0, 30), max_size=8), st.integers(1, 10))
def test_what_is_hidden_is_never_the_rest_of_few(counts: dict[int, int], smallest: int) -> None:
    hidden = hidden_groups(apart(counts), smallest)

    rest = sum(counts[key] for key in hidden)
    total_is_small = sum(counts.values()) < smallest
    assert rest == 0 or rest >= smallest or total_is_small
    assert all(counts[key] >= smallest or not counts[key] for key in counts.keys() - hidden)


@pytest.mark.parametrize(
    ("answers", "skipped", "people"),
    [
        ([1, 1, 1, 1, 1, 1], 0, 6),
        ([1, 1, 1, 1, 1, 1], 2, 4),
        # Nobody who answered twelve times has left all of them out among eleven.
        ([12, 12, 12], 11, 3),
        ([3, 1, 2], 3, 1),
        ([2, 1], 3, 0),
    ],
)
def test_so_few_people_can_stand_behind_a_question(
    answers: list[int], skipped: int, people: int
) -> None:
    assert fewest_people(answers, skipped) == people


def test_a_part_is_hidden_where_the_rest_of_its_whole_is_small() -> None:
    shown = [is_shown(20, (23,), 5), is_shown(20, (25,), 5), is_shown(4, (4,), 5)]

    assert shown == [False, True, False]
