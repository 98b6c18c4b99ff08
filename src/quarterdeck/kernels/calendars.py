"""Working calendars: which instants count as business time.

One rule defines everything here: **an instant is open if and only if the local wall clock then
shows a time inside an opening.** So, on a night in which the clocks go forward, an opening that
would start in the gap starts after it; on a night in which they go back, the repeated minutes
are open twice and count twice. An opening belongs to the day on which it starts: a night shift
of Monday runs on into a holiday on Tuesday, and a holiday on Monday removes it wholly.

Counting is in whole seconds: an instant stands for the second in which it lies. Business time is
therefore an exact integer, and the time from a to b plus that from b to c is that from a to c.

Hours may change. A calendar then has other hours, and perhaps another zone, from a local day on,
and each day is counted by those that hold on it: an opening belongs to the hours of the day on
which it starts, and what two of them hold open counts once.
"""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain, pairwise
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from quarterdeck.kernels.hours import HoursChange, Opening, Week, ordered_week
from quarterdeck.kernels.spans import Span, union
from quarterdeck.kernels.zones import offset_segments, zone_named

__all__ = ["HoursChange", "Opening", "WorkingCalendar", "around_the_clock", "standard_week"]

_DAY = 86_400
_MINUTES_OF_DAY = 1_440
_DAYS_OF_WEEK = 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()
_EPOCH_WEEKDAY = _EPOCH.weekday()
# Days before and after all that datetime can hold.
_FIRST_DAY, _END_DAY = date.min.toordinal() - _EPOCH_ORDINAL - 2, 3_000_000

# The time line is cut into blocks of 2**25 seconds (388 days), so that the block of an instant
# is a shift away and a calendar computes only the years that it is asked about.
_BLOCK_BITS = 25
# Business seconds are counted from the start of this block (December 2019). Any fixed one would
# do; one near today keeps the walk to the blocks of ordinary data short.
_ORIGIN_BLOCK = 47
_LAST_BLOCK = int((datetime.max.replace(tzinfo=UTC) - _EPOCH).total_seconds()) >> _BLOCK_BITS


class _Block(NamedTuple):
    """The open seconds of one block: its spans' epoch seconds, the time before each, the sum.

    The first span is empty and stands at the block's start, so that every second of the block
    has a span that starts at or before it.
    """

    starts: list[int]
    ends: list[int]
    before: list[int]
    seconds: int

    def seconds_until(self, second: int) -> int:
        """Return the open seconds from the block's start to a second inside it."""
        index = bisect_right(self.starts, second) - 1
        return self.before[index] + min(second, self.ends[index]) - self.starts[index]


class _Stretch(NamedTuple):
    """The days (since 1970, the end not included) on which some hours hold."""

    first_day: int
    end_day: int
    zone: ZoneInfo
    week: Week


@dataclass(frozen=True)
class WorkingCalendar:
    """The opening times of a week in a zone, without those of the days that are holidays.

    `zone` is an IANA name. `week` maps weekdays (0 is Monday) to their openings; a missing
    weekday is closed, and openings that overlap count once. `holidays` are local dates. Both hold
    until the first of the `changes`, which follow each other by their days. Equal calendars hash
    equal. A calendar remembers the spans of the years that it was asked about, some 30 kB a year;
    it is safe to share between threads.

    Raises ValueError for an unknown zone or weekday, and for changes that do not follow each other.
    """

    zone: str
    week: Week
    holidays: frozenset[date] = frozenset()
    changes: tuple[HoursChange, ...] = ()
    _stretches: tuple[_Stretch, ...] = field(init=False, repr=False, compare=False)
    _closed_days: frozenset[int] = field(init=False, repr=False, compare=False)
    _blocks: dict[int, _Block] = field(init=False, repr=False, compare=False, default_factory=dict)
    _positions: dict[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        week, changes = ordered_week(self.week), tuple(self.changes)
        if any(old.first_day >= new.first_day for old, new in pairwise(changes)):
            raise ValueError("Expected changes of hours that follow each other by their days.")
        holidays = frozenset(self.holidays)
        object.__setattr__(self, "week", week)
        object.__setattr__(self, "holidays", holidays)
        object.__setattr__(self, "changes", changes)
        object.__setattr__(self, "_stretches", _stretches(self.zone, week, changes))
        object.__setattr__(
            self, "_closed_days", frozenset(day.toordinal() - _EPOCH_ORDINAL for day in holidays)
        )
        object.__setattr__(self, "_positions", {_ORIGIN_BLOCK: 0})

    def __hash__(self) -> int:
        return hash((self.zone, tuple(self.week.items()), self.holidays, self.changes))

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return type(self), (self.zone, dict(self.week), self.holidays, self.changes)

    @property
    def goes_on(self) -> bool:
        """Whether it has openings after its last change, so that business time never ends."""
        return bool(self._stretches[-1].week)

    def is_open(self, instant: datetime) -> bool:
        """Tell whether the aware `instant` is business time."""
        second = _second(instant)
        block = self._block(second >> _BLOCK_BITS)
        return second < block.ends[bisect_right(block.starts, second) - 1]

    def open_spans(self, period: Span) -> list[Span]:
        """Return the open spans inside `period`, in UTC, sorted, not overlapping or touching."""
        first, last = _second(period.start), _second(period.end)
        clipped = (
            Span(_instant(start), _instant(end)).clip(period)
            for number in range(first >> _BLOCK_BITS, (last >> _BLOCK_BITS) + 1)
            for start, end in self._block_spans(number, first, last)
        )
        return union(span for span in clipped if span is not None)

    def business_seconds(self, start: datetime, end: datetime) -> int:
        """Return the open seconds from `start` up to `end`, both aware.

        Raises ValueError when a datetime is naive or `end` lies before `start`.
        """
        try:
            since, until = start - _EPOCH, end - _EPOCH
        except TypeError:
            raise _naive(start if start.utcoffset() is None else end) from None
        if until < since:
            raise ValueError(
                f"The time from {start.isoformat()} to {end.isoformat()} is negative: "
                "expected an end at or after the start."
            )
        first, last = since.days * _DAY + since.seconds, until.days * _DAY + until.seconds
        head, tail = first >> _BLOCK_BITS, last >> _BLOCK_BITS
        block = self._blocks.get(head) or self._block(head)
        passed = block.seconds_until(first)
        if head == tail:
            return block.seconds_until(last) - passed
        between = self._position(tail) - self._position(head)
        return between + self._block(tail).seconds_until(last) - passed

    def add_business(self, start: datetime, seconds: int) -> datetime:
        """Return the first instant, in UTC, that has `seconds` of business time since `start`.

        So a target that is used up exactly at closing time falls on closing time, not on the
        next opening; 0 seconds return the second of `start`.

        Raises ValueError for a naive start, for negative seconds, and when the calendar does
        not open for long enough within the years that datetime can hold.
        """
        if seconds < 0:
            raise ValueError(f"Cannot add {seconds} s of business time: expected 0 or more.")
        second = _second(start)
        if not seconds:
            return _instant(second)
        number = second >> _BLOCK_BITS
        block = self._block(number)
        target = block.seconds_until(second) + seconds
        last = _LAST_BLOCK if self.goes_on else self._last_changed_block()
        while block.seconds < target and number < last:
            target -= block.seconds
            number += 1
            block = self._block(number)
        if block.seconds < target:
            raise ValueError(
                f"The calendar is never open for {seconds} s after {start.isoformat()}: "
                "expected a week with at least one opening that is not always a holiday."
            )
        index = bisect_left(block.before, target) - 1
        return _instant(block.starts[index] + target - block.before[index])

    def _block(self, number: int) -> _Block:
        """Return a block, computing it when it is asked for first.

        Two threads may compute the same block at once; both get the same answer, and storing it
        is atomic.
        """
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._compute_block(number)
        return block

    def _position(self, number: int) -> int:
        """Return the open seconds between the origin and the start of a block, signed.

        The blocks on the way are summed and dropped, so that one wrong year in the data costs
        time once and no memory.
        """
        positions = self._positions
        step = 1 if number >= _ORIGIN_BLOCK else -1
        known = number
        while known not in positions:
            known -= step
        for passed in range(known, number, step):
            between = self._compute_block(min(passed, passed + step))
            positions[passed + step] = positions[passed] + step * between.seconds
        return positions[number]

    def _compute_block(self, number: int) -> _Block:
        """Lay the week's wall times on the time line between the block's ends."""
        first, last = number << _BLOCK_BITS, (number + 1) << _BLOCK_BITS
        starts, ends, before, seconds = [first], [first], [0], 0
        for start, end in self._laid(first, last):
            starts.append(start)
            ends.append(end)
            before.append(seconds)
            seconds += end - start
        return _Block(starts, ends, before, seconds)

    def _laid(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return the open spans of all hours between two seconds, in order."""
        laid = [list(self._laid_of(stretch, first, last)) for stretch in self._stretches]
        held = [spans for spans in laid if spans]
        return _merged(heapq.merge(*held)) if len(held) > 1 else [*chain(*held)]

    def _laid_of(self, stretch: _Stretch, first: int, last: int) -> Iterator[tuple[int, int]]:
        days = (
            max(first // _DAY - 2, stretch.first_day),
            min(last // _DAY + 3, stretch.end_day),
        )
        wall_spans = self._wall_spans(stretch.week, *days)
        if not wall_spans:
            return
        for segment_start, segment_end, offset in offset_segments(stretch.zone, first, last):
            for wall_start, wall_end in wall_spans:
                start = max(wall_start - offset, segment_start)
                end = min(wall_end - offset, segment_end)
                if start < end:
                    yield start, end

    def _wall_spans(self, week: Week, first_day: int, end_day: int) -> list[tuple[int, int]]:
        """Return the openings of some days, merged, in seconds of wall time since 1970."""
        openings = (
            (day * _DAY + opening.start_minute * 60, opening.length_minutes * 60)
            for day in range(first_day, end_day)
            if day not in self._closed_days
            for opening in week.get((day + _EPOCH_WEEKDAY) % _DAYS_OF_WEEK, ())
        )
        return _merged((start, start + length) for start, length in openings)

    def _last_changed_block(self) -> int:
        """Return the block in which the last opening before the last change may end."""
        return (self._stretches[-1].first_day + 2) * _DAY >> _BLOCK_BITS

    def _block_spans(self, number: int, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield a block's spans, cut to the seconds from `first` to `last`."""
        block = self._block(number)
        low, high = max(bisect_right(block.starts, first), 1), bisect_right(block.starts, last)
        for index in range(low - 1, high):
            start, end = max(block.starts[index], first), min(block.ends[index], last + 1)
            if start < end:
                yield start, end


def _stretches(zone: str, week: Week, changes: Sequence[HoursChange]) -> tuple[_Stretch, ...]:
    """Return which hours hold on which days: the first ones since ever, the last ones for good."""
    starts = [each.first_day.toordinal() - _EPOCH_ORDINAL for each in changes]
    hours = [(zone, week), *((each.zone, each.week) for each in changes)]
    bounds = pairwise([_FIRST_DAY, *starts, _END_DAY])
    return tuple(
        _Stretch(first, end, zone_named(name), openings)
        for (first, end), (name, openings) in zip(bounds, hours, strict=True)
    )


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans that come in the order of their starts, those that overlap or touch as one."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def around_the_clock(zone: str = "UTC") -> WorkingCalendar:
    """Return the calendar that is always open."""
    return WorkingCalendar(
        zone, dict.fromkeys(range(_DAYS_OF_WEEK), (Opening(0, _MINUTES_OF_DAY),))
    )


def standard_week(
    zone: str = "UTC",
    *,
    opens: str = "08:00",
    closes: str = "18:00",
    weekdays: Iterable[int] = range(5),
    holidays: Iterable[date] = (),
) -> WorkingCalendar:
    """Return a calendar with one opening a day, by default Monday to Friday 08:00-18:00."""
    opening = Opening.between(opens, closes)
    return WorkingCalendar(zone, dict.fromkeys(weekdays, (opening,)), frozenset(holidays))


def _second(instant: datetime) -> int:
    """Return the epoch second in which an aware instant lies, without the rounding of floats."""
    try:
        since = instant - _EPOCH
    except TypeError:
        raise _naive(instant) from None
    return since.days * _DAY + since.seconds


def _instant(second: int) -> datetime:
    return _EPOCH + timedelta(seconds=second)


def _naive(instant: datetime) -> ValueError:
    return ValueError(
        f"The instant {instant.isoformat()} has no time zone: expected an aware datetime."
    )
