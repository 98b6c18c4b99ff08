"""How one cell is read: what each kind of column takes, and how it refuses the rest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from quarterdeck.core.columns import BadCell, Choice, Column, Flag, Joined, Stamp, Text, Whole

DAY_FIRST = Stamp("at", "%d/%m/%Y %H:%M", "29/2/2016 01:23", required=True)
ISO = Stamp("at", "iso", "2012-03-15T11:53:52+01:00")
BERLIN = "Europe/Berlin"


def read(column: Column, *cells: str, zone: str = "UTC", unknown: Sequence[str] = ("", "?")) -> Any:
    """What a column reads in cells that stand in the order of its names."""
    places = {name: place for place, name in enumerate(column.names)}
    return column.reader(places, frozenset(unknown), ZoneInfo(zone))(cells)


def refusal(column: Column, *cells: str, zone: str = "UTC") -> tuple[str, str, str]:
    """Where a column refuses cells, what it found there, and what it expected."""
    with pytest.raises(BadCell) as caught:
        read(column, *cells, zone=zone)
    return caught.value.column, caught.value.found, caught.value.expected


def seconds(*moment: int) -> int:
    """Seconds since 1970 of a moment in UTC."""
    return int(datetime(*moment, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]  # year to minute


def test_a_date_is_read_day_first() -> None:
    assert read(DAY_FIRST, " 1/3/2016 08:05 ") == seconds(2016, 3, 1, 8, 5)


def test_the_same_text_is_read_the_same_twice() -> None:
    reader = DAY_FIRST.reader({"at": 0}, frozenset({""}), ZoneInfo("UTC"))

    assert [reader(["1/3/2016 08:05"]), reader(["1/3/2016 08:05"])] == [
        seconds(2016, 3, 1, 8, 5),
        seconds(2016, 3, 1, 8, 5),
    ]


def test_a_local_time_is_read_in_the_zone_of_the_import() -> None:
    assert read(DAY_FIRST, "1/7/2016 08:00", zone=BERLIN) == seconds(2016, 7, 1, 6, 0)


def test_a_time_with_its_own_offset_keeps_it() -> None:
    assert read(ISO, "2012-03-15T11:53:52+01:00", zone="Asia/Tokyo") == seconds(
        2012, 3, 15, 10, 53, 52
    )


@pytest.mark.parametrize(
    "text",
    [
        "30/2/2016 01:23",
        "2/29/2016 01:23",
        "1/3/2016",
        "1/3/16 08:00",
        "1/3/2016 24:00",
        "2016-03-01 08:00",
        "yesterday",
    ],
)
def test_a_date_that_cannot_be_is_refused_with_an_example(text: str) -> None:
    assert refusal(DAY_FIRST, text) == (
        "at",
        text,
        "a date and time such as 29/2/2016 01:23",
    )


@pytest.mark.parametrize("text", ["1/1/0001 00:00", "31/12/9999 23:59", "31/12/1899 23:59"])
def test_a_date_far_outside_of_our_times_is_refused(text: str) -> None:
    assert refusal(DAY_FIRST, text, zone="Asia/Tokyo")[2] == "a date from 1900 to 2199"


def test_a_required_date_is_refused_where_it_is_unknown() -> None:
    assert refusal(DAY_FIRST, "?") == ("at", "?", "a date and time such as 29/2/2016 01:23")


def test_a_date_that_may_be_missing_is_unknown() -> None:
    assert read(ISO, "") is None


def test_a_time_that_the_clocks_skip_in_spring_is_refused() -> None:
    assert refusal(DAY_FIRST, "27/3/2016 02:30", zone=BERLIN) == (
        "at",
        "2016-03-27 02:30:00",
        "a time that the clocks of Europe/Berlin show",
    )


def test_a_time_that_the_clocks_show_twice_in_autumn_is_the_first() -> None:
    assert read(DAY_FIRST, "30/10/2016 02:30", zone=BERLIN) == seconds(2016, 10, 30, 0, 30)


@pytest.mark.parametrize("text", ["-1", "1.5", "1,000", "two", "٣", "+3", "0x10", "1e3"])
def test_a_counter_takes_plain_digits_only(text: str) -> None:
    assert refusal(Whole("count"), text) == ("count", text, "a whole number")


def test_a_counter_above_its_limit_is_refused() -> None:
    assert refusal(Whole("count", largest=50), "51") == ("count", "51", "at most 50")


def test_a_counter_may_be_unknown() -> None:
    assert read(Whole("count"), "?") is None


def test_a_flag_is_true_or_false() -> None:
    assert [read(Flag("kept"), text) for text in ("true", "False", "?")] == [True, False, None]


def test_any_other_flag_is_refused() -> None:
    assert refusal(Flag("kept"), "yes")[:2] == ("kept", "yes")


def test_text_that_is_too_long_is_refused_and_not_cut() -> None:
    assert refusal(Text("team", longest=50), "x" * 51) == (
        "team",
        "x" * 40 + "…",
        "at most 50 characters",
    )


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "<script>alert(1)</script>", "'; DROP TABLE"]
)
def test_text_that_looks_like_a_formula_or_markup_stays_text(text: str) -> None:
    assert read(Text("title"), text) == text


def test_required_text_is_refused_where_it_is_unknown() -> None:
    assert refusal(Text("title", required=True), "?") == ("title", "?", "a value")


def test_joined_parts_too_long_to_be_a_key_are_refused() -> None:
    assert refusal(Joined(("a", "b"), longest=10), "123456", "7890") == (
        "a + b",
        "123456|7890…",
        "at most 10 characters",
    )


def test_an_unknown_word_is_refused_with_the_known_ones() -> None:
    state = Choice(("state", "part"), {("New", ""): 1, ("Done", "Closed"): 2}, required=True)

    assert refusal(state, "Done", "Open") == (
        "state + part",
        "Done/Open",
        "one of New/, Done/Closed",
    )


def test_words_that_may_be_missing_are_unknown() -> None:
    assert read(Choice(("level",), {("High",): 1}), "?") is None


def test_what_a_person_says_of_a_word_goes_before_what_it_usually_means() -> None:
    one = Choice(("level",), {("High",): 1, ("Low",): 3}, said={"high": 2, "urgent": 1})
    both = Choice(("level", "state"), {("High", "Open"): 1}, said={"high": 2})

    assert [read(one, word) for word in ("High", "Low", "Urgent")] == [2, 3, 1]
    # One word says less than two together.
    assert [read(both, "High", state) for state in ("Open", "Other")] == [1, 2]
