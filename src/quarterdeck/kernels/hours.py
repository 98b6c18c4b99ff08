"""Openings of a week, and the hours that hold from a day on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Self

__all__ = ["HoursChange", "Opening", "Week", "ordered_week"]

_CLOCK_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
_MINUTES_OF_DAY = 1_440
_WEEKDAYS = range(7)

# The openings of each weekday, of which 0 is Monday.
Week = Mapping[int, tuple["Opening", ...]]


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


@dataclass(frozen=True, slots=True)
class HoursChange:
    """The zone and week of openings that hold from a local day on.

    Raises ValueError for an unknown weekday.
    """

    first_day: date
    zone: str
    week: Week

    def __post_init__(self) -> None:
        object.__setattr__(self, "week", ordered_week(self.week))

    def __hash__(self) -> int:
        return hash((self.first_day, self.zone, tuple(self.week.items())))

    def __reduce__(self) -> tuple[type[Self], tuple[date, str, dict[int, tuple[Opening, ...]]]]:
        return type(self), (self.first_day, self.zone, dict(self.week))


def ordered_week(week: Week) -> Week:
    """Return a week with its openings in order and without closed days.

    Raises ValueError for an unknown weekday.
    """
    ordered = {day: tuple(sorted(set(openings))) for day, openings in sorted(week.items())}
    unknown = [day for day, openings in ordered.items() if openings and day not in _WEEKDAYS]
    if unknown:
        raise ValueError(f"Unknown weekday {unknown[0]!r}: expected 0 (Monday) to 6 (Sunday).")
    return MappingProxyType({day: openings for day, openings in ordered.items() if openings})


def _minute_of(text: str) -> int:
    """Return the minute of the day that HH:MM names, 0 to 1440."""
    if _CLOCK_TIME.fullmatch(text) is None:
        raise ValueError(f"Cannot read the time {text!r}: expected HH:MM from 00:00 to 24:00.")
    return int(text[:2]) * 60 + int(text[3:])


def _clock_time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
