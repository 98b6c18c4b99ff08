"""When each turn of the demo's story falls, seen from the moment up to which it is told."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from quarterdeck.config.demo.cast import ZONE
from quarterdeck.config.demo.catalogue import CALENDARS, public_holidays
from quarterdeck.kernels.calendars import Opening, WorkingCalendar

MONTHS = 24
_MONTHS_OF_YEAR = 12
_HOLE_MONTH, _PROCESS_MONTH, _OUTAGE_MONTH = 7, 14, 18
_DAY = timedelta(days=1)
# The log begins a little before the first whole month, so that this month is wholly recorded.
_LEAD_IN = 7 * _DAY
_EASING_DAYS = 180


@dataclass(frozen=True)
class Story:
    """The demo's turns as instants: its begin, the hole in its log, the new process, the outage."""

    calendar: WorkingCalendar
    zone: ZoneInfo
    begins: datetime
    until: datetime
    hole: tuple[datetime, datetime]
    new_process: datetime
    outage: tuple[datetime, datetime]

    def days(self) -> list[date]:
        """Return the local days from the first to the last."""
        ends = (self.begins, self.until)
        first, last = (instant.astimezone(self.zone).date() for instant in ends)
        return [first + number * _DAY for number in range((last - first).days + 1)]

    def pace(self, instant: datetime) -> float:
        """Return how long work takes at an instant, 1 at the begin.

        It creeps up with the volume, and from the new process on falls for half a year.
        """
        slower = 1 + 0.15 * ((min(instant, self.new_process) - self.begins).days / 365)
        eased = min(max((instant - self.new_process).days / _EASING_DAYS, 0), 1)
        return slower * (1 - 0.5 * eased)

    def in_hole(self, instant: datetime) -> bool:
        """Whether the log recorded nothing at this instant."""
        return self.hole[0] <= instant < self.hole[1]

    def in_outage(self, instant: datetime) -> bool:
        """Whether the network was down at this instant."""
        return self.outage[0] <= instant < self.outage[1]


def story_until(until: datetime) -> Story:
    """Lay the story out over the 24 whole months before `until` and the running one."""
    zone = ZoneInfo(ZONE)
    today = until.astimezone(zone).date()
    hole = _month(today, _HOLE_MONTH)
    outage = _month(today, _OUTAGE_MONTH) + 9 * _DAY
    # A Tuesday, since an outage at a weekend would hardly be noticed.
    outage += (1 - outage.weekday()) % 7 * _DAY
    first = _month(today, 0)
    _, _, openings = CALENDARS[0]
    return Story(
        calendar=WorkingCalendar(
            ZONE,
            {weekday: (Opening(start, end),) for weekday, start, end in openings},
            frozenset(public_holidays(first.year - 1, today.year + 1)),
        ),
        zone=zone,
        begins=_at(first - _LEAD_IN, 0, zone),
        until=until.astimezone(UTC),
        hole=(_at(hole + 8 * _DAY, 0, zone), _at(hole + 22 * _DAY, 0, zone)),
        new_process=_at(_month(today, _PROCESS_MONTH), 0, zone),
        outage=(_at(outage, 10, zone), _at(outage + 2 * _DAY, 13, zone)),
    )


def _month(today: date, number: int) -> date:
    """Return the first day of one of the story's months; number 24 is the running one."""
    months = today.year * _MONTHS_OF_YEAR + today.month - 1 - MONTHS + number
    return date(months // _MONTHS_OF_YEAR, months % _MONTHS_OF_YEAR + 1, 1)


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """Return an hour of a local day in UTC; no clock of the zone skips the hours asked for."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
