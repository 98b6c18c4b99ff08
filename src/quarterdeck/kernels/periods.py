"""Periods: the stretches of time that a figure is stated for.

A period is written as a year `2016`, a calendar quarter `2016-Q1`, a month `2016-03`, a fiscal
year `FY2016`, or two dates `2016-01-15..2016-02-14` of which both are in the period. It starts
at the first instant of its first day in the organisation's zone and ends at the first instant of
the day after its last, so periods that follow each other leave no gap when the clocks change.

A fiscal year has the name of the calendar year in which it **ends**: with a start in October,
FY2016 runs from 1 October 2015 to 30 September 2016. With a start in January it is the calendar
year. Quarters are always those of the calendar year.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from quarterdeck.kernels.spans import Span
from quarterdeck.kernels.zones import zone_named

__all__ = ["Grain", "Period", "parse_period"]

_MONTHS = 12
_MONTHS_OF_QUARTER = 3
_ONE_DAY = timedelta(days=1)
_FORM = re.compile(
    r"(?P<year>\d{4})"
    r"|(?P<quarter>\d{4}-Q[1-4])"
    r"|(?P<month>\d{4}-(?:0[1-9]|1[0-2]))"
    r"|FY(?P<fiscal_year>\d{4})"
    r"|(?P<range>\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d)",
    re.ASCII,
)
# A year of room at both ends lets every zone's midnights and the period before exist.
_FIRST_YEAR, _LAST_YEAR = 1000, 9998


class Grain(StrEnum):
    """The kind of a period."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    FISCAL_YEAR = "fiscal_year"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Period:
    """A period as `parse_period` makes it.

    `key` is how it is written, `first` and `last` are its local dates, both included, and
    `span` is the time from the first to the last in `zone`. `fiscal_year_start` is a month,
    1 to 12.
    """

    key: str
    span: Span
    grain: Grain
    first: date
    last: date
    zone: str
    fiscal_year_start: int

    def __str__(self) -> str:
        return self.key

    def previous(self) -> "Period":
        """Return the period of the same kind just before; for a range, as many days just before."""
        day_before = self.first - _ONE_DAY
        match self.grain:
            case Grain.YEAR:
                key = f"{day_before.year}"
            case Grain.QUARTER:
                key = f"{day_before.year}-Q{(day_before.month - 1) // _MONTHS_OF_QUARTER + 1}"
            case Grain.MONTH:
                key = _month_key(day_before.year, day_before.month)
            case Grain.FISCAL_YEAR:
                # A fiscal year is named after its end, which is the day before the next one starts.
                key = f"FY{day_before.year}"
            case Grain.RANGE:
                key = f"{day_before - (self.last - self.first)}..{day_before}"
        return self._sibling(key)

    def following(self) -> "Period":
        """Return the period of the same kind just after; for a range, as many days just after."""
        day_after = self.last + _ONE_DAY
        match self.grain:
            case Grain.YEAR:
                key = f"{day_after.year}"
            case Grain.QUARTER:
                key = f"{day_after.year}-Q{(day_after.month - 1) // _MONTHS_OF_QUARTER + 1}"
            case Grain.MONTH:
                key = _month_key(day_after.year, day_after.month)
            case Grain.FISCAL_YEAR:
                key = f"FY{self.last.year + 1}"
            case Grain.RANGE:
                key = f"{day_after}..{day_after + (self.last - self.first)}"
        return self._sibling(key)

    def months_back(self, n: int) -> list["Period"]:
        """Return the last `n` months up to that of the period's last day, the oldest first.

        Raises ValueError for n < 1.
        """
        if n < 1:
            raise ValueError(f"Cannot list the last {n} months: expected 1 or more.")
        newest = self.last.year * _MONTHS + self.last.month - 1
        months = (divmod(index, _MONTHS) for index in range(newest - n + 1, newest + 1))
        return [self._sibling(_month_key(year, month + 1)) for year, month in months]

    def _sibling(self, key: str) -> "Period":
        return parse_period(key, self.zone, self.fiscal_year_start)


def parse_period(text: str, zone: str = "UTC", fiscal_year_start: int = 1) -> Period:
    """Return the period that `text` writes, in an IANA zone; fiscal years start in the month given.

    Raises ValueError for text in none of the forms above, a date that does not exist, a range
    that ends before it starts, a year outside 1000 to 9998, an unknown zone or month.
    """
    if not 1 <= fiscal_year_start <= _MONTHS:
        raise ValueError(
            f"A fiscal year cannot start in month {fiscal_year_start}: expected 1 (January) to 12."
        )
    form = _FORM.fullmatch(text)
    if form is None or form.lastgroup is None:
        raise _unreadable(text, "it has none of the known forms")
    grain = Grain(form.lastgroup)
    first, last = (
        _range_days(text)
        if grain is Grain.RANGE
        else _calendar_days(text, grain, fiscal_year_start)
    )
    rules = zone_named(zone)
    span = Span(_start_of_day(first, rules), _start_of_day(last + _ONE_DAY, rules))
    return Period(text, span, grain, first, last, zone, fiscal_year_start)


def _range_days(text: str) -> tuple[date, date]:
    """Return both dates of A..B."""
    try:
        first, last = (date.fromisoformat(part) for part in text.split(".."))
    except ValueError:
        raise _unreadable(text, "one of its dates does not exist") from None
    if last < first:
        raise _unreadable(text, "it ends before it starts")
    _check_years(text, first.year, last.year)
    return first, last


def _calendar_days(text: str, grain: Grain, fiscal_year_start: int) -> tuple[date, date]:
    """Return the first and last date of a year, quarter, month or fiscal year."""
    year = int(text.removeprefix("FY")[:4])
    _check_years(text, year, year)
    start, months = year * _MONTHS, _MONTHS
    match grain:
        case Grain.QUARTER:
            start, months = start + (int(text[-1]) - 1) * _MONTHS_OF_QUARTER, _MONTHS_OF_QUARTER
        case Grain.MONTH:
            start, months = start + int(text[-2:]) - 1, 1
        case Grain.FISCAL_YEAR if fiscal_year_start > 1:
            start += fiscal_year_start - 1 - _MONTHS
        case _:
            pass
    return _first_of_month(start), _first_of_month(start + months) - _ONE_DAY


def _first_of_month(index: int) -> date:
    """Return the first day of a month counted from January of the year 0."""
    year, month = divmod(index, _MONTHS)
    return date(year, month + 1, 1)


def _month_key(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"


def _start_of_day(day: date, zone: ZoneInfo) -> datetime:
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


def _check_years(text: str, first: int, last: int) -> None:
    if first < _FIRST_YEAR or last > _LAST_YEAR:
        raise _unreadable(text, f"its years lie outside {_FIRST_YEAR} to {_LAST_YEAR}")


def _unreadable(text: str, reason: str) -> ValueError:
    return ValueError(
        f"Cannot read the period {text!r}: {reason}. "
        "Expected 2016, 2016-Q1, 2016-03, FY2016 or 2016-01-15..2016-02-14 (both days included)."
    )
