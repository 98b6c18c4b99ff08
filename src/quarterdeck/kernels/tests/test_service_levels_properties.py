"""Service-level clocks against a model that walks every minute, and the laws that they keep."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.calendars import WorkingCalendar, standard_week
from quarterdeck.kernels.service_levels import (
    AfterReopening,
    Clock,
    History,
    Line,
    Metric,
    Standing,
    Target,
    Terms,
    clocks_of,
)

MINUTE = timedelta(minutes=1)
# The Friday before the clocks of Berlin go forward in the night to Sunday.
OPENED = datetime(2026, 3, 27, 14, tzinfo=UTC)
DAYS = 6 * 24 * 60
CALENDARS = (
    standard_week("Europe/Berlin", opens="09:00", closes="17:00"),
    standard_week("Europe/Berlin", opens="22:00", closes="06:00", weekdays=range(7)),
)

minutes = st.integers(0, DAYS)
standings = st.sampled_from(
    [
        (Standing.OPEN, ""),
        (Standing.ON_HOLD, "requester"),
        (Standing.ON_HOLD, "vendor"),
        (Standing.FIXED, ""),
        (Standing.CANCELLED, ""),
    ]
)
logs = st.lists(st.tuples(minutes, standings), max_size=8).map(
    lambda lines: [
        Line(OPENED, Standing.OPEN),
        *(Line(OPENED + after * MINUTE, *standing) for after, standing in sorted(lines)),
    ]
)
calendars = st.sampled_from(CALENDARS)
rules = st.sampled_from([AfterReopening.RESUMES, AfterReopening.COUNTS])


def terms(calendar: WorkingCalendar, seconds: int, rule: AfterReopening) -> Terms:
    return Terms(
        policy=1,
        version=1,
        rank=1,
        holds_from=OPENED,
        targets={None: [Target(Metric.RESOLUTION, seconds, calendar)]},
        pauses=frozenset({"requester"}),
        after_reopening=rule,
    )


def resolution(log: list[Line], agreed: Terms) -> Clock:
    [clock] = clocks_of(History(OPENED, log), [agreed])
    return clock


def counting_minutes(log: list[Line], agreed: Terms, until: datetime) -> list[datetime]:
    """The minutes that count until an instant, found by looking at each of them."""
    calendar = agreed.targets[None][0].calendar
    assert calendar is not None
    found, instant = [], OPENED
    while instant < until:
        line = [each for each in log if each.at <= instant][-1]
        counts = line.standing is Standing.OPEN or line.pause_reason == "vendor"
        if line.standing is Standing.FIXED:
            counts = agreed.after_reopening is AfterReopening.COUNTS
        if counts and calendar.is_open(instant):
            found.append(instant)
        instant += MINUTE
    return found


@given(logs, calendars, rules, st.integers(1, 30 * 60))
def test_the_time_used_up_is_that_of_the_minutes_that_count(
    log: list[Line], calendar: WorkingCalendar, rule: AfterReopening, target: int
) -> None:
    agreed = terms(calendar, target * 60, rule)

    clock = resolution(log, agreed)

    end = clock.stopped_at or OPENED + DAYS * MINUTE
    counted = counting_minutes(log, agreed, end)
    assert clock.elapsed_seconds(end) == 60 * len(counted)
    if len(counted) >= target:
        assert clock.due_at == counted[target - 1] + MINUTE


@given(logs, calendars, rules, st.integers(1, 30 * 60), minutes, minutes)
def test_what_is_known_at_an_instant_is_what_the_later_history_says_of_it(  # noqa: PLR0917 — one for each strategy
    log: list[Line],
    calendar: WorkingCalendar,
    rule: AfterReopening,
    target: int,
    first: int,
    second: int,
) -> None:
    agreed = terms(calendar, target * 60, rule)
    sooner, later = (OPENED + each * MINUTE for each in sorted((first, second)))

    known_then, known_later = (
        resolution([line for line in log if line.at <= at], agreed) for at in (sooner, later)
    )

    assert known_then.elapsed_seconds(sooner) <= known_later.elapsed_seconds(later)
    assert known_then.started_at == known_later.started_at
    # A due time that was met moves when the ticket is opened again; one that was missed never does.
    if known_then.elapsed_seconds(sooner) >= target * 60:
        assert known_later.due_at == known_then.due_at


@given(logs, calendars, st.integers(1, 30 * 60))
def test_a_due_time_inverts_the_time_used_up(
    log: list[Line], calendar: WorkingCalendar, target: int
) -> None:
    clock = resolution(log, terms(calendar, target * 60, AfterReopening.RESUMES))

    if clock.running_since is not None and clock.due_at is not None:
        known = max(clock.due_at, clock.running_since)
        assert clock.elapsed_seconds(known) >= target * 60
        if clock.due_at > clock.running_since:
            assert clock.elapsed_seconds(clock.due_at) == target * 60
            assert clock.elapsed_seconds(clock.due_at - MINUTE / 60) == target * 60 - 1
