"""Spans of time and the algebra of sets of them.

A span is half-open: it holds its start and not its end, so that spans which touch share no
instant and add up without a gap. All arithmetic is exact.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from operator import attrgetter
from typing import Self

__all__ = ["Span", "coverage", "intersect", "subtract", "total", "union"]

_MICROSECOND = timedelta(microseconds=1)
_start_of = attrgetter("start")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The instants from `start` up to, but not including, `end`.

    Both ends are aware; they are kept in UTC, because Python subtracts two datetimes of one
    zone by their wall clocks and so miscounts a night in which the clocks change. A span whose
    ends are equal is empty. Spans are ordered by start, then by end.

    Raises ValueError for a naive datetime or an end before the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        start, end = _in_utc(self.start, "start"), _in_utc(self.end, "end")
        if end < start:
            raise ValueError(
                f"The span from {start.isoformat()} to {end.isoformat()} ends before it starts: "
                "expected an end at or after the start."
            )
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "end", end)

    def __str__(self) -> str:
        return f"{self.start.isoformat()} to {self.end.isoformat()}"

    @property
    def length(self) -> timedelta:
        """The elapsed time from start to end; never negative."""
        return self.end - self.start

    def contains(self, instant: datetime) -> bool:
        """Tell whether the aware `instant` lies in the span; the end does not."""
        return self.start <= _in_utc(instant, "instant") < self.end

    def clip(self, other: Self) -> Self | None:
        """Return the part of this span that lies in `other`, or None if no instant does."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return type(self)(start, end) if start < end else None


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the same instants as sorted spans that neither overlap nor touch; none is empty."""
    merged: list[Span] = []
    for span in sorted(spans, key=_start_of):
        if span.start == span.end:
            continue
        if merged and span.start <= merged[-1].end:
            if span.end > merged[-1].end:
                merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return merged


def intersect(a: Iterable[Span], b: Iterable[Span]) -> list[Span]:
    """Return the instants that lie in both sets, as a union."""
    return list(_intersections(union(a), union(b)))


def subtract(a: Iterable[Span], b: Iterable[Span]) -> list[Span]:
    """Return the instants of `a` that do not lie in `b`, as a union."""
    removals = union(b)
    kept: list[Span] = []
    first = 0
    for span in union(a):
        while first < len(removals) and removals[first].end <= span.start:
            first += 1
        start, index = span.start, first
        while index < len(removals) and removals[index].start < span.end:
            if start < removals[index].start:
                kept.append(Span(start, removals[index].start))
            start = removals[index].end
            index += 1
        if start < span.end:
            kept.append(Span(start, span.end))
    return kept


def total(spans: Iterable[Span]) -> timedelta:
    """Return the elapsed time of the union, so that an instant in two spans counts once."""
    return sum((span.length for span in union(spans)), timedelta())


def coverage(parts: Iterable[Span], whole: Span) -> Fraction:
    """Return the exact share, 0 to 1, of `whole` that the union of `parts` covers.

    Raises ValueError when `whole` is empty, since its share is undefined.
    """
    if not whole.length:
        raise ValueError(
            f"There is no coverage of the empty span {whole}: expected an end after the start."
        )
    return Fraction(total(intersect(parts, [whole])) // _MICROSECOND, whole.length // _MICROSECOND)


def _intersections(a: list[Span], b: list[Span]) -> Iterator[Span]:
    """Yield the common parts of two unions in order."""
    i = j = 0
    while i < len(a) and j < len(b):
        common = a[i].clip(b[j])
        if common is not None:
            yield common
        if a[i].end <= b[j].end:
            i += 1
        else:
            j += 1


def _in_utc(instant: datetime, name: str) -> datetime:
    """Return the aware instant in UTC, refusing a naive one by its role."""
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise ValueError(
            f"The {name} {instant.isoformat()} has no time zone: expected an aware datetime."
        )
    return instant.astimezone(UTC)
