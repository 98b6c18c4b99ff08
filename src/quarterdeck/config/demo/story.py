"""When each turn of the demo's story falls, seen from the moment up to which it is told."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from quarterdeck.config.demo.cast import ZONE
from quarterdeck.config.demo.catalogue import CALENDARS, public_holidays
from quarterdeck.kernels.calendars import Opening, WorkingCalendar

MONTHS = 24
_MONTHS_OF_YEAR = 12
_PROCESS_MONTH = 14
_DAY = timedelta(days=1)
# The log begins a little before the first whole month, so that this month is wholly recorded.
_LEAD_IN = 7 * _DAY
_EASING_DAYS = 180
# The desk writes calls down in Quarterdeck itself for the last six weeks.
_BY_HAND = 42 * _DAY
_EXPORT_DAY, _REVIEW_DAY = 5, 6


@dataclass(frozen=True)
class Story:
    """The demo's turns as instants: its begin, the hole in its log, the new process, the outage.

    With the new process the department takes up Quarterdeck. From then on the other tool's log is
    exported every month and each month is held against its targets; some months later the first
    one is closed, and since then each but the last. Of the late month a part comes in after it was
    closed. `first` is the first day of the first whole month.
    """

    calendar: WorkingCalendar
    zone: ZoneInfo
    # The month without a log, that of the outage, the first closed one, that of which a part
    # comes in late, and that in which it does; the first whole month is number 0.
    HOLE: ClassVar = 8
    OUTAGE: ClassVar = 18
    CLOSED_FROM: ClassVar = 19
    LATE: ClassVar = 20
    LATE_FOUND: ClassVar = 22

    begins: datetime
    until: datetime
    hole: tuple[datetime, datetime]
    new_process: datetime
    outage: tuple[datetime, datetime]
    late: tuple[datetime, datetime]
    by_hand: datetime
    first: date

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

    def is_late(self, start: datetime, end: datetime) -> bool:
        """Whether something that took this long lies wholly in the late month."""
        return self.late[0] <= start and end < self.late[1]

    def month(self, number: int) -> date:
        """Return the first day of one of the story's months; number 24 is the running one."""
        return _later(self.first, number)

    def reviews(self) -> list[tuple[int, datetime]]:
        """Return the number of each month that is held against its targets, and the moment."""
        return [
            (number, self.at(self.month(number + 1), _REVIEW_DAY, 9))
            for number in range(_PROCESS_MONTH, MONTHS - 1)
        ]

    def exports(self) -> list[tuple[datetime, datetime]]:
        """Return from when to when each export of the other tool's log reaches, in order.

        An export begins with its month and ends some days into the next, so that one overlaps the
        other and nothing between them is unrecorded.
        """
        months = range(_PROCESS_MONTH + 1, MONTHS + 1)
        ends = [self.at(self.month(number), _EXPORT_DAY, 6) for number in months]
        ends = [*(end for end in ends if end < self.until), self.until]
        # Not at midnight, which is the evening of the month before where clocks are ahead of UTC.
        starts = [self.at(self.month(number), 1, 2) for number in months]
        return [
            (self.begins, self.hole[0]),
            (self.hole[1], ends[0]),
            *zip(starts[: len(ends) - 1], ends[1:], strict=True),
        ]

    def at(self, month: date, day: int, hour: int) -> datetime:
        """Return an hour of a day of a month; no clock of the zone skips the hours asked for."""
        return _at(month.replace(day=day), hour, self.zone)

    def in_outage(self, instant: datetime) -> bool:
        """Whether the network was down at this instant."""
        return self.outage[0] <= instant < self.outage[1]


def story_until(until: datetime) -> Story:
    """Lay the story out over the 24 whole months before `until` and the running one."""
    zone, until = ZoneInfo(ZONE), until.replace(second=0, microsecond=0)
    today = until.astimezone(zone).date()
    first = _later(today.replace(day=1), -MONTHS)
    hole = _later(first, Story.HOLE)
    outage = _later(first, Story.OUTAGE) + 9 * _DAY
    # A Tuesday, since an outage at a weekend would hardly be noticed.
    outage += (1 - outage.weekday()) % 7 * _DAY
    late = _later(first, Story.LATE)
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
        # A whole month and a few days on both sides of it.
        hole=(
            _at(hole - 6 * _DAY, 0, zone),
            _at(_later(hole, 1) + 4 * _DAY, 0, zone),
        ),
        new_process=_at(_later(first, _PROCESS_MONTH), 0, zone),
        outage=(_at(outage, 10, zone), _at(outage + 2 * _DAY, 13, zone)),
        late=(_at(late, 0, zone), _at(_later(late, 1), 0, zone)),
        by_hand=until.astimezone(UTC) - _BY_HAND,
        first=first,
    )


def _later(month: date, number: int) -> date:
    """Return the first day of the month so many months later."""
    months = month.year * _MONTHS_OF_YEAR + month.month - 1 + number
    return date(months // _MONTHS_OF_YEAR, months % _MONTHS_OF_YEAR + 1, 1)


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """Return an hour of a local day in UTC; no clock of the zone skips the hours asked for."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
