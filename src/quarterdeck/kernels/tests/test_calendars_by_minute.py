"""Working calendars against the definition itself: counting open minutes one by one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from quarterdeck.kernels.calendars import Opening, WorkingCalendar
from quarterdeck.kernels.spans import Span, total

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# Nights in which the clocks change: by an hour, by half an hour, at midnight, by a whole day, and
# a minute after midnight; and one place that never changes.
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2024, 3, 10)),
    ("America/New_York", date(2024, 11, 3)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Havana", date(2023, 11, 5)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Africa/Casablanca", date(2019, 5, 5)),
    ("Asia/Kolkata", date(2026, 6, 1)),
    # The calendar's table is cut at 2**25 s from here, 2019-12-22 23:45:04 and 2023-03-02 01:46:40.
    ("UTC", date(2019, 12, 22)),
    ("UTC", date(2023, 3, 2)),
    ("Pacific/Pago_Pago", date(2023, 3, 2)),
]

openings = st.builds(
    Opening,
    st.one_of(st.integers(0, 1439), st.sampled_from([0, 90, 120, 150, 1320])),
    st.one_of(st.integers(0, 1440), st.sampled_from([0, 120, 150, 180, 360, 1440])),
)
weeks = st.dictionaries(st.integers(0, 6), st.lists(openings, max_size=3).map(tuple), max_size=7)


@st.composite
def cases(draw: st.DrawFn) -> tuple[WorkingCalendar, datetime, datetime]:
    """A calendar and a stretch of up to three days about a night of change, at whole minutes."""
    zone, day = draw(st.sampled_from(CHANGES))
    holidays = draw(
        st.frozensets(st.integers(-2, 2).map(lambda days: day + days * DAY), max_size=2)
    )
    middle = datetime(day.year, day.month, day.day, tzinfo=UTC)
    start = middle + draw(st.integers(-2160, 1440)) * MINUTE
    end = start + draw(st.integers(0, 3 * 1440)) * MINUTE
    return WorkingCalendar(zone, draw(weeks), holidays), start, end


def is_open(calendar: WorkingCalendar, zone: ZoneInfo, instant: datetime) -> bool:
    """The definition: the local wall clock shows a time in an opening of a day that works."""
    wall = instant.astimezone(zone)
    minute = wall.hour * 60 + wall.minute
    today, yesterday = wall.date(), wall.date() - DAY
    return any(
        opening.start_minute <= minute
        and (minute < opening.end_minute or opening.end_minute <= opening.start_minute)
        for opening in calendar.week.get(today.weekday(), ())
        if today not in calendar.holidays
    ) or any(
        opening.end_minute <= opening.start_minute and minute < opening.end_minute
        for opening in calendar.week.get(yesterday.weekday(), ())
        if yesterday not in calendar.holidays
    )


def open_minutes(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    zone = ZoneInfo(calendar.zone)
    return sum(is_open(calendar, zone, start + n * MINUTE) for n in range((end - start) // MINUTE))


@settings(max_examples=150)
@given(cases())
@example(
    (
        WorkingCalendar("Europe/Berlin", {5: (Opening(1320, 360),)}),
        datetime(2026, 10, 24, 12, tzinfo=UTC),
        datetime(2026, 10, 25, 12, tzinfo=UTC),
    )
)
def test_business_time_is_the_count_of_open_minutes(
    case: tuple[WorkingCalendar, datetime, datetime],
) -> None:
    calendar, start, end = case

    assert calendar.business_seconds(start, end) == 60 * open_minutes(calendar, start, end)


@given(cases())
def test_open_spans_add_up_to_business_time(
    case: tuple[WorkingCalendar, datetime, datetime],
) -> None:
    calendar, start, end = case

    spans = calendar.open_spans(Span(start, end))

    assert total(spans) == timedelta(seconds=calendar.business_seconds(start, end))


@given(cases())
def test_an_instant_is_open_where_the_definition_says_so(
    case: tuple[WorkingCalendar, datetime, datetime],
) -> None:
    calendar, start, end = case
    instants = [start + n * (end - start) / 20 for n in range(20)]
    zone = ZoneInfo(calendar.zone)

    answers = [calendar.is_open(instant) for instant in instants]

    assert answers == [is_open(calendar, zone, instant) for instant in instants]


@given(cases(), st.integers(0, 86_399), st.integers(0, 999_999))
def test_business_time_adds_up_over_any_instant_between(
    case: tuple[WorkingCalendar, datetime, datetime], seconds: int, microseconds: int
) -> None:
    calendar, start, end = case
    between = min(end, start + timedelta(seconds=seconds, microseconds=microseconds))

    parts = calendar.business_seconds(start, between) + calendar.business_seconds(between, end)

    assert parts == calendar.business_seconds(start, end)


@given(cases(), st.integers(1, 200_000), st.integers(0, 999_999))
def test_adding_business_time_is_undone_by_counting_it(
    case: tuple[WorkingCalendar, datetime, datetime], seconds: int, microseconds: int
) -> None:
    calendar, start, _ = case
    calendar = WorkingCalendar(calendar.zone, {**calendar.week, 2: (Opening(600, 660),)})
    start += timedelta(microseconds=microseconds)

    due = calendar.add_business(start, seconds)

    assert calendar.business_seconds(start, due) == seconds


@given(cases(), st.integers(1, 200_000))
def test_adding_business_time_gives_the_first_such_instant(
    case: tuple[WorkingCalendar, datetime, datetime], seconds: int
) -> None:
    calendar, start, _ = case
    calendar = WorkingCalendar(calendar.zone, {**calendar.week, 2: (Opening(600, 660),)})

    due = calendar.add_business(start, seconds)

    assert calendar.business_seconds(start, due - timedelta(seconds=1)) == seconds - 1


@given(
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
    weeks,
    st.integers(1920, 2120),
    st.integers(0, 3 * 1440),
)
def test_business_time_is_the_count_of_open_minutes_in_any_year(
    zone: str, week: dict[int, tuple[Opening, ...]], year: int, minutes: int
) -> None:
    # Some of these zones were seconds off a whole minute in the years before.
    start = datetime(year, 12, 31, tzinfo=UTC)
    end = start + minutes * MINUTE
    calendar = WorkingCalendar(zone, week)

    assert calendar.business_seconds(start, end) == 60 * open_minutes(calendar, start, end)
