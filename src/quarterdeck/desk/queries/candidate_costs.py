"""What the incidents of a candidate problem have cost, as far as somebody recorded it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from quarterdeck.desk.models import MajorIncident, TimeEntry
from quarterdeck.desk.vocabulary import RankedBy

_MINUTE = 60


@dataclass(frozen=True)
class Recorded:
    """The minutes worked on each ticket, and those that users lost by it, where they are known."""

    worked: Mapping[int, int]
    lost_by_users: Mapping[int, int]


@dataclass(frozen=True)
class Costs:
    """The minutes of some incidents, of how many each is known, and what they are ranked by.

    The minutes are None where nobody recorded any. Where either is known of at least half of the
    incidents, they are ranked by the sum of both; else there is not enough evidence of what was
    lost, and they are ranked by the hours for which they were open.
    """

    worked_minutes: int | None
    worked_on: int
    user_minutes: int | None
    users_known_on: int
    ranked_by: RankedBy

    @property
    def lost_minutes(self) -> int:
        """Both together, and 0 where that would be told of too few."""
        if self.ranked_by == RankedBy.HOURS_OPEN:
            return 0
        return (self.worked_minutes or 0) + (self.user_minutes or 0)


def recorded_of(
    tickets: Iterable[int], until: datetime, business_seconds: Callable[[datetime, datetime], int]
) -> Recorded:
    """Return what stands recorded of tickets.

    Users lose the business time from the opening to the last fix, or to the end, or until now, once
    for each of the people whom a major incident affects; of other tickets nobody knows how many.
    """
    keys = list(tickets)
    entries = TimeEntry.objects.standing().filter(ticket__in=keys).order_by()
    majors = MajorIncident.objects.filter(ticket__in=keys, people_affected__isnull=False).annotate(
        opened=F("ticket__opened_at"),
        over=Coalesce("ticket__last_fix_at", "ticket__ended_at", until),
    )
    return Recorded(
        dict(entries.values_list("ticket").annotate(Sum("minutes"))),
        {
            ticket: (people or 0) * (business_seconds(opened, max(opened, over)) // _MINUTE)
            for ticket, people, opened, over in majors.values_list(
                "ticket", "people_affected", "opened", "over"
            )
        },
    )


def costs_of(tickets: Iterable[int], recorded: Recorded) -> Costs:
    """Return the costs of some of the tickets that something was asked of."""
    keys = set(tickets)
    worked = [recorded.worked[key] for key in keys & recorded.worked.keys()]
    lost = [recorded.lost_by_users[key] for key in keys & recorded.lost_by_users.keys()]
    known = len(keys & (recorded.worked.keys() | recorded.lost_by_users.keys()))
    return Costs(
        sum(worked) if worked else None,
        len(worked),
        sum(lost) if lost else None,
        len(lost),
        RankedBy.TIME_LOST if known and 2 * known >= len(keys) else RankedBy.HOURS_OPEN,
    )
