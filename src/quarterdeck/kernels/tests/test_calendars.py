"""Working calendars by example: openings, holidays, nights in which the clocks change."""

import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from quarterdeck.kernels.calendars import (
    Opening,
    WorkingCalendar,
    around_the_clock,
    standard_week,
)
from quarterdeck.kernels.spans import Span

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
HOUR = 3600


def in_berlin(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def on(weekday: int, start: str, end: str, zone: str, *holidays: date) -> WorkingCalendar:
    return WorkingCalendar(zone, {weekday: (Opening.between(start, end),)}, frozenset(holidays))


def test_a_weekend_counts_nothing_in_the_standard_week() -> None:
    friday, monday = datetime(2026, 3, 6, 17, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC)

    assert standard_week().business_seconds(friday, monday) == 2 * HOUR


def test_the_standard_week_of_2016_has_261_days_of_ten_hours() -> None:
    year = datetime(2016, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC)

    assert standard_week().business_seconds(*year) == 261 * 10 * HOUR


def test_four_centuries_of_the_gregorian_calendar_have_104_355_working_days() -> None:
    # 146,097 days are 20,871 whole weeks.
    start, end = datetime(1800, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

    assert standard_week().business_seconds(start, end) == 104_355 * 10 * HOUR


def test_around_the_clock_counts_every_second() -> None:
    start, end = datetime(1990, 1, 1, tzinfo=UTC), datetime(2040, 5, 17, 3, 4, 5, tzinfo=UTC)

    counted = around_the_clock("Europe/Berlin").business_seconds(start, end)

    assert counted == (end - start) // timedelta(seconds=1)


def test_midnight_loses_no_minute_when_an_opening_ends_at_24_00() -> None:
    calendar = WorkingCalendar("UTC", dict.fromkeys(range(7), (Opening.between("00:00", "24:00"),)))
    midnight = datetime(2026, 3, 7, tzinfo=UTC)

    around = calendar.business_seconds(
        midnight - timedelta(minutes=1), midnight + timedelta(minutes=1)
    )

    assert around == 120


def test_a_holiday_removes_the_openings_that_start_on_it() -> None:
    calendar = standard_week("Europe/Berlin", holidays=[date(2026, 4, 6)])

    assert calendar.business_seconds(in_berlin(4, 6, 0), in_berlin(4, 7, 0)) == 0


def test_a_night_shift_runs_on_into_a_holiday() -> None:
    calendar = on(SUNDAY, "22:00", "06:00", "Europe/Berlin", date(2026, 4, 6))

    assert calendar.business_seconds(in_berlin(4, 5, 12), in_berlin(4, 6, 12)) == 8 * HOUR


def test_a_holiday_removes_its_night_shift_to_the_end() -> None:
    calendar = on(SUNDAY, "22:00", "06:00", "Europe/Berlin", date(2026, 4, 5))

    assert calendar.business_seconds(in_berlin(4, 5, 12), in_berlin(4, 6, 12)) == 0


def test_an_opening_that_ends_when_it_starts_lasts_a_day() -> None:
    assert Opening.between("08:00", "08:00").length_minutes == 1440


def test_openings_that_overlap_count_once() -> None:
    openings = (Opening.between("08:00", "12:00"), Opening.between("10:00", "14:00"))
    calendar = WorkingCalendar("UTC", {MONDAY: openings})

    seconds = calendar.business_seconds(
        datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC)
    )

    assert seconds == 6 * HOUR


@pytest.mark.parametrize(
    ("zone", "opening", "day", "hours"),
    [
        pytest.param("Europe/Berlin", ("02:00", "05:00"), date(2026, 3, 29), 2, id="start in gap"),
        pytest.param("Europe/Berlin", ("02:15", "02:45"), date(2026, 3, 29), 0, id="all in gap"),
        pytest.param("Europe/Berlin", ("00:00", "24:00"), date(2026, 3, 29), 23, id="short day"),
        pytest.param("Europe/Berlin", ("00:00", "24:00"), date(2026, 10, 25), 25, id="long day"),
        pytest.param("Europe/Berlin", ("02:30", "03:00"), date(2026, 10, 25), 1, id="twice"),
        pytest.param("America/New_York", ("01:00", "02:00"), date(2026, 11, 1), 2, id="New York"),
        pytest.param("Australia/Lord_Howe", ("01:00", "03:00"), date(2026, 4, 5), 2.5, id="half"),
        pytest.param("Australia/Lord_Howe", ("02:00", "03:00"), date(2026, 10, 4), 0.5, id="gap"),
    ],
)  # fmt: skip
def test_an_opening_in_the_night_of_a_change_counts_the_wall_clock_s_minutes(
    zone: str, opening: tuple[str, str], day: date, hours: float
) -> None:
    calendar = on(SUNDAY, *opening, zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))

    assert calendar.business_seconds(midnight, midnight + timedelta(days=1)) == hours * HOUR


def test_repeated_minutes_are_two_spans_when_the_opening_ends_between_them() -> None:
    calendar = on(SUNDAY, "02:15", "02:30", "Europe/Berlin")

    spans = calendar.open_spans(Span(in_berlin(10, 25, 0), in_berlin(10, 26, 0)))

    assert spans == [
        Span(datetime(2026, 10, 25, 0, 15, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        Span(datetime(2026, 10, 25, 1, 15, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ]


@pytest.mark.parametrize("year_month", [(2019, 5), (2021, 4), (2023, 4), (2024, 3)])
def test_a_zone_that_changes_for_one_month_alone_is_followed(year_month: tuple[int, int]) -> None:
    # Morocco leaves its summer time for Ramadan; in its middle the clocks show UTC.
    calendar = on(MONDAY, "08:00", "09:00", "Africa/Casablanca")
    week = Span(datetime(*year_month, 15, tzinfo=UTC), datetime(*year_month, 22, tzinfo=UTC))

    assert [span.start.hour for span in calendar.open_spans(week)] == [8]


def test_open_spans_are_cut_at_the_period() -> None:
    period = Span(
        datetime(2026, 3, 6, 17, 0, 0, 500_000, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC)
    )

    assert standard_week().open_spans(period) == [
        Span(period.start, datetime(2026, 3, 6, 18, tzinfo=UTC)),
        Span(datetime(2026, 3, 9, 8, tzinfo=UTC), period.end),
    ]


def test_time_that_is_always_open_is_one_span_over_the_years() -> None:
    decade = Span(datetime(2015, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))

    assert around_the_clock("Europe/Berlin").open_spans(decade) == [decade]


def test_adding_the_rest_of_a_day_ends_at_closing_time() -> None:
    friday = datetime(2026, 3, 6, 16, tzinfo=UTC)

    due = standard_week().add_business(friday, 2 * HOUR)

    assert due == datetime(2026, 3, 6, 18, tzinfo=UTC)


def test_adding_one_second_more_goes_on_at_the_next_opening() -> None:
    friday = datetime(2026, 3, 6, 16, tzinfo=UTC)

    due = standard_week().add_business(friday, 2 * HOUR + 1)

    assert due == datetime(2026, 3, 9, 8, 0, 1, tzinfo=UTC)


def test_adding_crosses_years() -> None:
    start = datetime(2016, 1, 1, tzinfo=UTC)

    due = standard_week().add_business(start, 261 * 10 * HOUR)

    assert due == datetime(2016, 12, 30, 18, tzinfo=UTC)


def test_adding_to_a_calendar_that_never_opens_is_refused() -> None:
    with pytest.raises(ValueError, match=r"never open for 1 s .* expected a week with at least"):
        WorkingCalendar("UTC", {}).add_business(datetime(2026, 1, 1, tzinfo=UTC), 1)


def test_adding_negative_time_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 or more"):
        standard_week().add_business(datetime(2026, 1, 1, tzinfo=UTC), -1)


def test_the_start_of_an_opening_is_open() -> None:
    assert standard_week().is_open(datetime(2026, 3, 6, 8, tzinfo=UTC))


def test_the_end_of_an_opening_is_closed() -> None:
    assert not standard_week().is_open(datetime(2026, 3, 6, 18, tzinfo=UTC))


def test_an_end_before_the_start_is_refused() -> None:
    start = datetime(2026, 3, 6, tzinfo=UTC)

    with pytest.raises(ValueError, match="negative: expected an end at or after the start"):
        standard_week().business_seconds(start, start - timedelta(microseconds=1))


@pytest.mark.parametrize("naive", ["start", "end"])
def test_a_naive_instant_is_refused(naive: str) -> None:
    aware = datetime(2026, 3, 6, tzinfo=UTC)
    instants = {"start": aware, "end": aware} | {naive: aware.replace(tzinfo=None)}

    with pytest.raises(ValueError, match="has no time zone: expected an aware datetime"):
        standard_week().business_seconds(**instants)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'Europe/Bonn': expected an IANA name .* tzdata"):
        standard_week("Europe/Bonn")


def test_an_unknown_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="weekday 7: expected 0"):
        WorkingCalendar("UTC", {7: (Opening(0, 60),)})


@pytest.mark.parametrize("text", ["8:00", "24:01", "12:60", "noon", "12-30", "\uff11\uff12:30", ""])
def test_a_time_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected HH:MM from 00:00 to 24:00"):
        Opening.between("00:00", text)


@pytest.mark.parametrize(("start", "end"), [(1440, 60), (-1, 60), (0, 1441), (0, -1)])
def test_a_minute_outside_the_day_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="expected 0 to 14"):
        Opening(start, end)


def test_an_opening_prints_as_clock_times() -> None:
    assert str(Opening(1320, 1440)) == "22:00-24:00"


def test_calendars_that_open_alike_are_equal_and_hash_equal() -> None:
    morning, evening = Opening(480, 720), Opening(1020, 1200)
    one = WorkingCalendar("UTC", {0: (morning, evening), 1: ()})
    other = WorkingCalendar("UTC", {0: (evening, morning, morning)})

    assert {one, other} == {one}


def test_a_calendar_survives_pickling() -> None:
    calendar = standard_week("Europe/Berlin", holidays=[date(2026, 4, 6)])

    assert pickle.loads(pickle.dumps(calendar)) == calendar  # noqa: S301 - our own bytes.


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 30)])
def test_the_first_and_the_last_days_of_datetime_can_be_asked_about(day: date) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    period = Span(start, start + timedelta(days=1))

    assert around_the_clock("Asia/Tokyo").open_spans(period) == [period]
