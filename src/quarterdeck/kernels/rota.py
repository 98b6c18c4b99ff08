"""Who is on duty: shifts that come again every week, swaps, absences, and what they cover.

A weekly shift is written in wall time. It begins at the instant at which the clock of its zone
first shows its start, and ends at the one at which it first shows its end; a time that the clock
skips is the instant at which it jumps. So a night shift lasts as long as the night does, and two
shifts that meet on the clock meet in time, whatever the clock does between them.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from quarterdeck.kernels.calendars import Opening
from quarterdeck.kernels.spans import Span, intersect, subtract, union
from quarterdeck.kernels.zones import zone_named

__all__ = [
    "Coverage",
    "Duty",
    "Swap",
    "WeeklyShift",
    "coverage_of",
    "instant_of",
    "next_duties",
    "on_duty_at",
    "swapped",
    "weekly_duties",
    "without_absences",
]

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_MINUTES_OF_DAY = 1_440


class Duty(NamedTuple):
    """One stretch for which a person, known by a key, is on duty."""

    span: Span
    holder: int


@dataclass(frozen=True, slots=True)
class WeeklyShift:
    """A shift of one weekday (0 is Monday), from its first day to its last one, if it has any.

    It belongs to the day on which it starts. `every` weeks, counted from the week of `first_on`, it
    comes again. Raises ValueError for a weekday beyond 6 or fewer than one week.
    """

    holder: int
    weekday: int
    opening: Opening
    first_on: date
    last_on: date | None = None
    every: int = 1

    def __post_init__(self) -> None:
        if self.weekday not in range(7):
            raise ValueError(
                f"Unknown weekday {self.weekday!r}: expected 0 (Monday) to 6 (Sunday)."
            )
        if self.every < 1:
            raise ValueError(f"A shift cannot come every {self.every} weeks: expected 1 or more.")

    def days(self, first: date, last: date) -> Iterator[date]:
        """Yield the days from `first` to `last` on which it starts."""
        begin = max(first, self.first_on)
        end = last if self.last_on is None else min(last, self.last_on)
        if end < begin:
            # The days of a shift of the last week that there is could not be counted.
            return
        monday = self.first_on - timedelta(days=self.first_on.weekday())
        day = monday + timedelta(days=self.weekday)
        step = self.every * _WEEK
        if day < begin:
            day += -((day - begin) // step) * step
        while day <= end:
            yield day
            day += step


@dataclass(frozen=True, slots=True)
class Swap:
    """For a span, one person does the duties of another one."""

    span: Span
    absent: int
    stand_in: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of the wanted time nobody covers, and when more than one person is on duty at once."""

    gaps: Sequence[Span]
    overlaps: Sequence[tuple[Span, frozenset[int]]]


def instant_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the first instant, in UTC, at which the clock has come to a minute of a local day.

    1440 is the midnight at the end of the day. A time that is shown twice is the first of both; one
    that is skipped is the instant at which the clock jumps.
    """
    day, minute = day + _DAY * (minute // _MINUTES_OF_DAY), minute % _MINUTES_OF_DAY
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    early, late = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None) == wall:
        return early
    # The clock never shows it: between the two guesses there is the jump over it.
    seconds = int((late - early).total_seconds())
    jump = bisect_left(
        range(seconds),
        True,
        key=lambda passed: (
            (early + timedelta(seconds=passed)).astimezone(zone).replace(tzinfo=None) >= wall
        ),
    )
    return early + timedelta(seconds=jump)


def weekly_duties(shifts: Iterable[WeeklyShift], zone: str, period: Span) -> list[Duty]:
    """Return the duties that touch a period, each whole, in order of time and then of key.

    Raises ValueError for an unknown zone.
    """
    found, place = [], zone_named(zone)
    first = period.start.astimezone(place).date() - 2 * _DAY
    last = period.end.astimezone(place).date() + _DAY
    for shift in shifts:
        for day in shift.days(first, last):
            start = instant_of(day, shift.opening.start_minute, place)
            end_minute = shift.opening.start_minute + shift.opening.length_minutes
            end = instant_of(
                day + _DAY * (end_minute // _MINUTES_OF_DAY), end_minute % _MINUTES_OF_DAY, place
            )
            if start < end and start < period.end and end > period.start:
                found.append(Duty(Span(start, end), shift.holder))
    return sorted(found)


def swapped(duties: Iterable[Duty], swaps: Iterable[Swap]) -> list[Duty]:
    """Return the duties after swaps, in the order in which these were agreed.

    A later swap finds what the earlier ones have left, so that the opposite one takes a swap back.
    """
    present = list(duties)
    for swap in swaps:
        present = [part for duty in present for part in _parts(duty, swap)]
    return sorted(_joined(present))


def _parts(duty: Duty, swap: Swap) -> Iterator[Duty]:
    taken = duty.span.clip(swap.span) if duty.holder == swap.absent else None
    if taken is None:
        yield duty
        return
    yield from (Duty(span, duty.holder) for span in subtract([duty.span], [taken]))
    yield Duty(taken, swap.stand_in)


def _joined(duties: Iterable[Duty]) -> Iterator[Duty]:
    """Join what touches for the same person, so that a swap and its opposite leave no seam."""
    holders: dict[int, list[Span]] = {}
    for duty in duties:
        holders.setdefault(duty.holder, []).append(duty.span)
    for holder, spans in holders.items():
        yield from (Duty(span, holder) for span in union(spans))


def without_absences(
    duties: Iterable[Duty], absences: Iterable[tuple[int, Span]]
) -> tuple[list[Duty], list[Duty]]:
    """Return the duties that people are there for, and those for which they are away."""
    away: dict[int, list[Span]] = {}
    for holder, span in absences:
        away.setdefault(holder, []).append(span)
    kept, missed = [], []
    for duty in duties:
        gone = away.get(duty.holder, [])
        kept += [Duty(span, duty.holder) for span in subtract([duty.span], gone)]
        missed += [Duty(span, duty.holder) for span in intersect([duty.span], gone)]
    return sorted(kept), sorted(missed)


def on_duty_at(duties: Iterable[Duty], at: datetime) -> list[Duty]:
    """Return the duties that hold an instant."""
    return sorted(duty for duty in duties if duty.span.contains(at))


def next_duties(duties: Iterable[Duty], at: datetime) -> list[Duty]:
    """Return those that begin next after an instant: one, or several at the same time."""
    later = sorted(duty for duty in duties if duty.span.start > at)
    return [duty for duty in later if duty.span.start == later[0].span.start]


def coverage_of(duties: Iterable[Duty], wanted: Iterable[Span]) -> Coverage:
    """Return what of the wanted time has nobody on duty, and where people are on duty together.

    Overlaps are found also outside of the wanted time; each has one set of people throughout.
    """
    known = list(duties)
    return Coverage(gaps=subtract(wanted, [duty.span for duty in known]), overlaps=_overlaps(known))


def _overlaps(duties: Sequence[Duty]) -> list[tuple[Span, frozenset[int]]]:
    edges = sorted({edge for duty in duties for edge in (duty.span.start, duty.span.end)})
    found: list[tuple[Span, frozenset[int]]] = []
    for start, end in pairwise(edges):
        here = frozenset(duty.holder for duty in duties if duty.span.contains(start))
        if len(here) < 2:  # noqa: PLR2004 — two are together
            continue
        span = Span(start, end)
        if found and found[-1][1] == here and found[-1][0].end == start:
            found[-1] = (replace(span, start=found[-1][0].start), here)
        else:
            found.append((span, here))
    return found
