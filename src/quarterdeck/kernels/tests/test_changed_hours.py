"""Working calendars whose hours or zone change: each day by what held on it."""

import pickle
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.kernels.calendars import HoursChange, Opening, WorkingCalendar
from quarterdeck.kernels.hours import Week
from quarterdeck.kernels.spans import Span
from quarterdeck.kernels.tests.test_calendars_by_minute import CHANGES, weeks

HOUR = 3600
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FRIDAY, MONDAY = datetime(2026, 2, 27, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)


def week(start: str, end: str, days: range = range(5)) -> Week:
    return dict.fromkeys(days, (Opening.between(start, end),))


def shortened(*holidays: date) -> WorkingCalendar:
    """Ten hours a day, and one alone from Monday 2 March 2026 on."""
    change = HoursChange(date(2026, 3, 2), "UTC", week("09:00", "10:00"))
    return WorkingCalendar("UTC", week("08:00", "18:00"), frozenset(holidays), (change,))


def test_each_day_is_counted_by_the_hours_that_held_on_it() -> None:
    # Friday ten hours, Monday and Tuesday one each.
    assert shortened().business_seconds(FRIDAY, FRIDAY + 5 * DAY) == 12 * HOUR


def test_years_on_both_sides_of_a_change_add_up() -> None:
    # 2025 has 261 working days, and so has 2026: 42 of them up to Friday 27 February.
    start, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

    assert shortened().business_seconds(start, end) == ((261 + 42) * 10 + 219) * HOUR


def test_time_to_a_target_runs_on_by_the_new_hours() -> None:
    # One hour on Friday evening, one on Monday, the last on Tuesday.
    due = shortened().add_business(FRIDAY + timedelta(hours=17), 3 * HOUR)

    assert due == MONDAY + DAY + timedelta(hours=10)


def test_a_holiday_closes_whatever_hours_hold() -> None:
    calendar = shortened(date(2026, 2, 27), date(2026, 3, 2))

    assert calendar.business_seconds(FRIDAY, FRIDAY + 5 * DAY) == HOUR


@pytest.mark.parametrize(
    ("change", "hours"),
    [
        # Clocks go forward at 02:00 on 29 March: the night shift of Saturday is an hour short.
        (HoursChange(date(2026, 3, 29), "Europe/Berlin", {}), 7),
        # What both hold open counts once: from 22:00 (21:00 UTC) to 09:00 (07:00 UTC).
        (HoursChange(date(2026, 3, 29), "Europe/Berlin", week("05:00", "09:00", range(7))), 10),
        # Clocks go back at 03:00 on 25 October: it is an hour longer.
        (HoursChange(date(2026, 10, 25), "Europe/Berlin", {}), 9),
    ],
    ids=["forward", "forward and overlapping", "back"],
)
def test_a_night_shift_of_the_last_day_of_old_hours_ends_as_it_began(
    change: HoursChange, hours: int
) -> None:
    nights = week("22:00", "06:00", range(5, 6))
    calendar = WorkingCalendar("Europe/Berlin", nights, changes=(change,))
    berlin = ZoneInfo("Europe/Berlin")
    noon = datetime(2026, change.first_day.month, change.first_day.day, 12, tzinfo=berlin)

    assert calendar.business_seconds(noon - DAY, noon) == hours * HOUR


def test_from_another_zone_on_days_begin_there() -> None:
    # Nine in New York is 14:00 UTC in winter.
    change = HoursChange(date(2026, 3, 2), "America/New_York", week("09:00", "17:00"))
    calendar = WorkingCalendar("UTC", week("09:00", "17:00"), changes=(change,))

    spans = calendar.open_spans(Span(FRIDAY, FRIDAY + 4 * DAY))

    assert spans == [
        Span(FRIDAY + timedelta(hours=9), FRIDAY + timedelta(hours=17)),
        Span(MONDAY + timedelta(hours=14), MONDAY + timedelta(hours=22)),
    ]


def test_days_of_two_zones_that_overlap_count_once() -> None:
    # Monday in Los Angeles is 17:00 to 01:00 UTC, Tuesday in Tokyo 00:00 to 08:00 UTC.
    change = HoursChange(date(2026, 3, 3), "Asia/Tokyo", week("09:00", "17:00"))
    calendar = WorkingCalendar("America/Los_Angeles", week("09:00", "17:00"), changes=(change,))
    noon = MONDAY + timedelta(hours=12)

    assert calendar.business_seconds(noon, noon + DAY) == 15 * HOUR


def test_where_a_calendar_closes_for_good_no_time_comes_after() -> None:
    closed = HoursChange(date(2026, 3, 2), "UTC", {})
    calendar = WorkingCalendar("UTC", week("08:00", "18:00"), changes=(closed,))

    assert calendar.add_business(FRIDAY, 10 * HOUR) == FRIDAY + timedelta(hours=18)
    assert (shortened().goes_on, calendar.goes_on) == (True, False)
    with pytest.raises(ValueError, match="never open for 36001 s"):
        calendar.add_business(FRIDAY, 10 * HOUR + 1)


def test_changes_follow_each_other() -> None:
    change = HoursChange(date(2026, 3, 2), "UTC", {})

    with pytest.raises(ValueError, match="follow each other by their days"):
        WorkingCalendar("UTC", {}, changes=(change, change))


def test_calendars_that_change_alike_are_equal_and_survive_pickling() -> None:
    copy = pickle.loads(pickle.dumps(shortened()))  # noqa: S301 - our own bytes.

    assert {copy, shortened()} == {shortened()}
    assert copy != WorkingCalendar("UTC", week("08:00", "18:00"))


@st.composite
def changing(draw: st.DrawFn) -> tuple[WorkingCalendar, datetime, datetime]:
    """A calendar with up to two changes about a night in which clocks change, and a stretch."""
    (zone, day), *others = draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3))
    days = sorted(
        draw(st.lists(st.integers(-2, 2), min_size=len(others), max_size=len(others), unique=True))
    )
    changes = tuple(
        HoursChange(day + number * DAY, name, draw(weeks))
        for number, (name, _) in zip(days, others, strict=True)
    )
    start = (
        datetime(day.year, day.month, day.day, tzinfo=UTC)
        + draw(st.integers(-40, 24)) * 60 * MINUTE
    )
    holidays = draw(st.frozensets(st.integers(-2, 2).map(lambda n: day + n * DAY), max_size=1))
    return WorkingCalendar(zone, draw(weeks), holidays, changes), start, start + 2 * DAY


def is_open(calendar: WorkingCalendar, instant: datetime) -> bool:
    """The definition: in the zone of some hours, the clock shows a time in an opening of theirs."""
    hours = [(date.min, calendar.zone, calendar.week)]
    hours += [(each.first_day, each.zone, each.week) for each in calendar.changes]
    ends = [first for first, _, _ in hours[1:]] + [date.max]
    for (first, zone, openings), end in zip(hours, ends, strict=True):
        wall = instant.astimezone(ZoneInfo(zone))
        minute = wall.hour * 60 + wall.minute
        for day, passed in ((wall.date(), minute), (wall.date() - DAY, minute + 1440)):
            if first <= day < end and day not in calendar.holidays:
                for each in openings.get(day.weekday(), ()):
                    if each.start_minute <= passed < each.start_minute + each.length_minutes:
                        return True
    return False


@settings(max_examples=25)
@given(changing())
def test_business_time_is_the_count_of_minutes_open_by_the_hours_of_their_day(
    case: tuple[WorkingCalendar, datetime, datetime],
) -> None:
    calendar, start, end = case
    minutes = [start + n * MINUTE for n in range((end - start) // MINUTE)]

    expected = sum(is_open(calendar, minute) for minute in minutes)

    assert calendar.business_seconds(start, end) == 60 * expected
    spans = calendar.open_spans(Span(start, end))
    assert all(one.end < following.start for one, following in pairwise(spans))
