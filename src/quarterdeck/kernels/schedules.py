"""When something happens again: every few days, weeks or months, at a time of day in a zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

__all__ = ["Frequency", "Schedule"]

_WEEK = 7
_MONTHS = 12
# The calendar of Python ends a year later.
_LAST_DAY = date(9998, 12, 31)


class Frequency(StrEnum):
    """By what a schedule counts."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class Schedule:
    """A rule of occurrences, as RFC 5545 (3.3.10) describes them.

    It counts from `starts_on`, every `interval` days, weeks or months; weeks begin on Monday.
    `weekdays` are those of a weekly rule, 0 for Monday; `month_day` is that of a monthly one, and a
    month that has no such day has its last one instead. `ends_on` is the last day, if any.

    `at_time` is a local time in `zone`. Where a night skips it, the occurrence comes by the offset
    before the gap, so an hour later by the clock; where a night has it twice, the first time counts
    (RFC 5545, 3.3.5).
    """

    frequency: Frequency
    starts_on: date
    at_time: time
    zone: str
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    month_day: int = 1
    ends_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse what would never occur."""
        if self.interval < 1:
            raise ValueError(f"An interval of {self.interval} leads nowhere: expected 1 or more.")
        if self.frequency is Frequency.WEEKLY and not self.weekdays:
            raise ValueError("A weekly schedule names its weekdays.")
        if not self.weekdays <= set(range(_WEEK)):
            raise ValueError("Weekdays are 0 (Monday) to 6 (Sunday).")

    def after(self, instant: datetime) -> Iterator[datetime]:
        """Give the occurrences after an aware instant, in order and in UTC."""
        zone = ZoneInfo(self.zone)
        # A day earlier, since a local day begins before or after that of UTC.
        for day in self._days_from(instant.astimezone(zone).date() - timedelta(days=1)):
            occurrence = datetime.combine(day, self.at_time, zone).astimezone(UTC)
            if occurrence > instant:
                yield occurrence

    def next_after(self, instant: datetime) -> datetime | None:
        """Return the first occurrence after an instant, or None where there is none any more."""
        return next(self.after(instant), None)

    def first(self, amount: int, after: datetime) -> list[datetime]:
        """Return so many occurrences after an instant, or as many as there are."""
        return list(islice(self.after(after), amount))

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        """Return the occurrences after one instant and not after another."""
        found = []
        for occurrence in self.after(after):
            if occurrence > until:
                break
            found.append(occurrence)
        return found

    def _days_from(self, first: date) -> Iterator[date]:
        day = max(first, self.starts_on)
        while day <= (self.ends_on or _LAST_DAY):
            if self._falls_on(day):
                yield day
            day += timedelta(days=1)

    def _falls_on(self, day: date) -> bool:
        if self.frequency is Frequency.DAILY:
            return (day - self.starts_on).days % self.interval == 0
        if self.frequency is Frequency.WEEKLY:
            monday = self.starts_on - timedelta(days=self.starts_on.weekday())
            weeks = (day - monday).days // _WEEK
            return day.weekday() in self.weekdays and weeks % self.interval == 0
        months = (day.year - self.starts_on.year) * _MONTHS + day.month - self.starts_on.month
        return months % self.interval == 0 and day.day == min(self.month_day, _days_of(day))


def _days_of(day: date) -> int:
    """Return how many days a month has."""
    following = date(day.year + day.month // _MONTHS, day.month % _MONTHS + 1, 1)
    return (following - timedelta(days=1)).day
