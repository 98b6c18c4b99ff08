"""Clocks: one history under many definitions, and logs that are not sound."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.calendars import WorkingCalendar, standard_week
from quarterdeck.kernels.clocks import (
    ClockDefinition,
    Elapsed,
    Excluded,
    Exclusion,
    Moment,
    Oddity,
    OddityKind,
    Until,
    due_at,
    elapsed,
    first_fix,
    last_fix,
    reopenings,
)

HOUR = 3600
DAY = 24 * HOUR
FIXED = frozenset({"Solved", "Closed"})
NINE_TO_FIVE = standard_week(opens="09:00", closes="17:00")


def march(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def log(*lines: tuple[datetime, str]) -> list[Moment]:
    return [Moment(at, state) for at, state in lines]


def calendar_time(until: Until = Until.FIRST_FIX, *, paused: str = "") -> ClockDefinition:
    return ClockDefinition(
        fixed=FIXED,
        paused=frozenset(paused.split()),
        until=until,
        subtract_pauses=bool(paused),
    )


# The one ticket of which seven tools tell times from 7 hours to 25 days.
OPENED = march(6, 16)
ONE_TICKET = log(
    (march(6, 16), "Open"),
    (march(9, 10), "Pending"),
    (march(10, 10), "Open"),
    (march(10, 15), "Solved"),
    (march(12, 15), "Closed"),
)
WITHOUT_PAUSES = ClockDefinition(
    fixed=FIXED,
    closed=frozenset({"Closed"}),
    paused=frozenset({"Pending"}),
    until=Until.FIRST_FIX,
    calendar=NINE_TO_FIVE,
    subtract_pauses=True,
)


@pytest.mark.parametrize(
    ("changes", "unit", "expected"),
    [
        pytest.param({}, HOUR, 7, id="business time to the fix, pauses left out: 7 h"),
        pytest.param(
            {"subtract_pauses": False},
            HOUR,
            15,
            id="business time to the fix, pauses counted: 15 h",
        ),
        pytest.param({"calendar": None}, HOUR, 71, id="calendar time, pauses left out: 71 h"),
        pytest.param(
            {"calendar": None, "subtract_pauses": False}, HOUR, 95, id="report to fix: 95 h"
        ),
        pytest.param({"until": Until.CLOSED}, HOUR, 23, id="business time to the closing: 23 h"),
        pytest.param(
            {"until": Until.CLOSED, "calendar": None, "subtract_pauses": False},
            DAY,
            5,
            id="whole days to the closing: 5 days",
        ),
        pytest.param(
            {"until": Until.INSTANT, "calendar": None, "subtract_pauses": False},
            DAY,
            25,
            id="whole days to an edit on 1 April: 25 days",
        ),
    ],
)
def test_one_ticket_has_as_many_times_as_definitions(
    changes: dict[str, Any], unit: int, expected: int
) -> None:
    definition = replace(WITHOUT_PAUSES, **changes)

    time = elapsed(OPENED, ONE_TICKET, definition, at=datetime(2026, 4, 1, 12, tzinfo=UTC))

    assert seconds_of(time) // unit == expected


def seconds_of(time: Elapsed | Excluded) -> int:
    assert isinstance(time, Elapsed), time
    return time.seconds


def test_the_times_of_the_one_ticket_are_whole_hours() -> None:
    assert elapsed(OPENED, ONE_TICKET, WITHOUT_PAUSES) == Elapsed(7 * HOUR, 8 * HOUR)


REOPENED = log(
    (march(9, 9), "Open"),
    (march(9, 11), "Solved"),
    (march(9, 12), "Closed"),
    (march(10, 9), "Open"),
    (march(10, 10), "Solved"),
    (march(11, 10), "Closed"),
)


def test_the_first_fix_is_the_first_move_into_a_fixed_state() -> None:
    assert first_fix(REOPENED, FIXED) == march(9, 11)


def test_the_last_fix_is_the_move_that_lasts_and_not_the_closing_after_it() -> None:
    assert last_fix(REOPENED, FIXED) == march(10, 10)


def test_a_ticket_that_was_reopened_and_not_fixed_again_has_no_last_fix() -> None:
    assert last_fix(REOPENED[:4], FIXED) is None


def test_a_log_that_begins_fixed_is_fixed_then() -> None:
    assert last_fix(REOPENED[1:3], FIXED) == march(9, 11)


@pytest.mark.parametrize("fix", [first_fix, last_fix])
def test_an_empty_log_has_no_fix(
    fix: Callable[[Sequence[Moment], AbstractSet[str]], datetime | None],
) -> None:
    assert fix([], FIXED) is None


def test_moves_among_fixed_states_reopen_nothing() -> None:
    assert reopenings(REOPENED, FIXED) == 1


def test_the_time_between_a_fix_and_its_reopening_counts() -> None:
    time = elapsed(march(9, 9), REOPENED, calendar_time(Until.LAST_FIX))

    assert seconds_of(time) == 25 * HOUR


def test_a_definition_may_call_the_time_between_fix_and_reopening_a_pause() -> None:
    time = elapsed(march(9, 9), REOPENED, calendar_time(Until.LAST_FIX, paused="Solved Closed"))

    assert time == Elapsed(3 * HOUR, 22 * HOUR)


def test_the_order_of_the_log_wins_over_the_order_of_time() -> None:
    history = log((march(9, 9), "Open"), (march(9, 15), "Solved"), (march(9, 12), "Open"))

    assert last_fix(history, FIXED) is None


def test_a_step_back_in_time_counts_nothing_and_is_reported() -> None:
    history = log(
        (march(9, 9), "Open"),
        (march(9, 12), "Pending"),
        (march(9, 11), "Open"),
        (march(9, 15), "Solved"),
    )

    time = elapsed(march(9, 9), history, calendar_time(paused="Pending"))

    assert time == Elapsed(6 * HOUR, 0, (Oddity(OddityKind.CLOCK_STEPPED_BACK, 2),))


def test_pauses_that_overlap_after_a_step_back_count_once() -> None:
    history = log(
        (march(9, 10), "Pending"),
        (march(9, 13), "Open"),
        (march(9, 12), "Pending"),
        (march(9, 14), "Solved"),
    )

    time = elapsed(march(9, 9), history, calendar_time(paused="Pending"))

    assert time == Elapsed(1 * HOUR, 4 * HOUR, (Oddity(OddityKind.CLOCK_STEPPED_BACK, 2),))


def test_a_fix_before_the_report_is_excluded_with_its_reason() -> None:
    time = elapsed(march(9, 12), log((march(9, 11), "Solved")), calendar_time())

    assert time == Excluded(
        Exclusion.ENDS_BEFORE_OPENING, (Oddity(OddityKind.MOVED_BEFORE_OPENING, 0),)
    )


def test_a_fix_at_the_moment_of_the_report_took_no_time() -> None:
    assert elapsed(march(9, 11), log((march(9, 11), "Solved")), calendar_time()) == Elapsed(0, 0)


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        (Until.FIRST_FIX, Exclusion.NOT_FIXED),
        (Until.LAST_FIX, Exclusion.NOT_FIXED),
        (Until.CLOSED, Exclusion.NOT_CLOSED),
    ],
)
def test_a_clock_that_nothing_stopped_has_no_time(until: Until, reason: Exclusion) -> None:
    assert elapsed(march(9, 9), REOPENED[:1], calendar_time(until)) == Excluded(reason)


def test_time_before_the_report_and_after_the_fix_is_no_pause() -> None:
    history = log((march(9, 8), "Pending"), (march(9, 11), "Solved"), (march(9, 13), "Pending"))

    time = elapsed(march(9, 10), history, calendar_time(paused="Pending"))

    assert seconds_of(time) == 0


def test_a_state_in_no_list_is_reported_and_its_time_counts() -> None:
    definition = ClockDefinition(fixed=FIXED, until=Until.FIRST_FIX, running=frozenset({"Open"}))
    history = log((march(9, 9), "Parked"), (march(9, 10), "Open"), (march(9, 11), "Solved"))

    time = elapsed(march(9, 9), history, definition)

    assert time == Elapsed(2 * HOUR, 0, (Oddity(OddityKind.UNKNOWN_STATE, 0),))


def test_a_night_in_which_the_clocks_change_has_its_true_length() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    opened = datetime(2026, 3, 28, 22, tzinfo=berlin)
    history = log((datetime(2026, 3, 29, 6, tzinfo=berlin), "Solved"))

    assert seconds_of(elapsed(opened, history, calendar_time())) == 7 * HOUR


def test_a_repeated_hour_is_no_step_back_in_time() -> None:
    first = datetime(2026, 10, 25, 2, 50, tzinfo=ZoneInfo("Europe/Berlin"))
    second = first.replace(minute=10, fold=1)

    time = elapsed(first, log((first, "Open"), (second, "Solved")), calendar_time())

    assert time == Elapsed(20 * 60, 0)


def test_a_pause_that_ends_in_the_repeated_hour_counts() -> None:
    first = datetime(2026, 10, 25, 2, 50, tzinfo=ZoneInfo("Europe/Berlin"))
    history = log((first, "Pending"), (first.replace(minute=10, fold=1), "Solved"))

    assert elapsed(first, history, calendar_time(paused="Pending")) == Elapsed(0, 20 * 60)


def test_a_clock_to_an_instant_needs_the_instant() -> None:
    with pytest.raises(ValueError, match="expected the argument at"):
        elapsed(OPENED, ONE_TICKET, calendar_time(Until.INSTANT))


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone: expected an aware datetime"):
        elapsed(OPENED.replace(tzinfo=None), ONE_TICKET, calendar_time())


@pytest.mark.parametrize(
    ("at", "due"),
    [
        pytest.param(march(6, 16), march(9, 16), id="no pause known yet"),
        pytest.param(march(9, 14), march(10, 12), id="in a pause of four hours so far"),
        pytest.param(march(10, 9, 30), march(10, 15, 30), id="later in the same pause"),
        pytest.param(march(10, 12), march(10, 16), id="after the pause"),
        pytest.param(march(20, 12), march(10, 16), id="long after"),
    ],
)
def test_a_target_of_eight_hours_is_put_off_by_pauses(at: datetime, due: datetime) -> None:
    assert due_at(OPENED, ONE_TICKET, WITHOUT_PAUSES, 8 * HOUR, at) == due


def test_a_target_that_is_used_up_as_a_pause_begins_is_due_then() -> None:
    assert due_at(OPENED, ONE_TICKET, WITHOUT_PAUSES, 2 * HOUR, march(20, 12)) == march(9, 10)


def test_a_target_without_pauses_is_due_from_the_report_alone() -> None:
    definition = calendar_time()

    due = due_at(OPENED, ONE_TICKET, definition, 4 * HOUR, march(20, 12))

    assert due == march(6, 20)


def test_a_negative_target_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 or more"):
        due_at(OPENED, ONE_TICKET, calendar_time(), -1, march(20, 12))


histories = st.lists(
    st.builds(
        Moment,
        st.integers(-600, 6000).map(lambda minutes: OPENED + timedelta(minutes=minutes)),
        st.sampled_from(["Open", "Pending", "Solved", "Closed"]),
    ),
    max_size=8,
)
calendars = st.sampled_from([None, NINE_TO_FIVE])


@given(histories, calendars, st.sampled_from([Until.FIRST_FIX, Until.LAST_FIX, Until.CLOSED]))
def test_no_history_gives_a_negative_time(
    history: Sequence[Moment], calendar: WorkingCalendar | None, until: Until
) -> None:
    definition = replace(WITHOUT_PAUSES, calendar=calendar, until=until)

    time = elapsed(OPENED, history, definition)

    assert isinstance(time, Excluded) or (time.seconds >= 0 and time.paused_seconds >= 0)


@given(histories, calendars, st.integers(1, 200_000))
def test_at_the_due_instant_the_clock_has_run_for_the_target(
    history: Sequence[Moment], calendar: WorkingCalendar | None, target: int
) -> None:
    definition = replace(WITHOUT_PAUSES, calendar=calendar, until=Until.INSTANT)
    long_after = OPENED + timedelta(days=60)
    history = [*history, Moment(OPENED + timedelta(minutes=6001), "Open")]

    due = due_at(OPENED, history, definition, target, long_after)

    assert seconds_of(elapsed(OPENED, history, definition, at=due)) == target
