"""Reads of settings and calendars that other apps need."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from django.db.models import Func, IntegerField, QuerySet, Value
from django.urls import reverse

from quarterdeck.core.accounts import may_keep_accounts
from quarterdeck.core.directory import may_keep_directory
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import digest
from quarterdeck.core.mapping import ColumnMapping, MappedProfile
from quarterdeck.core.memory import asked_once
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.profiles import Profile, profile_of
from quarterdeck.core.waiting import Consequence, WaitingItem
from quarterdeck.kernels.calendars import Opening, WorkingCalendar
from quarterdeck.kernels.periods import Period, parse_period
from quarterdeck.office.models import (
    Calendar,
    Holiday,
    ImportBatch,
    ImportMapping,
    ImportProgress,
    OpeningHours,
    Organisation,
    SourceRecord,
)
from quarterdeck.office.models.calendars import WEEKDAYS
from quarterdeck.office.vocabulary import Outcome

# What an organisation is called until somebody names it.
UNNAMED = "Our organisation"

# What a new installation lacks: what to do, where, and what it is for.
_NAME = (
    "Name your organisation",
    "office.organisation",
    "Its time zone and fiscal year cut the periods, and its calendar counts business time.",
)
_PEOPLE = (
    "Add the people of your department",
    "core.person.add",
    "Add yourself first; a whole table comes in under Imports.",
)
_TEAM = (
    "Make a team, and put people into it",
    "core.team.add",
    "A team has a queue and a board; without one nobody can be given a ticket.",
)
_YOURSELF = (
    "Say who you are",
    "core.account.detail",
    "Your account names no person yet, and tickets and targets are given to people.",
)
_ACCOUNTS = (
    "Let your colleagues sign in",
    "office.account.add",
    "Each account names its person and a role; the password that opens it is shown once.",
)


@asked_once
def organisation() -> Organisation:
    """Return the one organisation of this installation."""
    return Organisation.objects.select_related("calendar", "default_team").get(pk=1)


@asked_once
def calendar_named(key: str) -> Calendar:
    """Return the calendar of that key, or the organisation's usual one for an empty key."""
    if not key:
        return organisation().calendar
    found = Calendar.objects.filter(key=key).first()
    if found is None:
        known = ", ".join(Calendar.objects.order_by("key").values_list("key", flat=True))
        raise Refused(f"There is no calendar “{key}”. Known: {known}.")
    return found


class _Ordinal(Func):
    """The day as Python counts days, by a function of the database's own."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        # The first of January of the year 1 began at the Julian day 1721425.5.
        template = "CAST(julianday(%(expressions)s) - 1721424.5 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="(%(expressions)s - DATE '0001-01-01' + 1)"
        )


@asked_once
def working_calendar(calendar: Calendar) -> WorkingCalendar:
    """Return the calendar as the kernel counts on it; equal calendars share what is counted
    already."""
    return working_calendars({calendar.pk: calendar.zone})[calendar.pk]


def working_calendars(zones: Mapping[int, str]) -> dict[int, WorkingCalendar]:
    """Return calendars by their keys as the kernel counts on them; `zones` has the zone of each."""
    # Numbers alone, so that one question answers both: every page of figures asks it.
    openings = OpeningHours.objects.filter(calendar__in=zones).values_list(
        "calendar_id", Value(0), "weekday", "start_minute", "end_minute"
    )
    holidays = Holiday.objects.filter(calendar__in=zones).values_list(
        "calendar_id", Value(1), _Ordinal("day"), Value(0), Value(0)
    )
    hours: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    days: dict[int, list[int]] = defaultdict(list)
    for key, is_day, first, start, end in openings.union(holidays, all=True):
        if is_day:
            days[key].append(first)
        else:
            hours[key].append((first, start, end))
    return {
        key: _working_calendar(zone, tuple(sorted(hours[key])), frozenset(days[key]))
        for key, zone in zones.items()
    }


def profile_of_batch(batch: ImportBatch) -> Profile:
    """Return the profile by which a batch is read, with the columns that a person mapped."""
    profile = profile_of(batch.profile)
    if not isinstance(profile, MappedProfile):
        return cast("Profile", profile)
    if not batch.mapping:
        raise Refused(f"{batch} waits for somebody to say what its columns hold.")
    return profile.bound(ColumnMapping.restored(batch.mapping), batch.pk)


def changed_records(batch: ImportBatch) -> QuerySet[SourceRecord]:
    """Return what a batch says of records that stood before it."""
    return SourceRecord.objects.filter(batch=batch, outcome=Outcome.UPDATED)


def held(batch: ImportBatch) -> ImportProgress:
    """Hold a batch for this transaction; Refused where another run has moved it on meanwhile."""
    stored = ImportBatch.objects.select_for_update().filter(pk=batch.pk).first()
    if stored is None or stored.state != batch.state:
        raise taken_over(batch)
    progress = ImportProgress.objects.get(batch=stored)
    progress.batch = stored
    return progress


def taken_over(batch: ImportBatch) -> Refused:
    return Refused(f"Another run is at work on {batch}; this one stops here.")


def remembered_mapping(profile: str, source: str) -> ImportMapping | None:
    """Return how the last table of a source was mapped, if any was."""
    return ImportMapping.objects.filter(profile=profile, source=source).first()


def openings_in_words(calendar: Calendar) -> dict[int, str]:
    """Return the opening hours of each weekday from Monday, 0; nothing where it is closed."""
    words: dict[int, list[str]] = {number: [] for number in range(len(WEEKDAYS))}
    for opening in calendar.openings.order_by("weekday", "start_minute"):
        words[opening.weekday].append(opening.hours)
    return {number: ", ".join(hours) for number, hours in words.items()}


@lru_cache(maxsize=32)
def _working_calendar(
    zone: str, hours: tuple[tuple[int, int, int], ...], holidays: frozenset[int]
) -> WorkingCalendar:
    week: dict[int, tuple[Opening, ...]] = {}
    for weekday, start, end in hours:
        week[weekday] = (*week.get(weekday, ()), Opening(start, end))
    return WorkingCalendar(zone, week, frozenset(map(date.fromordinal, holidays)))


def period_named(text: str) -> Period:
    """Return the period that a person wrote, in the organisation's zone and fiscal year; else
    Refused."""
    own = organisation()
    try:
        return parse_period(text.strip(), own.zone, own.fiscal_year_starts_in)
    except ValueError as problem:
        raise Refused(str(problem)) from problem


@asked_once
def settings_digest(calendar: str) -> str:
    """Return what tells one state of the settings that measures count by from another."""
    own, chosen = organisation(), calendar_named(calendar)
    counted = working_calendar(chosen)
    return digest(
        own.zone,
        own.fiscal_year_starts_in,
        chosen.key,
        counted.zone,
        sorted(counted.week.items()),
        sorted(counted.holidays),
    )


def first_steps(account: Account, _at: datetime) -> Iterator[WaitingItem]:
    """Give what a new installation still lacks, in the order in which one needs it."""
    if not may_keep_directory(account):
        return
    has_people = Person.objects.exists()
    others = Account.objects.filter(is_builtin=False).exclude(pk=account.pk)
    is_alone = may_keep_accounts(account) and not others.exists()
    lacking = (
        (organisation().name == UNNAMED, _NAME, ()),
        (not has_people, _PEOPLE, ()),
        (is_alone and has_people and account.person_id is None, _YOURSELF, (account.pk,)),
        (not Team.objects.exists(), _TEAM, ()),
        (is_alone, _ACCOUNTS, ()),
    )
    for place, (is_lacking, (title, route, detail), keys) in enumerate(lacking):
        if is_lacking:
            yield WaitingItem(
                title=title,
                address=reverse(route, args=keys),
                due_at=None,
                # Above all that is ordinary, and the first of them first.
                consequence=Consequence.SERIOUS - 1 - place,
                kind="First steps",
                detail=detail,
            )
