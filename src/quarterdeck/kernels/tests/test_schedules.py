"""Schedules: what falls on which day, and nights in which clocks change. Expected by calendar."""

from datetime import UTC, date, datetime, time

import pytest

from quarterdeck.kernels.schedules import Frequency, Schedule

BERLIN = "Europe/Berlin"
NIGHT = time(2, 30)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day and time


def days(schedule: Schedule, amount: int) -> list[str]:
    found = schedule.first(amount, utc(2015, 12, 31, 12))
    return [f"{each:%a %m-%d}" for each in found]


def monthly(day: int, interval: int = 1) -> Schedule:
    starts_on = date(2016, 1, 1)
    return Schedule(Frequency.MONTHLY, starts_on, time(9), "UTC", interval, month_day=day)


def test_every_third_day_counts_from_the_first() -> None:
    schedule = Schedule(Frequency.DAILY, date(2016, 2, 27), time(9), "UTC", interval=3)

    assert days(schedule, 3) == ["Sat 02-27", "Tue 03-01", "Fri 03-04"]


def test_every_second_week_counts_weeks_from_monday() -> None:
    """The first is a Thursday: its own week counts, the next does not."""
    starts_on, chosen = date(2016, 1, 7), frozenset({0, 3})
    schedule = Schedule(Frequency.WEEKLY, starts_on, time(9), "UTC", 2, chosen)

    assert days(schedule, 4) == ["Thu 01-07", "Mon 01-18", "Thu 01-21", "Mon 02-01"]


def test_a_month_without_that_day_has_its_last_one() -> None:
    assert days(monthly(31), 4) == ["Sun 01-31", "Mon 02-29", "Thu 03-31", "Sat 04-30"]


def test_a_quarter_is_every_third_month() -> None:
    assert days(monthly(15, 3), 3) == ["Fri 01-15", "Fri 04-15", "Fri 07-15"]


def test_the_local_time_stays_when_clocks_change() -> None:
    schedule = Schedule(Frequency.DAILY, date(2016, 3, 26), time(9), BERLIN)

    assert schedule.first(2, utc(2016, 3, 26)) == [utc(2016, 3, 26, 8), utc(2016, 3, 27, 7)]


def test_a_time_that_a_night_skips_comes_by_the_offset_before() -> None:
    """On 27 March 2016 clocks went from 02:00 to 03:00: 02:30 of before is 01:30 UTC."""
    schedule = Schedule(Frequency.DAILY, date(2016, 3, 26), NIGHT, BERLIN)

    found = schedule.between(utc(2016, 3, 25), utc(2016, 3, 28, 12))

    assert found == [utc(2016, 3, 26, 1, 30), utc(2016, 3, 27, 1, 30), utc(2016, 3, 28, 0, 30)]


def test_a_time_that_a_night_has_twice_comes_once() -> None:
    """On 30 October 2016 clocks went from 03:00 back to 02:00: 02:30 came first at 00:30 UTC."""
    schedule = Schedule(Frequency.DAILY, date(2016, 10, 30), NIGHT, BERLIN)

    assert schedule.first(2, utc(2016, 10, 29, 12)) == [
        utc(2016, 10, 30, 0, 30),
        utc(2016, 10, 31, 1, 30),
    ]


def test_nothing_comes_after_the_last_day() -> None:
    schedule = Schedule(Frequency.DAILY, date(2016, 1, 1), time(9), "UTC", ends_on=date(2016, 1, 2))

    assert schedule.first(5, utc(2016, 1, 1, 9)) == [utc(2016, 1, 2, 9)]


def test_what_would_never_occur_is_refused() -> None:
    with pytest.raises(ValueError, match="names its weekdays"):
        Schedule(Frequency.WEEKLY, date(2016, 1, 1), time(9), "UTC")
