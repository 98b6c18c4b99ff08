"""Reads of settings and calendars that other apps need."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from json import dumps
from operator import itemgetter
from typing import Any, NamedTuple, cast

from django.db.models import Func, IntegerField, JSONField, QuerySet, Value
from django.urls import reverse
from django.utils.text import Truncator

from quarterdeck.core.accounts import may_keep_accounts
from quarterdeck.core.database import Among
from quarterdeck.core.directory import may_keep_directory
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import digest, months_marked
from quarterdeck.core.mapping import ColumnMapping, MappedProfile
from quarterdeck.core.memory import asked_once
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.profiles import Profile, profile_of
from quarterdeck.core.waiting import Consequence, Told, WaitingItem
from quarterdeck.kernels.calendars import HoursChange, Opening, WorkingCalendar
from quarterdeck.kernels.hours import Week
from quarterdeck.kernels.periods import Period, period_by
from quarterdeck.kernels.zones import zone_named
from quarterdeck.office.models import (
    Calendar,
    CalendarHours,
    Holiday,
    ImportBatch,
    ImportProgress,
    Organisation,
    SourceRecord,
)
from quarterdeck.office.models.calendars import FIRST_DAY, WEEKDAYS
from quarterdeck.office.vocabulary import Outcome

# By which hours everything was counted that was counted before they could change.
FIRST_HOURS = "Hours 1"
NOBODY_HAS_SAID = "Nobody has said yet when work is done: these hours are assumed."
# What an organisation is called until somebody names it.
UNNAMED = "Our organisation"

# What a new installation lacks: what to do, where, and what it is for.
_NAME = (
    "Name your organisation",
    "office.organisation",
    "Below it the page leads to its time zone and fiscal year, which cut the periods.",
)
_HOURS = (
    "When does your desk work?",
    "office.calendar.detail",
    "Confirm the hours that are assumed, or say others: business time is counted on them.",
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


_ORGANISATION = Prepared(
    lambda: Organisation.objects.select_related("calendar", "default_team").filter(pk=1)
)


@asked_once
def organisation() -> Organisation:
    """Return the one organisation of this installation; DoesNotExist where it has none yet."""
    found: list[Organisation] = _ORGANISATION.records()
    if not found:
        raise Organisation.DoesNotExist
    return found[0]


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


class Hours(NamedTuple):
    """The zone and the openings of a calendar that hold from a local day on."""

    valid_from: date
    number: int
    zone: str
    openings: tuple[tuple[int, int, int], ...]
    reason: str
    is_assumed: bool = False

    def __str__(self) -> str:
        if self.number == 1:
            return FIRST_HOURS
        why = Truncator(self.reason).chars(40)
        return f"Hours {self.number}, from {self.valid_from}: {why}".removesuffix(": ")

    @property
    def confirmed(self) -> "Hours":
        """The same hours, under the same name, where somebody has said that they hold."""
        return self._replace(is_assumed=False)

    def confirms(self, before: "Hours") -> bool:
        """Whether these only say that hours hold which were assumed."""
        is_same = (self.zone, self.openings) == (before.zone, before.openings)
        return before.is_assumed and not self.is_assumed and is_same and not self.reason

    def holds_on(self, instant: datetime) -> bool:
        """Whether its first day has come at an instant."""
        return instant.astimezone(zone_named(self.zone)).date() >= self.valid_from


class HoursKnown(NamedTuple):
    """The hours of a calendar by their days, the first ones first, and its holidays as ordinals."""

    hours: tuple[Hours, ...]
    holidays: frozenset[int]

    def on(self, day: date) -> Hours:
        """Return the hours that hold on a local day."""
        return self._last(lambda each: each.valid_from <= day)

    @property
    def is_blank(self) -> bool:
        """Whether it has no openings on any day, so that nothing was ever counted on it."""
        return not any(each.openings for each in self.hours)

    def at(self, instant: datetime) -> Hours:
        """Return the hours that hold at an instant."""
        return self._last(lambda each: each.holds_on(instant))

    def first_day(self, at: datetime) -> date:
        """Return from which day on other hours hold, unless somebody says another one.

        What has no openings yet gets its first ones for all days: nothing was ever counted on it.
        """
        return FIRST_DAY if self.is_blank else at.astimezone(zone_named(self.at(at).zone)).date()

    def _last(self, holds: Callable[[Hours], bool]) -> Hours:
        # Before the first ones began, nothing better is known than those.
        return next(filter(holds, reversed(self.hours)), self.hours[0])


@asked_once
def hours_known(calendar: Calendar) -> HoursKnown:
    """Return the hours of a calendar that hold from some day on, and its holidays."""
    return _hours_of([calendar.pk])[calendar.pk]


def _hours_of(calendars: Collection[int]) -> dict[int, HoursKnown]:
    """Return the hours and holidays of calendars by their keys."""
    held: dict[int, dict[int, Hours]] = defaultdict(dict)
    closed: dict[int, list[int]] = defaultdict(list)
    rows = sorted(_DAYS.rows(calendars=dumps(list(calendars))), key=itemgetter(2))
    for key, day, number, zone, openings, reason, is_assumed in rows:
        if not number:
            closed[key].append(day)
            continue
        given = tuple((weekday, start, end) for weekday, start, end in openings)
        new = Hours(date.fromordinal(day), number, zone, given, reason, bool(is_assumed))
        before = held[key].get(day)
        # Of two from the same day, the later ones count.
        held[key][day] = before.confirmed if before and new.confirms(before) else new
    return {
        key: HoursKnown(tuple(held[key][day] for day in sorted(held[key])), frozenset(closed[key]))
        for key in calendars
    }


def _days() -> QuerySet[CalendarHours, tuple[Any, ...]]:
    """Ask for hours and holidays as rows of one form, so that one question answers both: every
    page of figures and every act on a ticket asks it."""
    among = Among("calendar", Slot("calendars"))
    hours = CalendarHours.objects.filter(among).values_list(
        "calendar_id", _Ordinal("valid_from"), "number", "zone", "openings", "reason", "is_assumed"
    )
    holidays = Holiday.objects.filter(among).values_list(
        *("calendar_id", _Ordinal("day"), Value(0), Value(""), Value([], JSONField()), Value("")),
        Value(value=False),
    )
    return hours.union(holidays, all=True)


_DAYS = Prepared(_days)


@asked_once
def working_calendar(calendar: Calendar) -> WorkingCalendar:
    """Return the calendar as the kernel counts on it; equal calendars share what is counted
    already."""
    return _working_calendar(hours_known(calendar))


def working_calendars(calendars: Collection[int]) -> dict[int, WorkingCalendar]:
    """Return calendars by their keys as the kernel counts on them, in one question."""
    return {key: _working_calendar(known) for key, known in _hours_of(calendars).items()}


def calendar_parameters(calendar: Calendar, until: datetime) -> dict[str, str]:
    """Return what a reading up to an instant says of the calendar that it was counted on.

    Its `hours` are the newest that count in it: from other ones on it is another series.
    """
    held = hours_known(calendar).at(until)
    assumed = {"assumed": NOBODY_HAS_SAID} if held.is_assumed else {}
    return {
        **assumed,
        "time": f"business time, {calendar.name} ({held.zone})",
        "calendar": calendar.key,
        "hours": str(held),
    }


def profile_of_batch(batch: ImportBatch) -> Profile:
    """Return the profile by which a batch is read, with the columns that a person mapped."""
    profile = profile_of(batch.profile)
    if not isinstance(profile, MappedProfile):
        return cast("Profile", profile)
    if not batch.mapping and profile.usual is not None:
        return profile.bound(profile.usual, batch.pk)
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


def openings_in_words(openings: Iterable[Sequence[int]]) -> dict[int, str]:
    """Return the opening hours of each weekday from Monday, 0; nothing where it is closed."""
    words: dict[int, list[str]] = {number: [] for number in range(len(WEEKDAYS))}
    for weekday, *minutes in sorted(map(tuple, openings)):
        start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in minutes)
        words[weekday].append(f"{start}–{end}")
    return {number: ", ".join(hours) for number, hours in words.items()}


@lru_cache(maxsize=32)
def _working_calendar(known: HoursKnown) -> WorkingCalendar:
    first, *later = known.hours
    changes = tuple(
        HoursChange(each.valid_from, each.zone, week_of(each.openings)) for each in later
    )
    holidays = frozenset(map(date.fromordinal, known.holidays))
    return WorkingCalendar(first.zone, week_of(first.openings), holidays, changes)


def recorded_since(day: date) -> bool:
    """Whether anything is recorded of the month of a day or of a later one."""
    return months_marked().filter(month__gte=day.replace(day=1)).exists()


def week_of(openings: Iterable[tuple[int, int, int]]) -> Week:
    """Return openings as the kernel takes them; ValueError for those that cannot be."""
    week: dict[int, tuple[Opening, ...]] = {}
    for weekday, start, end in openings:
        week[weekday] = (*week.get(weekday, ()), Opening(start, end))
    return week


def period_named(text: str) -> Period:
    """Return the period that a person wrote, as the organisation's zones and fiscal years cut it;
    else Refused."""
    try:
        return period_by(organisation().rules, text.strip())
    except ValueError as problem:
        raise Refused(str(problem)) from problem


@asked_once
def settings_digest(calendar: str) -> str:
    """Return what tells one state of the settings that measures count by from another."""
    own, chosen = organisation(), calendar_named(calendar)
    known = hours_known(chosen)
    state = own.zones, own.fiscal_years, chosen.key, known.hours
    return digest(*state, sorted(known.holidays))


def first_steps(account: Account, at: datetime) -> Told:
    """Give what a new installation still lacks, in the order in which one needs it."""
    if not may_keep_directory(account):
        return
    others = Account.objects.filter(is_builtin=False).exclude(pk=account.pk).values_list("pk")[:1]
    people, teams = (noun.objects.values_list("pk")[:1] for noun in (Person, Team))
    yield [people, teams, others]
    has_people, is_alone = bool(people), may_keep_accounts(account) and not others
    own = organisation()
    lacking = (
        (own.name == UNNAMED, _NAME, ()),
        (hours_known(own.calendar).at(at).is_assumed, _HOURS, (own.calendar_id,)),
        (not has_people, _PEOPLE, ()),
        (is_alone and has_people and account.person_id is None, _YOURSELF, (account.pk,)),
        (not teams, _TEAM, ()),
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
