"""Spans and sets of spans, by example and against sets of single minutes."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.spans import Span, coverage, intersect, subtract, total, union

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
MINUTES = st.integers(0, 40)


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def span(start: int, end: int) -> Span:
    return Span(minute(start), minute(end))


def minutes_of(spans: list[Span]) -> set[int]:
    """The minutes of the first forty that lie in a span: the slow and obvious definition."""
    return {number for number in range(41) if any(s.contains(minute(number)) for s in spans)}


sets_of_spans = st.lists(
    st.tuples(MINUTES, MINUTES).map(lambda ends: span(min(ends), max(ends))), max_size=8
)


def test_a_span_holds_its_start() -> None:
    assert span(0, 10).contains(minute(0))


def test_a_span_does_not_hold_its_end() -> None:
    assert not span(0, 10).contains(minute(10))


def test_an_empty_span_holds_nothing() -> None:
    assert not span(5, 5).contains(minute(5))


def test_the_length_of_a_night_in_which_the_clocks_go_forward_is_an_hour_less() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    night = Span(datetime(2026, 3, 28, 22, tzinfo=berlin), datetime(2026, 3, 29, 6, tzinfo=berlin))

    assert night.length == timedelta(hours=7)


def test_the_length_over_a_repeated_hour_counts_it_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)

    assert Span(twice, twice.replace(fold=1)).length == timedelta(hours=1)


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="start 2026-03-06T12:00:00 has no time zone: expected"):
        Span(NOON.replace(tzinfo=None), NOON)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it starts: expected an end at or after"):
        span(10, 0)


def test_clipping_keeps_the_common_part() -> None:
    assert span(0, 10).clip(span(5, 20)) == span(5, 10)


def test_spans_that_only_touch_have_no_common_part() -> None:
    assert span(0, 10).clip(span(10, 20)) is None


def test_spans_that_touch_are_merged_and_empty_ones_dropped() -> None:
    merged = union([span(20, 30), span(0, 10), span(10, 15), span(17, 17)])

    assert merged == [span(0, 15), span(20, 30)]


def test_an_instant_in_two_spans_counts_once() -> None:
    assert total([span(0, 10), span(5, 15)]) == timedelta(minutes=15)


def test_subtracting_a_middle_leaves_both_sides() -> None:
    assert subtract([span(0, 30)], [span(10, 20)]) == [span(0, 10), span(20, 30)]


def test_coverage_is_an_exact_share() -> None:
    assert coverage([span(0, 10), span(5, 20), span(50, 99)], span(0, 30)) == Fraction(2, 3)


def test_the_coverage_of_an_empty_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="no coverage of the empty span"):
        coverage([], span(3, 3))


@given(sets_of_spans)
def test_a_union_holds_the_same_minutes(spans: list[Span]) -> None:
    assert minutes_of(union(spans)) == minutes_of(spans)


@given(sets_of_spans)
def test_the_spans_of_a_union_stand_apart_in_order(spans: list[Span]) -> None:
    merged = union(spans)

    assert all(before.end < after.start for before, after in pairwise(merged))


@given(sets_of_spans, sets_of_spans)
def test_an_intersection_holds_the_minutes_of_both(a: list[Span], b: list[Span]) -> None:
    assert minutes_of(intersect(a, b)) == minutes_of(a) & minutes_of(b)


@given(sets_of_spans, sets_of_spans)
def test_a_difference_holds_the_minutes_of_one_alone(a: list[Span], b: list[Span]) -> None:
    assert minutes_of(subtract(a, b)) == minutes_of(a) - minutes_of(b)


@given(sets_of_spans, sets_of_spans)
def test_what_is_common_and_what_is_left_add_up(a: list[Span], b: list[Span]) -> None:
    assert total(intersect(a, b)) + total(subtract(a, b)) == total(a)


@given(sets_of_spans, sets_of_spans)
def test_every_result_is_already_a_union(a: list[Span], b: list[Span]) -> None:
    results = [intersect(a, b), subtract(a, b)]

    assert [union(result) for result in results] == results
