"""Service-level clocks: hand-made cases whose answers were counted on paper."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from quarterdeck.kernels.calendars import WorkingCalendar, standard_week
from quarterdeck.kernels.service_levels import (
    AfterReopening,
    Clock,
    Ending,
    History,
    Line,
    Metric,
    Outcome,
    Standing,
    Target,
    Terms,
    clocks_of,
)

HOUR = 3600
NINE_TO_FIVE = standard_week(opens="09:00", closes="17:00")
BERLIN = ZoneInfo("Europe/Berlin")
OPEN, HELD, FIXED, CANCELLED = Standing
OPENED = datetime(2026, 3, 6, 16, tzinfo=UTC)


def march(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


def terms(
    resolution: float = 8,
    *,
    response: float = 0,
    update: float = 0,
    calendar: WorkingCalendar | None = NINE_TO_FIVE,
    **given: Any,
) -> Terms:
    """Terms of one policy, with the same hours for every priority, that pause for the requester."""
    hours = {Metric.RESPONSE: response, Metric.UPDATE: update, Metric.RESOLUTION: resolution}
    targets = [Target(metric, int(each * HOUR), calendar) for metric, each in hours.items() if each]
    usual: dict[str, Any] = {
        "policy": 1,
        "version": 1,
        "rank": 1,
        "holds_from": march(1, 0),
        "targets": dict.fromkeys((None, 1, 2, 3, 4, 5), targets),
        "pauses": frozenset({"requester"}),
    }
    return Terms(**{**usual, **given})


def clocked(
    agreed: Terms | Sequence[Terms],
    *lines: tuple[datetime, Standing] | tuple[datetime, Standing, str] | Line,
    replies: Sequence[datetime] = (),
    opened: datetime = OPENED,
) -> list[Clock]:
    """The clocks of a ticket of priority 3 with this log."""
    log = [line if isinstance(line, Line) else _of_priority_3(*line) for line in lines]
    first = [] if log and log[0].at == opened else [Line(opened, OPEN, priority=3)]
    every = [agreed] if isinstance(agreed, Terms) else agreed
    return clocks_of(History(opened, [*first, *log], replies), every)


def _of_priority_3(at: datetime, standing: Standing, reason: str = "") -> Line:
    return Line(at, standing, reason, priority=3)


def the(clocks: Sequence[Clock], metric: Metric = Metric.RESOLUTION) -> Clock:
    [found] = [each for each in clocks if each.metric is metric]
    return found


ONE_TICKET = (
    (march(9, 10), HELD, "requester"),
    (march(10, 10), OPEN),
    (march(10, 15), FIXED),
    (march(12, 15), FIXED),
)


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        pytest.param({}, 7, id="business time without the pause: GLPI, JSM, ServiceNow"),
        pytest.param({"pauses": frozenset()}, 15, id="business time, the pause counts: RT"),
        pytest.param({"calendar": None}, 71, id="around the clock without the pause: iTop"),
        pytest.param(
            {"calendar": None, "pauses": frozenset()}, 95, id="report to fix: ServiceNow's figure"
        ),
    ],
)
def test_one_ticket_has_as_many_times_as_terms(changes: dict[str, Any], hours: int) -> None:
    clock = the(clocked(terms(200, **changes), *ONE_TICKET))

    assert (clock.counted_seconds, clock.outcome) == (hours * HOUR, Outcome.MET)


def test_a_running_clock_is_due_to_the_second() -> None:
    clock = the(clocked(terms(8), opened=march(6, 16, 30, 7)))

    assert (clock.due_at, clock.warning_at) == (march(9, 16, 30, 7), march(9, 14, 54, 7))


def test_a_pause_puts_the_due_time_off_and_its_end_gives_it_back() -> None:
    held = the(clocked(terms(8), (march(9, 10), HELD, "requester")))
    resumed = the(clocked(terms(8), *ONE_TICKET[:2]))

    assert (held.outcome, held.due_at, held.counted_seconds) == (Outcome.PAUSED, None, 2 * HOUR)
    assert (resumed.outcome, resumed.due_at) == (Outcome.RUNNING, march(10, 16))


def test_a_hold_for_a_reason_that_is_not_agreed_goes_on_counting() -> None:
    clock = the(clocked(terms(8), (march(9, 10), HELD, "vendor")))

    assert (clock.outcome, clock.due_at) == (Outcome.RUNNING, march(9, 16))


def test_a_pause_at_night_changes_nothing() -> None:
    clock = the(clocked(terms(8), (march(6, 20), HELD, "requester"), (march(9, 7), OPEN)))

    assert clock.due_at == march(9, 16)


@pytest.mark.parametrize(
    ("fixed", "outcome"),
    [(march(9, 16), Outcome.MET), (march(9, 16, 0, 1), Outcome.MISSED)],
    ids=["at the due second", "one second later"],
)
def test_a_fix_is_on_time_if_it_is_not_after_the_due_second(
    fixed: datetime, outcome: Outcome
) -> None:
    assert the(clocked(terms(8), (fixed, FIXED))).outcome is outcome


def test_a_holiday_puts_the_due_time_off_by_a_day() -> None:
    calendar = standard_week(opens="09:00", closes="17:00", holidays=[date(2026, 3, 9)])

    assert the(clocked(terms(8, calendar=calendar))).due_at == march(10, 16)


@pytest.mark.parametrize(
    ("evening", "hours"),
    [
        # From 22:00 to 06:00 it is 7 hours where the clocks go forward, and 9 where they go back.
        pytest.param(datetime(2026, 3, 28, 22, tzinfo=BERLIN), 7, id="spring"),
        pytest.param(datetime(2026, 10, 24, 22, tzinfo=BERLIN), 9, id="autumn"),
    ],
)
def test_a_night_shift_counts_the_hours_that_the_night_has(evening: datetime, hours: int) -> None:
    nights = standard_week("Europe/Berlin", opens="22:00", closes="06:00", weekdays=range(7))

    clock = the(clocked(terms(hours, calendar=nights), opened=evening))

    # Python adds to the wall clock, so this is six in the morning.
    assert clock.due_at == (evening + timedelta(hours=8)).astimezone(UTC)


REOPENED = ((march(9, 10), FIXED), (march(10, 10), OPEN))


@pytest.mark.parametrize(
    ("rule", "counted", "due"),
    [
        (AfterReopening.RESUMES, 2 * HOUR, march(10, 16)),
        (AfterReopening.COUNTS, 2 * HOUR + 8 * HOUR, march(9, 16)),
    ],
)
def test_after_a_reopening_the_same_clock_goes_on(
    rule: AfterReopening, counted: int, due: datetime
) -> None:
    clock = the(clocked(terms(8, after_reopening=rule), *REOPENED))

    assert (clock.counted_seconds, clock.due_at, clock.number) == (counted, due, 1)


def test_or_a_new_clock_starts_and_the_old_one_keeps_its_outcome() -> None:
    first, second = clocked(terms(8, after_reopening=AfterReopening.RESTARTS), *REOPENED)

    assert (first.outcome, first.counted_seconds) == (Outcome.MET, 2 * HOUR)
    assert (second.number, second.started_at, second.due_at) == (2, march(10, 10), march(11, 10))


def test_a_response_is_the_first_public_reply_and_a_hold_is_none() -> None:
    agreed = terms(8, response=2)
    history = [(march(6, 16, 30), HELD, "requester")]

    silent = the(clocked(agreed, *history), Metric.RESPONSE)
    answered = the(clocked(agreed, *history, replies=[march(9, 9, 30)]), Metric.RESPONSE)

    assert (silent.outcome, silent.due_at) == (Outcome.RUNNING, march(9, 10))
    assert (answered.outcome, answered.ending) == (Outcome.MET, Ending.ANSWERED)
    assert answered.counted_seconds == 1.5 * HOUR


def test_a_fix_without_a_word_is_a_response_too() -> None:
    clock = the(clocked(terms(8, response=2), (march(9, 12), FIXED)), Metric.RESPONSE)

    assert (clock.outcome, clock.ending) == (Outcome.MISSED, Ending.FIXED)


def test_updates_run_from_reply_to_reply_and_end_with_the_fix() -> None:
    agreed = terms(80, response=2, update=4)
    replies = [march(9, 9), march(9, 12), march(10, 12)]

    clocks = clocked(agreed, (march(10, 13), FIXED), replies=replies)

    updates = [each for each in clocks if each.metric is Metric.UPDATE]
    assert [(each.started_at, each.stopped_at, each.outcome) for each in updates] == [
        (march(9, 9), march(9, 12), Outcome.MET),
        (march(9, 12), march(10, 12), Outcome.MISSED),
        (march(10, 12), march(10, 13), Outcome.MET),
    ]


def by_priority(**given: Any) -> Terms:
    """Four hours for priority 1, sixteen for priority 3."""
    four, sixteen = (Target(Metric.RESOLUTION, h * HOUR, NINE_TO_FIVE) for h in (4, 16))
    return terms(targets={1: [four], 3: [sixteen]}, **given)


def test_another_priority_cancels_the_clock_and_the_new_one_keeps_the_time_so_far() -> None:
    raised = Line(march(9, 11), OPEN, priority=1)

    old, new = clocked(by_priority(), raised)

    assert (old.outcome, old.ending, old.due_at) == (
        Outcome.CANCELLED,
        Ending.SUBJECT_CHANGED,
        march(10, 16),
    )
    assert (new.started_at, new.began_at, new.due_at) == (OPENED, march(9, 11), march(9, 12))


def test_terms_that_restart_count_from_the_change() -> None:
    _, new = clocked(by_priority(restarts=True), Line(march(9, 11), OPEN, priority=1))

    assert (new.started_at, new.due_at) == (march(9, 11), march(9, 15))


def test_a_breach_under_the_old_priority_stays_one() -> None:
    lines = [Line(OPENED, OPEN, priority=1), Line(march(9, 14), OPEN, priority=3)]

    old, new = clocked(by_priority(), *lines)

    # Four hours from Friday at four, open from nine to five: due on Monday at twelve, and called
    # less urgent at two.
    assert (old.outcome, old.ending) == (Outcome.MISSED, Ending.SUBJECT_CHANGED)
    assert old.breached_at(march(31, 0)) == march(9, 12)
    assert new.breached_at(march(9, 14)) is None


def test_a_ticket_stays_with_the_version_of_its_report() -> None:
    later = terms(4, version=2, holds_from=march(9, 0))

    assert the(clocked([terms(8), later])).due_at == march(9, 16)


def test_unless_the_new_version_covers_what_runs() -> None:
    later = terms(4, version=2, holds_from=march(9, 10), covers_running=True)

    old, new = clocked([terms(8), later])

    assert (old.outcome, old.ending, old.stopped_at) == (
        Outcome.CANCELLED,
        Ending.TERMS_CHANGED,
        march(9, 10),
    )
    assert (new.terms.version, new.due_at) == (2, march(9, 12))


def test_what_was_fixed_before_a_new_version_stays_as_it_was() -> None:
    later = terms(1, version=2, holds_from=march(9, 12), covers_running=True)

    clock = the(clocked([terms(8), later], (march(9, 11), FIXED)))

    assert (clock.outcome, clock.terms.version) == (Outcome.MET, 1)


def test_equal_targets_carry_on() -> None:
    later = terms(8, version=2, holds_from=march(9, 10), covers_running=True)

    assert the(clocked([terms(8), later])).terms.version == 1


def test_the_policy_of_the_lowest_rank_that_fits_governs_alone() -> None:
    mail = terms(2, policy=1, rank=1, service=7)
    library = terms(3, policy=2, rank=2, unit=5)
    rest = terms(4, policy=3, rank=3)
    subjects = [
        (7, frozenset({5})),
        (8, frozenset({5, 1})),
        (8, frozenset({1})),
        (None, frozenset()),
    ]

    governed = [
        the(clocked([mail, library, rest], Line(OPENED, OPEN, "", 3, service, units))).terms.policy
        for service, units in subjects
    ]

    assert governed == [1, 2, 3, 3]


def test_a_policy_without_targets_has_ended() -> None:
    ended = terms(version=2, holds_from=march(5, 0), targets={})

    assert clocked([terms(8), ended]) == []


def test_a_cancelled_ticket_cancels_and_reopened_its_clocks_resume() -> None:
    gone = clocked(terms(8, response=4), (march(9, 10), CANCELLED))
    back = the(clocked(terms(8), (march(9, 10), CANCELLED), (march(10, 10), OPEN)))

    assert [(each.outcome, each.ending) for each in gone] == [
        (Outcome.CANCELLED, Ending.TICKET_CANCELLED)
    ] * 2
    assert (back.outcome, back.due_at) == (Outcome.RUNNING, march(10, 16))


def test_a_log_that_steps_back_counts_the_step_as_nothing() -> None:
    sound = (march(9, 10), HELD, "requester")

    clock = the(clocked(terms(8), sound, (march(9, 9), OPEN), (march(9, 12), OPEN)))

    assert (clock.due_at, clock.counted_seconds) == (march(9, 16), 4 * HOUR)


def test_a_source_without_replies_has_a_clock_for_the_resolution_alone() -> None:
    history = History(OPENED, [Line(OPENED, OPEN, priority=3)], knows_replies=False)

    clocks = clocks_of(history, [terms(8, response=1, update=1)])

    assert [each.metric for each in clocks] == [Metric.RESOLUTION]


def test_a_changed_calendar_moves_the_due_time_and_nothing_else() -> None:
    wider = replace(NINE_TO_FIVE, week=standard_week(opens="07:00", closes="19:00").week)

    before, after = (the(clocked(terms(8, calendar=each))) for each in (NINE_TO_FIVE, wider))

    assert (before.due_at, after.due_at) == (march(9, 16), march(9, 12))
    assert before.started_at == after.started_at
