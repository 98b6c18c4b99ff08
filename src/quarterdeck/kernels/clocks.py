"""Clocks over a ticket's history: one log, many definitions of how long it took.

Organisations and tools disagree on what "resolution time" is: business or calendar time, with
or without pauses, up to the first fix, the last or the closing. So a figure is never computed
without a `ClockDefinition`, which belongs beside it on the page.

**The order of the history is the order of the log.** It is the source's own account of what
followed what, and is never sorted by time. Where its clock steps backwards, the step counts
nothing and is reported as an oddity. A log that cannot give the span asked for (no fix, a fix
before the report) gives an `Excluded` with the reason, never a negative time or a zero.

Times are whole seconds: an instant stands for the second in which it lies.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from quarterdeck.kernels.calendars import WorkingCalendar
from quarterdeck.kernels.spans import Span, subtract, union

__all__ = [
    "ClockDefinition",
    "Elapsed",
    "Excluded",
    "Exclusion",
    "Moment",
    "Oddity",
    "OddityKind",
    "Until",
    "add_seconds",
    "count_seconds",
    "due_at",
    "elapsed",
    "first_fix",
    "last_fix",
    "oddities_of",
    "reopenings",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class Moment(NamedTuple):
    """One line of a history: from the aware instant `at` on, the ticket is in `state`."""

    at: datetime
    state: str


class Until(StrEnum):
    """The event that stops a clock."""

    FIRST_FIX = "first_fix"  # The first move into a fixed state, even if it did not last.
    LAST_FIX = "last_fix"  # The move into a fixed state that lasts to the end of the log.
    CLOSED = "closed"  # The move into a closed state that lasts to the end of the log.
    INSTANT = "instant"  # A given instant: the age of a ticket that is still open.


class Exclusion(StrEnum):
    """Why a history gives no elapsed time."""

    NOT_FIXED = "not_fixed"
    NOT_CLOSED = "not_closed"
    ENDS_BEFORE_OPENING = "ends_before_opening"


class OddityKind(StrEnum):
    """What a history says that a sound clock and a complete state list would not."""

    CLOCK_STEPPED_BACK = "clock_stepped_back"
    MOVED_BEFORE_OPENING = "moved_before_opening"
    UNKNOWN_STATE = "unknown_state"


class Oddity(NamedTuple):
    """An oddity and the position, from 0, of its line in the log."""

    kind: OddityKind
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDefinition:
    """What a clock counts, and when it stops.

    `calendar` gives business time; None gives calendar time. With `subtract_pauses` the time in
    a `paused` state is left out. A state may be both fixed and paused: then the time between a
    fix and its reopening is left out as well; otherwise it counts, since the person who reported
    still had no lasting fix.

    `running`, if given, lists the states in which work goes on. A state in no list is then
    reported as an oddity, and its time counts: leaving it out would flatter.
    """

    fixed: AbstractSet[str]
    until: Until
    paused: AbstractSet[str] = frozenset()
    closed: AbstractSet[str] = frozenset()
    running: AbstractSet[str] | None = None
    calendar: WorkingCalendar | None = None
    subtract_pauses: bool = False

    def knows(self, state: str) -> bool:
        """Tell whether the state stands in a list, or no list of running states is kept."""
        return (
            self.running is None
            or state in self.running
            or state in self.paused
            or state in self.fixed
            or state in self.closed
        )


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The time that a clock counted, in seconds, and what was odd about the log.

    `paused_seconds` is the time in paused states between opening and stop, on the same calendar;
    `seconds` is without it only if the definition subtracts pauses.
    """

    seconds: int
    paused_seconds: int
    oddities: tuple[Oddity, ...] = ()


@dataclass(frozen=True, slots=True)
class Excluded:
    """A ticket for which the clock's time does not exist, with the reason."""

    reason: Exclusion
    oddities: tuple[Oddity, ...] = ()


def first_fix(history: Sequence[Moment], fixed: AbstractSet[str]) -> datetime | None:
    """Return when the log first moves into a fixed state, or None if it never does."""
    return next((moment.at for moment in history if moment.state in fixed), None)


def last_fix(history: Sequence[Moment], fixed: AbstractSet[str]) -> datetime | None:
    """Return when the log moves into a fixed state for good, or None if it does not end in one.

    A move from one fixed state to another (Resolved to Closed) is not a new fix. A ticket that
    was reopened and not fixed again has no last fix.
    """
    fix = None
    for moment in reversed(history):
        if moment.state not in fixed:
            break
        fix = moment.at
    return fix


def reopenings(history: Sequence[Moment], fixed: AbstractSet[str]) -> int:
    """Return how many times the log moves out of a fixed state into one that is not."""
    return sum(
        before.state in fixed and after.state not in fixed for before, after in pairwise(history)
    )


def elapsed(
    opened_at: datetime,
    history: Sequence[Moment],
    definition: ClockDefinition,
    *,
    at: datetime | None = None,
) -> Elapsed | Excluded:
    """Return the time from `opened_at` to the event that the definition names.

    `history` is in the log's order; datetimes are aware. `at` is the end for `Until.INSTANT`,
    and needed by no other. The time is that between the two instants: an odd step inside it
    lengthens or shortens nothing but its own pause.

    Raises ValueError for a naive datetime and for `Until.INSTANT` without `at`.
    """
    oddities = oddities_of(opened_at, history, definition)
    end = _end_of(history, definition, at)
    if isinstance(end, Exclusion):
        return Excluded(end, oddities)
    if _since_epoch(end) < _since_epoch(opened_at):
        return Excluded(Exclusion.ENDS_BEFORE_OPENING, oddities)
    seconds = count_seconds(definition.calendar, opened_at, end)
    pauses = _pauses(history, definition.paused, Span(opened_at, end)) if definition.paused else []
    calendar = definition.calendar
    paused_seconds = sum(count_seconds(calendar, pause.start, pause.end) for pause in pauses)
    return Elapsed(seconds - paused_seconds * definition.subtract_pauses, paused_seconds, oddities)


def due_at(
    opened_at: datetime,
    history: Sequence[Moment],
    definition: ClockDefinition,
    target_seconds: int,
    at: datetime,
) -> datetime:
    """Return the first instant, in UTC, at which the clock has run for the target.

    It is what is known at `at`: later lines of the history play no part. Pauses put the instant
    off if the definition subtracts them. One that still lasts at `at` is counted up to `at`, as
    if the clock went on then; so the answer moves on while it lasts. The event that stops the
    clock plays no part: a fix is on time if it is not after this instant.

    Raises ValueError for a naive datetime, a negative target, an `at` before `opened_at`, and
    a calendar that never opens for long enough.
    """
    known = Span(opened_at, at)
    pauses = _pauses(history, definition.paused, known) if definition.subtract_pauses else []
    remaining = target_seconds
    for stretch in subtract([known], pauses):
        ran = count_seconds(definition.calendar, stretch.start, stretch.end)
        if ran >= remaining:
            return add_seconds(definition.calendar, stretch.start, remaining)
        remaining -= ran
    return add_seconds(definition.calendar, known.end, remaining)


def oddities_of(
    opened_at: datetime, history: Sequence[Moment], definition: ClockDefinition
) -> tuple[Oddity, ...]:
    """Return the oddities of the whole log, in its order.

    A line before the opening and a line before its predecessor are told apart: the first doubts
    the opening, the second the log's clock.
    """
    return tuple(_oddities(_since_epoch(opened_at), history, definition))


def _oddities(
    opened: timedelta, history: Sequence[Moment], definition: ClockDefinition
) -> Iterator[Oddity]:
    previous: timedelta | None = None
    for position, moment in enumerate(history):
        instant = _since_epoch(moment.at)
        if instant < opened:
            yield Oddity(OddityKind.MOVED_BEFORE_OPENING, position)
        if previous is not None and instant < previous:
            yield Oddity(OddityKind.CLOCK_STEPPED_BACK, position)
        if not definition.knows(moment.state):
            yield Oddity(OddityKind.UNKNOWN_STATE, position)
        previous = instant


def _end_of(
    history: Sequence[Moment], definition: ClockDefinition, at: datetime | None
) -> datetime | Exclusion:
    """Return the instant that stops the clock, or why there is none."""
    match definition.until:
        case Until.FIRST_FIX:
            return first_fix(history, definition.fixed) or Exclusion.NOT_FIXED
        case Until.LAST_FIX:
            return last_fix(history, definition.fixed) or Exclusion.NOT_FIXED
        case Until.CLOSED:
            return last_fix(history, definition.closed) or Exclusion.NOT_CLOSED
        case Until.INSTANT:
            if at is None:
                raise ValueError(
                    "A clock that runs to an instant needs that instant: expected the argument at."
                )
            return at


def _pauses(history: Sequence[Moment], paused: AbstractSet[str], within: Span) -> list[Span]:
    """Return the paused spans inside `within`; an instant in two of them counts once.

    The last state of the log lasts to the end of `within`. A step back in time has no length,
    so a pause that ends before it starts is none.
    """
    ends = [moment.at for moment in history[1:]] + [within.end]
    spans = (
        Span(moment.at, end)
        for moment, end in zip(history, ends, strict=False)
        if moment.state in paused and _since_epoch(moment.at) < _since_epoch(end)
    )
    clipped = (span.clip(within) for span in spans)
    return union(span for span in clipped if span is not None)


def count_seconds(calendar: WorkingCalendar | None, start: datetime, end: datetime) -> int:
    """Return the seconds from start to end on the calendar, or of elapsed time without one."""
    if calendar is not None:
        return calendar.business_seconds(start, end)
    return _since_epoch(end) // _SECOND - _since_epoch(start) // _SECOND


def add_seconds(calendar: WorkingCalendar | None, start: datetime, seconds: int) -> datetime:
    """Return the instant that is `seconds` later on the calendar, or in elapsed time."""
    if calendar is not None:
        return calendar.add_business(start, seconds)
    if seconds < 0:
        raise ValueError(f"Cannot add {seconds} s: expected 0 or more.")
    return _EPOCH + (_since_epoch(start) // _SECOND + seconds) * _SECOND


def _since_epoch(instant: datetime) -> timedelta:
    """Return an aware instant as a time since 1970.

    Two datetimes of one zone compare and subtract by their wall clocks, which is wrong over a
    change of the clocks; their times since the epoch do not.
    """
    try:
        return instant - _EPOCH
    except TypeError:
        raise ValueError(
            f"The instant {instant.isoformat()} has no time zone: expected an aware datetime."
        ) from None
