"""Working calendars: which instants count as business time.

One rule defines everything here: **an instant is open if and only if the local wall clock then
shows a time inside an opening.** So, on a night in which the clocks go forward, an opening that
would start in the gap starts after it; on a night in which they go back, the repeated minutes
are open twice and count twice. An opening belongs to the day on which it starts: a night shift
of Monday runs on into a holiday on Tuesday, and a holiday on Monday removes it wholly.

Counting is in whole seconds: an instant stands for the second in which it lies. Business time is
therefore an exact integer, and the time from a to b plus that from b to c is that from a to c.

Zone rules come from `zoneinfo`: the operating system's zone database or, where it has none, the
`tzdata` package.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from quarterdeck.kernels.spans import Span, union

__all__ = ["Opening", "WorkingCalendar", "around_the_clock", "standard_week", "zone_named"]

_CLOCK_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
_DAY = 86_400
_MINUTES_OF_DAY = 1_440
_DAYS_OF_WEEK = 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()
_EPOCH_WEEKDAY = _EPOCH.weekday()

# The time line is cut into blocks of 2**25 seconds (388 days), so that the block of an instant
# is a shift away and a calendar computes only the years that it is asked about.
_BLOCK_BITS = 25
# Business seconds are counted from the start of this block (December 2019). Any fixed one would
# do; one near today keeps the walk to the blocks of ordinary data short.
_ORIGIN_BLOCK = 47
_LAST_BLOCK = int((datetime.max.replace(tzinfo=UTC) - _EPOCH).total_seconds()) >> _BLOCK_BITS

# Offsets are probed every two days and the change between two probes is found by bisection. In
# the tz database no zone changes its offset twice within three days, so no change is missed.
_PROBE = 2 * _DAY
# Probes stay two days inside the years that datetime can hold in every zone.
_FIRST_PROBE = int((datetime.min.replace(tzinfo=UTC) - _EPOCH).total_seconds()) + _PROBE
_LAST_PROBE = int((datetime.max.replace(tzinfo=UTC) - _EPOCH).total_seconds()) - _PROBE


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """One opening of a weekday, in minutes of local wall time from its midnight.

    `start_minute` is 0 to 1439, `end_minute` 0 to 1440 (24:00) and not included. An end at or
    before the start lies on the next day: 22:00-06:00 is a night shift, 08:00-08:00 a full day.

    Raises ValueError for a minute outside these bounds.
    """

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < _MINUTES_OF_DAY:
            raise ValueError(
                f"An opening cannot start at minute {self.start_minute}: expected 0 to 1439."
            )
        if not 0 <= self.end_minute <= _MINUTES_OF_DAY:
            raise ValueError(
                f"An opening cannot end at minute {self.end_minute}: expected 0 to 1440."
            )

    def __str__(self) -> str:
        return f"{_clock_time(self.start_minute)}-{_clock_time(self.end_minute)}"

    @classmethod
    def between(cls, start: str, end: str) -> Self:
        """Return the opening between two clock times, such as "08:00" and "24:00".

        Raises ValueError for anything else than HH:MM.
        """
        return cls(_minute_of(start), _minute_of(end))

    @property
    def length_minutes(self) -> int:
        """Minutes of wall time from the start to the end, 1 to 1440."""
        return (
            self.end_minute
            - self.start_minute
            + _MINUTES_OF_DAY * (self.end_minute <= self.start_minute)
        )


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


@dataclass(frozen=True)
class WorkingCalendar:
    """The opening times of a week in a zone, without those of the days that are holidays.

    `zone` is an IANA name. `week` maps weekdays (0 is Monday) to their openings; a missing
    weekday is closed, and openings that overlap count once. `holidays` are local dates. Equal
    calendars hash equal. A calendar remembers the spans of the years that it was asked about,
    some 30 kB a year; it is safe to share between threads.

    Raises ValueError for an unknown zone or weekday.
    """

    zone: str
    week: Mapping[int, tuple[Opening, ...]]
    holidays: frozenset[date] = frozenset()
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _closed_days: frozenset[int] = field(init=False, repr=False, compare=False)
    _blocks: dict[int, _Block] = field(init=False, repr=False, compare=False, default_factory=dict)
    _positions: dict[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        week = {
            weekday: tuple(sorted(set(openings)))
            for weekday, openings in sorted(self.week.items())
            if openings
        }
        unknown = [weekday for weekday in week if weekday not in range(_DAYS_OF_WEEK)]
        if unknown:
            raise ValueError(f"Unknown weekday {unknown[0]!r}: expected 0 (Monday) to 6 (Sunday).")
        holidays = frozenset(self.holidays)
        object.__setattr__(self, "week", MappingProxyType(week))
        object.__setattr__(self, "holidays", holidays)
        object.__setattr__(self, "_zone", zone_named(self.zone))
        object.__setattr__(
            self, "_closed_days", frozenset(day.toordinal() - _EPOCH_ORDINAL for day in holidays)
        )
        object.__setattr__(self, "_positions", {_ORIGIN_BLOCK: 0})

    def __hash__(self) -> int:
        return hash((self.zone, tuple(self.week.items()), self.holidays))

    def __reduce__(
        self,
    ) -> tuple[type[Self], tuple[str, dict[int, tuple[Opening, ...]], frozenset[date]]]:
        return type(self), (self.zone, dict(self.week), self.holidays)

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
        while block.seconds < target and self.week and number < _LAST_BLOCK:
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
        wall_spans = self._wall_spans(first // _DAY - 2, last // _DAY + 2)
        for segment_start, segment_end, offset in _offset_segments(self._zone, first, last):
            for wall_start, wall_end in wall_spans:
                start, end = (
                    max(wall_start - offset, segment_start),
                    min(wall_end - offset, segment_end),
                )
                if start < end:
                    starts.append(start)
                    ends.append(end)
                    before.append(seconds)
                    seconds += end - start
        return _Block(starts, ends, before, seconds)

    def _wall_spans(self, first_day: int, last_day: int) -> list[tuple[int, int]]:
        """Return the openings of some days, merged, in seconds of wall time since 1970."""
        merged: list[tuple[int, int]] = []
        for day in range(first_day, last_day + 1):
            if day in self._closed_days:
                continue
            for opening in self.week.get((day + _EPOCH_WEEKDAY) % _DAYS_OF_WEEK, ()):
                start = day * _DAY + opening.start_minute * 60
                end = start + opening.length_minutes * 60
                if merged and start <= merged[-1][1]:
                    merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
                else:
                    merged.append((start, end))
        return merged

    def _block_spans(self, number: int, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield a block's spans, cut to the seconds from `first` to `last`."""
        block = self._block(number)
        low, high = max(bisect_right(block.starts, first), 1), bisect_right(block.starts, last)
        for index in range(low - 1, high):
            start, end = max(block.starts[index], first), min(block.ends[index], last + 1)
            if start < end:
                yield start, end


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


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of an IANA name.

    Raises ValueError for a name that the zone database does not have.
    """
    try:
        return ZoneInfo(name)
    except (
        KeyError,
        ValueError,
        OSError,
    ) as error:  # zoneinfo has one for each kind of wrong name.
        raise ValueError(
            f"Unknown time zone {name!r}: expected an IANA name such as Europe/Berlin "
            "(where the system has no zone database, the tzdata package supplies it)."
        ) from error


def _offset_segments(zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, offset from UTC) in seconds for each stretch of one offset."""
    start, offset = first, _offset(zone, first)
    for probe in range(first, last, _PROBE):
        upper = min(probe + _PROBE, last)
        following = _offset(zone, upper)
        if following != offset:
            change = _first_change(zone, max(start, probe), upper, offset)
            yield start, change, offset
            start, offset = change, following
    yield start, last, offset


def _first_change(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    """Return the first second, after `low` and up to `high`, that has not this offset."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, second: int) -> int:
    """Return the zone's seconds ahead of UTC at an epoch second."""
    probe = min(max(second, _FIRST_PROBE), _LAST_PROBE)
    offset = (_EPOCH + timedelta(seconds=probe)).astimezone(zone).utcoffset() or timedelta()
    return offset.days * _DAY + offset.seconds


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


def _minute_of(text: str) -> int:
    """Return the minute of the day that HH:MM names, 0 to 1440."""
    if _CLOCK_TIME.fullmatch(text) is None:
        raise ValueError(f"Cannot read the time {text!r}: expected HH:MM from 00:00 to 24:00.")
    return int(text[:2]) * 60 + int(text[3:])


def _clock_time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
