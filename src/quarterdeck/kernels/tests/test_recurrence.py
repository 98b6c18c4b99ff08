"""Known answers of intervals and of rates before and after."""

import math

import pytest

from quarterdeck.kernels.recurrence import Recurrence, binomial_interval, recurrence


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # None of n: up to 1 - 0.025^(1/n); all of n: its mirror image.
        (0, 10, 0.0, 1 - 0.025 ** (1 / 10)),
        (20, 20, 0.025 ** (1 / 20), 1.0),
        # R. Newcombe, Statistics in Medicine 17 (1998), table I, method 5: 81 of 263, 15 of 148.
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
    ],
)
def test_the_exact_interval_is_the_published_one(
    successes: int, n: int, low: float, high: float
) -> None:
    assert binomial_interval(successes, n) == pytest.approx((low, high), abs=6e-5)


def test_as_many_as_before_in_as_many_days_is_a_ratio_of_one() -> None:
    found = recurrence(before=10, before_days=50, after=10, after_days=50)

    share_low, share_high = binomial_interval(10, 20)
    assert (found.expected, found.ratio) == (10, 1)
    assert (found.low, found.high) == pytest.approx(
        (share_low / (1 - share_low), share_high / (1 - share_high))
    )


def test_none_where_ten_were_expected_is_a_proof() -> None:
    found = recurrence(before=20, before_days=100, after=0, after_days=50)

    # Up to 1 - 0.025^(1/20) of the share, at odds of 100 days to 50.
    top = 1 - 0.025 ** (1 / 20)
    assert (found.ratio, found.low) == (0, 0)
    assert found.high == pytest.approx(2 * top / (1 - top))
    assert found.high is not None
    assert found.high < 1


def test_none_where_two_were_expected_says_nothing() -> None:
    found = recurrence(before=4, before_days=20, after=0, after_days=10)

    assert found == Recurrence(4, 20, 0, 10, expected=2)


def test_what_never_came_before_has_no_rate_to_hold_against() -> None:
    assert recurrence(0, 30, 5, 30) == Recurrence(0, 30, 5, 30, expected=None)


def test_all_after_the_fix_leaves_the_ratio_open_above() -> None:
    found = recurrence(before=3, before_days=1, after=300, after_days=100)

    assert found.high is not None
    assert math.isfinite(found.high)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        recurrence(-1, 1, 1, 1)
