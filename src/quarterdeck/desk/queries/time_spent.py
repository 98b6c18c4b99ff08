"""How long was worked on a ticket, and by whom in a week."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket, TimeEntry

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class TimeOnTicket:
    """What was recorded on one ticket: minutes in all and by person, and the entries, newest
    first."""

    minutes: int
    by_person: tuple[tuple[Person, int], ...]
    entries: tuple[TimeEntry, ...]


def time_on(ticket: Ticket) -> TimeOnTicket:
    """Return what was recorded on a ticket."""
    rows = ticket.time_entries.select_related("person", "recorded_by__person", "reversal")
    entries = tuple(rows.order_by("-day", "-pk"))
    sums: dict[Person, int] = defaultdict(int)
    for entry in entries:
        sums[entry.person] += entry.minutes
    known = sorted(
        ((p, m) for p, m in sums.items() if m), key=lambda each: (-each[1], each[0].name)
    )
    return TimeOnTicket(sum(sums.values()), tuple(known), entries)


@dataclass(frozen=True)
class PersonWeek:
    """The minutes that somebody recorded on each of seven days, Monday first."""

    person: Person
    days: tuple[int, ...]

    @property
    def minutes(self) -> int:
        """All of the week."""
        return sum(self.days)


def entries_shown(user: Account) -> QuerySet[TimeEntry]:
    """Return the entries that the pages of weeks sum up: one's own, and for leads all they see."""
    rows = TimeEntry.objects.visible_to(user)
    leads = (Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
    return rows if holds(user, *leads) else rows.filter(person=user.person_id)


def weeks_of(user: Account, monday: date) -> list[PersonWeek]:
    """Return who recorded how much in the week that begins on a Monday, by name."""
    rows = entries_shown(user).filter(day__gte=monday, day__lt=monday + WEEK)
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for person, day, minutes in (
        rows.order_by().values_list("person", "day").annotate(Sum("minutes"))
    ):
        found[person][day] = minutes
    people = Person.objects.filter(pk__in=found).order_by("name", "pk")
    return [PersonWeek(each, _days(found[each.pk], monday)) for each in people]


def _days(sums: Mapping[date, int], monday: date) -> tuple[int, ...]:
    return tuple(sums.get(monday + timedelta(days=place), 0) for place in range(WEEK.days))
