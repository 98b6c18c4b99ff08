"""Who is on duty, by hand-made nights in which the clocks change, and by property."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.calendars import Opening, around_the_clock
from quarterdeck.kernels.rota import (
    Duty,
    Swap,
    WeeklyShift,
    coverage_of,
    instant_of,
    next_duties,
    on_duty_at,
    swapped,
    weekly_duties,
    without_absences,
)
from quarterdeck.kernels.spans import Span, total, union

ANN, BEN, CARA = 1, 2, 3
BERLIN = "Europe/Berlin"
DAY = timedelta(days=1)


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def shift(holder: int, weekday: int, hours: str, first: date, **given: object) -> WeeklyShift:
    return WeeklyShift(holder, weekday, Opening.between(*hours.split("-")), first, **given)  # type: ignore[arg-type]  # the words fit


# Germany's clocks go forward on 29 March 2026 at 01:00 UTC and back on 25 October at 01:00 UTC.
@pytest.mark.parametrize(
    ("day", "minute", "instant"),
    [
        (date(2026, 3, 29), 60, utc(3, 29, 0)),
        (date(2026, 3, 29), 120, utc(3, 29, 1)),
        (date(2026, 3, 29), 150, utc(3, 29, 1)),
        (date(2026, 3, 29), 180, utc(3, 29, 1)),
        (date(2026, 3, 29), 181, utc(3, 29, 1, 1)),
        (date(2026, 3, 29), 1440, utc(3, 29, 22)),
        (date(2026, 10, 25), 150, utc(10, 25, 0, 30)),
        (date(2026, 10, 25), 180, utc(10, 25, 2)),
        (date(2026, 10, 25), 1440, utc(10, 25, 23)),
    ],
)
def test_a_wall_time_is_the_first_instant_at_which_the_clock_has_come_to_it(
    day: date, minute: int, instant: datetime
) -> None:
    assert instant_of(day, minute, ZoneInfo(BERLIN)) == instant


@pytest.mark.parametrize(
    ("first", "period", "span"),
    [
        # The night to 29 March is an hour short, the night to 25 October an hour long.
        (date(2026, 3, 28), (utc(3, 28, 12), utc(3, 29, 12)), (utc(3, 28, 21), utc(3, 29, 4))),
        (date(2026, 3, 21), (utc(3, 21, 12), utc(3, 22, 12)), (utc(3, 21, 21), utc(3, 22, 5))),
        (date(2026, 10, 24), (utc(10, 24, 12), utc(10, 25, 12)), (utc(10, 24, 20), utc(10, 25, 5))),
    ],
)
def test_a_night_shift_lasts_as_long_as_the_night(
    first: date, period: tuple[datetime, datetime], span: tuple[datetime, datetime]
) -> None:
    nights = [shift(ANN, 5, "22:00-06:00", first)]

    assert weekly_duties(nights, BERLIN, Span(*period)) == [Duty(Span(*span), ANN)]


def test_shifts_that_meet_inside_the_repeated_hour_neither_overlap_nor_gape() -> None:
    first = date(2026, 10, 19)
    shifts = [shift(ANN, 5, "22:00-02:30", first), shift(BEN, 6, "02:30-10:00", first)]

    found = weekly_duties(shifts, BERLIN, Span(utc(10, 24, 12), utc(10, 25, 12)))

    assert found == [
        Duty(Span(utc(10, 24, 20), utc(10, 25, 0, 30)), ANN),
        Duty(Span(utc(10, 25, 0, 30), utc(10, 25, 9)), BEN),
    ]


def test_every_other_week_is_counted_from_the_week_of_the_first_day() -> None:
    # 4 March is a Wednesday: the Monday of its week has passed, so the next one is a fortnight on.
    mondays = [shift(ANN, 0, "08:00-16:00", date(2026, 3, 4), every=2, last_on=date(2026, 4, 13))]

    found = weekly_duties(mondays, "UTC", Span(utc(3, 1, 0), utc(6, 1, 0)))

    assert [duty.span.start for duty in found] == [utc(3, 16, 8), utc(3, 30, 8), utc(4, 13, 8)]


def test_a_swap_takes_only_its_part_and_the_opposite_one_takes_it_back() -> None:
    duty = Duty(Span(utc(5, 4, 8), utc(5, 4, 16)), ANN)
    there = Swap(Span(utc(5, 4, 12), utc(5, 5, 0)), ANN, BEN)
    back = Swap(there.span, BEN, ANN)

    assert swapped([duty], [there]) == [
        Duty(Span(utc(5, 4, 8), utc(5, 4, 12)), ANN),
        Duty(Span(utc(5, 4, 12), utc(5, 4, 16)), BEN),
    ]
    assert swapped([duty], [there, back]) == [duty]


def test_who_is_away_is_not_on_duty_and_leaves_a_gap() -> None:
    wanted = [Span(utc(5, 4, 8), utc(5, 4, 18))]
    duties = [
        Duty(Span(utc(5, 4, 8), utc(5, 4, 13)), ANN),
        Duty(Span(utc(5, 4, 12), utc(5, 4, 17)), BEN),
    ]

    kept, missed = without_absences(duties, [(ANN, Span(utc(5, 4, 6), utc(5, 4, 10)))])
    found = coverage_of(kept, wanted)

    assert missed == [Duty(Span(utc(5, 4, 8), utc(5, 4, 10)), ANN)]
    assert found.gaps == [
        Span(utc(5, 4, 8), utc(5, 4, 10)),
        Span(utc(5, 4, 17), utc(5, 4, 18)),
    ]
    assert found.overlaps == [(Span(utc(5, 4, 12), utc(5, 4, 13)), frozenset({ANN, BEN}))]


def test_now_and_next_are_told_apart() -> None:
    early, late = (
        Duty(Span(utc(5, 4, 8), utc(5, 4, 12)), ANN),
        Duty(Span(utc(5, 4, 12), utc(5, 4, 16)), BEN),
    )
    also = Duty(Span(utc(5, 4, 12), utc(5, 4, 14)), CARA)

    assert on_duty_at([early, late, also], utc(5, 4, 11, 59)) == [early]
    assert next_duties([early, late, also], utc(5, 4, 11, 59)) == [also, late]
    assert on_duty_at([early, late, also], utc(5, 4, 12)) == [also, late]


hours = st.integers(0, 400)
spans = st.builds(
    lambda start, length: Span(
        utc(3, 20, 0) + timedelta(hours=start), utc(3, 20, 0) + timedelta(hours=start + length)
    ),
    hours,
    st.integers(1, 30),
)
duties = st.lists(st.builds(Duty, spans, st.sampled_from([ANN, BEN, CARA])), max_size=6)
swaps = st.lists(
    st.builds(Swap, spans, st.sampled_from([ANN, BEN]), st.sampled_from([BEN, CARA])), max_size=4
)


@given(duties, swaps)
def test_swaps_change_who_is_on_duty_and_never_when_somebody_is(
    before: list[Duty], agreed: list[Swap]
) -> None:
    after = swapped(before, agreed)

    assert union(duty.span for duty in after) == union(duty.span for duty in before)


@given(duties, st.lists(st.tuples(st.sampled_from([ANN, BEN, CARA]), spans), max_size=4))
def test_absences_part_each_duty_into_what_is_kept_and_what_is_missed(
    before: list[Duty], absences: list[tuple[int, Span]]
) -> None:
    kept, missed = without_absences(before, absences)

    for holder in (ANN, BEN, CARA):
        whole, there, gone = (
            [duty.span for duty in each if duty.holder == holder] for each in (before, kept, missed)
        )
        assert union([*there, *gone]) == union(whole)
        assert total(there) + total(gone) == total(whole)


@given(duties, st.lists(spans, max_size=3))
def test_gaps_and_duties_share_the_wanted_time_between_them(
    known: list[Duty], wanted: list[Span]
) -> None:
    found = coverage_of(known, wanted)

    for instant in {span.start for span in [*wanted, *(duty.span for duty in known)]}:
        here = {duty.holder for duty in on_duty_at(known, instant)}
        is_wanted = any(span.contains(instant) for span in wanted)
        assert any(gap.contains(instant) for gap in found.gaps) == (is_wanted and not here)
        together = [people for span, people in found.overlaps if span.contains(instant)]
        assert together == ([frozenset(here)] if len(here) > 1 else [])


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("turn", [90, 120, 150, 181, 600])
@pytest.mark.parametrize("month", [3, 10])
def test_two_shifts_a_day_cover_every_second_once_while_clocks_change(
    zone: str, turn: int, month: int
) -> None:
    first = date(2025, 12, 1)
    shifts = [
        WeeklyShift(holder, weekday, opening, first)
        for weekday in range(7)
        for holder, opening in ((ANN, Opening(0, turn)), (BEN, Opening(turn, 1440)))
    ]
    period = Span(utc(month, 1, 0), utc(month + 1, 8, 0))

    found = coverage_of(
        weekly_duties(shifts, zone, period), around_the_clock(zone).open_spans(period)
    )

    assert (found.gaps, found.overlaps) == ([], [])
