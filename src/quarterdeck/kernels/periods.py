"""Periods: the stretches of time that a figure is stated for.

A period is written as a year `2016`, a calendar quarter `2016-Q1`, a month `2016-03`, a fiscal
year `FY2016`, or two dates `2016-01-15..2016-02-14` of which both are in the period. It starts
at the first instant of its first day in the organisation's zone and ends at the first instant of
the day after its last, so periods that follow each other leave no gap when the clocks change.

Fiscal years are those of the rules; a short one before another start is written `FY2026T`.
Quarters are always those of the calendar year.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from quarterdeck.kernels.period_rules import PeriodRules, first_of_month
from quarterdeck.kernels.spans import Span

__all__ = ["Grain", "Period", "parse_period", "period_by"]

_MONTHS = 12
_MONTHS_OF_QUARTER = 3
_ONE_DAY = timedelta(days=1)
_FORM = re.compile(
    r"(?P<year>\d{4})"
    r"|(?P<quarter>\d{4}-Q[1-4])"
    r"|(?P<month>\d{4}-(?:0[1-9]|1[0-2]))"
    r"|FY(?P<fiscal_year>\d{4}T?)"
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
    """A period as `period_by` makes it.

    `key` is how it is written, `first` and `last` are its local dates, both included, and
    `span` is the time from the first to the last, as `rules` cut it.
    """

    key: str
    span: Span
    grain: Grain
    first: date
    last: date
    rules: PeriodRules

    def __str__(self) -> str:
        return self.key

    @property
    def zone(self) -> str:
        """The zone of its last day."""
        return self.rules.zone_on(self.last)

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
                key = self.rules.fiscal_year_of(day_before).key
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
                key = self.rules.fiscal_year_of(day_after).key
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
        return period_by(self.rules, key)


def parse_period(text: str, zone: str = "UTC", fiscal_year_start: int = 1) -> Period:
    """Return the period that `text` writes, by rules that never change: in an IANA zone, and with
    fiscal years that start in the month given (1 to 12). Raises what `period_by` raises.
    """
    return period_by(PeriodRules.constant(zone, fiscal_year_start), text)


def period_by(rules: PeriodRules, text: str) -> Period:
    """Return the period that `text` writes, as these rules cut it.

    Raises ValueError for text in none of the forms above, a date that does not exist, a range
    that ends before it starts, a year outside 1000 to 9998, a fiscal year that there is not.
    """
    form = _FORM.fullmatch(text)
    if form is None or form.lastgroup is None:
        raise _unreadable(text, "it has none of the known forms")
    grain = Grain(form.lastgroup)
    first, last = _range_days(text) if grain is Grain.RANGE else _calendar_days(text, grain, rules)
    return Period(text, rules.span_of(first, last), grain, first, last, rules)


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


def _calendar_days(text: str, grain: Grain, rules: PeriodRules) -> tuple[date, date]:
    """Return the first and last date of a year, quarter, month or fiscal year."""
    year = int(text.removeprefix("FY")[:4])
    _check_years(text, year, year)
    start, months = year * _MONTHS, _MONTHS
    match grain:
        case Grain.FISCAL_YEAR:
            _, first, last = rules.fiscal_year_named(text)
            return first, last
        case Grain.QUARTER:
            start, months = start + (int(text[-1]) - 1) * _MONTHS_OF_QUARTER, _MONTHS_OF_QUARTER
        case Grain.MONTH:
            start, months = start + int(text[-2:]) - 1, 1
        case _:
            pass
    return first_of_month(start), first_of_month(start + months) - _ONE_DAY


def _month_key(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"


def _check_years(text: str, first: int, last: int) -> None:
    if first < _FIRST_YEAR or last > _LAST_YEAR:
        raise _unreadable(text, f"its years lie outside {_FIRST_YEAR} to {_LAST_YEAR}")


def _unreadable(text: str, reason: str) -> ValueError:
    return ValueError(
        f"Cannot read the period {text!r}: {reason}. "
        "Expected 2016, 2016-Q1, 2016-03, FY2016 or 2016-01-15..2016-02-14 (both days included)."
    )
