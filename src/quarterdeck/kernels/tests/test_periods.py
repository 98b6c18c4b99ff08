"""Periods: what may be written, what it means, and where it begins and ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.periods import Grain, parse_period

OCTOBER = 10


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "grain", "first", "last"),
    [
        ("2016", Grain.YEAR, date(2016, 1, 1), date(2016, 12, 31)),
        ("2016-Q1", Grain.QUARTER, date(2016, 1, 1), date(2016, 3, 31)),
        ("2016-Q4", Grain.QUARTER, date(2016, 10, 1), date(2016, 12, 31)),
        ("2016-02", Grain.MONTH, date(2016, 2, 1), date(2016, 2, 29)),
        ("2016-12", Grain.MONTH, date(2016, 12, 1), date(2016, 12, 31)),
        ("FY2016", Grain.FISCAL_YEAR, date(2015, 10, 1), date(2016, 9, 30)),
        ("2016-01-15..2016-02-14", Grain.RANGE, date(2016, 1, 15), date(2016, 2, 14)),
        ("2016-02-29..2016-02-29", Grain.RANGE, date(2016, 2, 29), date(2016, 2, 29)),
    ],
)
def test_every_form_names_its_days(text: str, grain: Grain, first: date, last: date) -> None:
    period = parse_period(text, fiscal_year_start=OCTOBER)

    assert (period.key, period.grain, period.first, period.last) == (text, grain, first, last)


def test_a_fiscal_year_from_january_is_the_calendar_year() -> None:
    assert parse_period("FY2016").span == parse_period("2016").span


def test_the_last_day_of_a_range_is_in_it() -> None:
    span = parse_period("2016-01-15..2016-02-14").span

    assert (span.start, span.end) == (utc(2016, 1, 15), utc(2016, 2, 15))


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("UTC", utc(2026, 3, 1), utc(2026, 4, 1)),
        ("Europe/Berlin", utc(2026, 2, 28, 23), utc(2026, 3, 31, 22)),
        ("America/New_York", utc(2026, 3, 1, 5), utc(2026, 4, 1, 4)),
    ],
)
def test_a_month_of_change_begins_and_ends_at_local_midnight(
    zone: str, start: datetime, end: datetime
) -> None:
    span = parse_period("2026-03", zone).span

    assert (span.start, span.end) == (start, end)


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        # The clocks went from 0:00 to 1:00.
        pytest.param("America/Sao_Paulo", "2018-11-04", utc(2018, 11, 4, 3), id="gap at midnight"),
        # They went from 23:30 to 0:30 (tz database, rule Toronto 1919).
        pytest.param("America/Toronto", "1919-03-31", utc(1919, 3, 31, 4, 30), id="gap around"),
        # They went back from 1:00 to 0:00.
        pytest.param("America/Havana", "2023-11-05", utc(2023, 11, 5, 4), id="midnight twice"),
    ],
)
def test_a_day_without_or_with_two_midnights_starts_at_its_first_instant(
    zone: str, day: str, start: datetime
) -> None:
    assert parse_period(f"{day}..{day}", zone).span.start == start


def test_a_day_that_a_zone_left_out_is_empty() -> None:
    # Samoa crossed the date line: 29 December 2011 was followed by the 31st.
    assert parse_period("2011-12-30..2011-12-30", "Pacific/Apia").span.length == timedelta()


@pytest.mark.parametrize(
    ("text", "previous"),
    [
        ("2016", "2015"),
        ("2016-Q1", "2015-Q4"),
        ("2016-Q3", "2016-Q2"),
        ("2016-01", "2015-12"),
        ("2016-11", "2016-10"),
        ("FY2016", "FY2015"),
        ("2016-03-01..2016-03-07", "2016-02-23..2016-02-29"),
    ],
)
def test_the_previous_period_is_of_the_same_kind(text: str, previous: str) -> None:
    assert str(parse_period(text, fiscal_year_start=OCTOBER).previous()) == previous


@pytest.mark.parametrize("fiscal_year_start", range(1, 13))
def test_fiscal_years_follow_each_other(fiscal_year_start: int) -> None:
    period = parse_period("FY2016", "Europe/Berlin", fiscal_year_start)

    assert period.previous().span.end == period.span.start


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.integers(0, 400),
    st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "America/St_Johns", "Africa/Cairo"]),
)
def test_a_range_ends_where_the_next_begins(first: date, days: int, zone: str) -> None:
    period = parse_period(f"{first}..{first + timedelta(days=days)}", zone)

    assert period.previous().span.end == period.span.start


def test_the_last_months_end_with_that_of_the_period_s_last_day() -> None:
    months = parse_period("2016-Q1").months_back(4)

    assert [month.key for month in months] == ["2015-12", "2016-01", "2016-02", "2016-03"]


def test_the_months_of_a_year_fill_it_without_a_gap() -> None:
    months = parse_period("2026", "Europe/Berlin").months_back(12)

    ends = [parse_period("2025", "Europe/Berlin").span.end, *(month.span.end for month in months)]
    assert [month.span.start for month in months] == ends[:-1]


def test_the_last_no_months_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 1 or more"):
        parse_period("2016").months_back(0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "none of the known forms"),
        ("16", "none of the known forms"),
        ("2016-13", "none of the known forms"),
        ("2016-Q5", "none of the known forms"),
        ("2016-3", "none of the known forms"),
        ("fy2016", "none of the known forms"),
        (" 2016", "none of the known forms"),
        ("2016\n", "none of the known forms"),
        ("\u0662\u0660\u0661\u0666", "none of the known forms"),
        ("2016-02-30..2016-03-01", "one of its dates does not exist"),
        ("2016-03-02..2016-03-01", "it ends before it starts"),
        ("0016", "its years lie outside 1000 to 9998"),
        ("9999", "its years lie outside 1000 to 9998"),
    ],
)
def test_anything_else_is_refused_with_what_was_expected(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=rf"{reason}\. Expected 2016, 2016-Q1"):
        parse_period(text)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="expected an IANA name"):
        parse_period("2016", "Mars/Olympus")


@pytest.mark.parametrize("month", [0, 13])
def test_a_fiscal_year_starts_in_a_month(month: int) -> None:
    with pytest.raises(ValueError, match="expected 1"):
        parse_period("FY2016", fiscal_year_start=month)
