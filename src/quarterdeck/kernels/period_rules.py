"""How time is cut into periods: in which zone days begin, and in which month fiscal years start.

Both hold from a local day on, so that a change leaves what was before it as it was. A day begins at
the first instant of its date in the zone that holds on it; the day before a move to another zone is
therefore longer or shorter by the difference, and no instant is in no day or in two.

A fiscal year has the name of the calendar year in which it **ends**: with a start in October,
FY2016 runs from 1 October 2015 to 30 September 2016. With a start in January it is the calendar
year. Where another start takes over, the year before it ends on the day before: that short year is
named with a T behind it (`FY2026T`), as the transition period that the SEC's Rule 13a-10 reports on
its own, so that no figure of it is taken for one of a whole year.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from quarterdeck.kernels.spans import Span
from quarterdeck.kernels.zones import zone_named

__all__ = ["FiscalYear", "PeriodRules", "first_of_month", "start_of_day"]

_MONTHS = 12
_ONE_DAY = timedelta(days=1)
_BEGINNING = date(1970, 1, 1)


class FiscalYear(NamedTuple):
    """A fiscal year as it is written, with its local dates, both included."""

    key: str
    first: date
    last: date

    @property
    def is_short(self) -> bool:
        """Whether it ends early, because years with another start follow it."""
        return self.key.endswith("T")


@dataclass(frozen=True, slots=True)
class PeriodRules:
    """Zones by their IANA names and months in which fiscal years start (1 to 12), each with the
    local day from which it holds, in the order of their days.

    The first of each holds on all days before its own too; the other months begin on their own
    first day. Raises ValueError for an unknown zone or month, a month that begins on another day,
    a move of zones that leaves the day before it no time, and two short years of one name.
    """

    zones: tuple[tuple[date, str], ...]
    fiscal_years: tuple[tuple[date, int], ...]

    def __post_init__(self) -> None:
        for _, zone in self.zones:
            zone_named(zone)
        for day, zone in self.zones[1:]:
            if self.start_of(day) <= self.start_of(day - _ONE_DAY):
                raise ValueError(f"In {zone}, {day} begins before the day before it has begun.")
        for place, (day, month) in enumerate(self.fiscal_years):
            if not 1 <= month <= _MONTHS:
                raise ValueError(
                    f"A fiscal year cannot start in month {month}: expected 1 (January) to 12."
                )
            if place and (day.month, day.day) != (month, 1):
                raise ValueError(f"No fiscal year that starts in month {month} starts on {day}.")
        short = [(day - _ONE_DAY).year for day, _ in self.fiscal_years[1:]]
        if twice := next((one for one, other in pairwise(short) if one == other), None):
            raise ValueError(f"Two short fiscal years would end in {twice}: expected one.")

    @classmethod
    def constant(cls, zone: str = "UTC", fiscal_year_start: int = 1) -> "PeriodRules":
        """Return rules that never change."""
        return cls(((_BEGINNING, zone),), ((_BEGINNING, fiscal_year_start),))

    def zone_on(self, day: date) -> str:
        """Return the zone that holds on a local day."""
        return next(
            (zone for first, zone in reversed(self.zones) if first <= day), self.zones[0][1]
        )

    def zone_at(self, instant: datetime) -> str:
        """Return the zone that holds at an instant."""
        begun = (
            zone
            for first, zone in reversed(self.zones[1:])
            if start_of_day(first, zone_named(zone)) <= instant
        )
        return next(begun, self.zones[0][1])

    def day_of(self, instant: datetime) -> date:
        """Return the local day in which an instant falls."""
        day = instant.astimezone(zone_named(self.zone_at(instant))).date()
        # The last day before a move lasts until the move, however late that is.
        moved = (first for first, _ in self.zones[1:] if self.start_of(first) > instant)
        return min(day, next(moved, date.max) - _ONE_DAY)

    def start_of(self, day: date) -> datetime:
        """Return the first instant of a local day, in UTC."""
        return start_of_day(day, zone_named(self.zone_on(day)))

    def span_of(self, first: date, last: date) -> Span:
        """Return the time from one local day to another, both included."""
        return Span(self.start_of(first), self.start_of(last + _ONE_DAY))

    def fiscal_year_of(self, day: date) -> FiscalYear:
        """Return the fiscal year in which a local day falls."""
        month = next(
            (month for first, month in reversed(self.fiscal_years) if first <= day),
            self.fiscal_years[0][1],
        )
        first = date(day.year - (day.month < month), month, 1)
        last = first_of_month(first.year * _MONTHS + first.month - 1 + _MONTHS) - _ONE_DAY
        cut = next((start for start, _ in self.fiscal_years[1:] if first < start <= last), None)
        if cut is None:
            return FiscalYear(f"FY{last.year:04}", first, last)
        last = cut - _ONE_DAY
        return FiscalYear(f"FY{last.year:04}T", first, last)

    def fiscal_year_named(self, key: str) -> FiscalYear:
        """Return the fiscal year that is written so; ValueError where there is none."""
        known = list(self._ending_in(int(key[2:6])))
        for year in known:
            if year.key == key:
                return year
        told = "; ".join(f"{each.key} is {each.first} to {each.last}" for each in known)
        raise ValueError(f"There is no fiscal year {key}: {told or 'none ends in that year'}.")

    def _ending_in(self, year: int) -> Iterator[FiscalYear]:
        """Yield the fiscal years that end in a calendar year."""
        found = self.fiscal_year_of(date(year, 1, 1))
        while found.last.year == year:
            yield found
            found = self.fiscal_year_of(found.last + _ONE_DAY)


def first_of_month(index: int) -> date:
    """Return the first day of a month counted from January of the year 0."""
    year, month = divmod(index, _MONTHS)
    return date(year, month + 1, 1)


@lru_cache(maxsize=1024)
def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local date, in UTC.

    Where midnight falls into the gap of a spring night the day starts when the gap ends; where
    it comes twice the day starts with the first.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    later, earlier = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    if later <= earlier:
        return later
    # Midnight does not exist: the offset before the gap puts it after the change, that behind
    # the gap puts it before. The change is the first instant with the offset behind the gap.
    offset = later.astimezone(zone).utcoffset()
    low, high = 0, int((later - earlier).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (earlier + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return earlier + timedelta(seconds=high)
