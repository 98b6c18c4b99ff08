"""The acts on the organisation's settings: its name, zone, fiscal year, calendars and holidays."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import available_timezones

from quarterdeck.core.acts import verb
from quarterdeck.core.directory import rename_unit
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Team, Unit
from quarterdeck.kernels.calendars import Opening, WorkingCalendar, zone_named
from quarterdeck.office import rules
from quarterdeck.office.models import Calendar, Holiday, OpeningHours, Organisation

_MONTHS = range(1, 13)


@verb
def change_organisation(
    *,
    organisation: Organisation,
    name: str | None = None,
    zone: str | None = None,
    fiscal_year_starts_in: int | None = None,
    calendar: Calendar | None = None,
    actor: Account,
    at: datetime,
) -> Organisation:
    """Change the settings that are given; the root unit bears the organisation's name too."""
    _ask_keeper(actor)
    given = {
        "name": name,
        "zone": zone,
        "fiscal_year_starts_in": fiscal_year_starts_in,
        "calendar": calendar,
    }
    changed = {key: value for key, value in given.items() if value is not None}
    _check_settings(changed)
    for key, value in changed.items():
        setattr(organisation, key, value)
    organisation.version += 1
    organisation.save(update_fields=[*changed, "version"])
    if name is not None:
        root = Unit.objects.filter(parent=None).order_by("pk")[0]
        rename_unit(unit=root, name=name, actor=actor, at=at)
    return organisation


def _check_settings(changed: Mapping[str, object]) -> None:
    name, zone = changed.get("name", "a name"), changed.get("zone", "UTC")
    if not str(name).strip():
        raise Refused("An organisation needs a name.")
    if zone not in available_timezones():
        raise Refused(f"There is no time zone “{zone}”; expected a name such as Europe/Berlin.")
    if (month := changed.get("fiscal_year_starts_in", 1)) not in _MONTHS:
        raise Refused(f"A fiscal year cannot start in month {month}; expected 1 to 12.")


@verb
def choose_default_team(
    *,
    organisation: Organisation,
    team: Team | None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Organisation:
    """Say which team gets the tickets that belong to no other; none lets them wait for a team."""
    _ask_keeper(actor)
    organisation.default_team = team
    organisation.version += 1
    organisation.save(update_fields=["default_team", "version"])
    return organisation


@verb
def declare_demo(*, organisation: Organisation, actor: Account, at: datetime) -> Organisation:  # noqa: ARG001 — the act is dated so
    """Mark everything in this installation as invented; there is no way back."""
    _ask_keeper(actor)
    organisation.is_demo = True
    organisation.version += 1
    organisation.save(update_fields=["is_demo", "version"])
    return organisation


@verb
def add_calendar(
    *,
    key: str,
    name: str,
    zone: str,
    openings: Iterable[tuple[int, int, int]],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Calendar:
    """Add a business calendar; an opening is a weekday (0 is Monday) and two local minutes."""
    _ask_keeper(actor)
    hours = sorted(set(openings))
    _check_calendar(key, zone, hours)
    calendar = Calendar.objects.create(key=key, name=name, zone=zone)
    OpeningHours.objects.bulk_create(
        OpeningHours(calendar=calendar, weekday=weekday, start_minute=start, end_minute=end)
        for weekday, start, end in hours
    )
    return calendar


@verb
def set_openings(
    *,
    calendar: Calendar,
    openings: Iterable[tuple[int, int, int]],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Calendar:
    """Give a calendar these opening hours and no others: weekday (0 is Monday) and two minutes."""
    _ask_keeper(actor)
    wanted = sorted(set(openings))
    _check_hours(calendar.zone, wanted)
    present = {
        (each.weekday, each.start_minute, each.end_minute): each
        for each in calendar.openings.select_for_update()
    }
    gone = [opening.pk for hours, opening in present.items() if hours not in wanted]
    OpeningHours.objects.filter(pk__in=gone).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(calendar=calendar, weekday=weekday, start_minute=start, end_minute=end)
        for weekday, start, end in wanted
        if (weekday, start, end) not in present
    )
    calendar.version += 1
    calendar.save(update_fields=["version"])
    return calendar


def _check_calendar(key: str, zone: str, hours: Iterable[tuple[int, int, int]]) -> None:
    if Calendar.objects.filter(key=key).exists():
        raise Refused(f"There is a calendar “{key}” already.")
    _check_hours(zone, hours)


def _check_hours(zone: str, hours: Iterable[tuple[int, int, int]]) -> None:
    week: dict[int, tuple[Opening, ...]] = {}
    try:
        # The kernel knows what it can count on, and says what it cannot.
        zone_named(zone)
        for weekday, start, end in hours:
            week[weekday] = (*week.get(weekday, ()), Opening(start, end))
        WorkingCalendar(zone, week)
    except ValueError as problem:
        raise Refused(str(problem)) from problem


@verb
def add_holidays(
    *,
    calendar: Calendar,
    holidays: Mapping[date, str],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> int:
    """Close a calendar on these days, named; return how many it did not have yet."""
    _ask_keeper(actor)
    known = set(calendar.holidays.values_list("day", flat=True))
    new = [
        Holiday(calendar=calendar, day=day, name=name)
        for day, name in sorted(holidays.items())
        if day not in known
    ]
    Holiday.objects.bulk_create(new)
    return len(new)


@verb
def remove_holiday(*, holiday: Holiday, actor: Account, at: datetime) -> None:  # noqa: ARG001 — the act is dated so
    """Take a holiday out of its calendar; the history keeps that it was one."""
    _ask_keeper(actor)
    holiday.delete()


def _ask_keeper(actor: Account) -> None:
    if not rules.may_change_settings(actor):
        raise Refused("You may not change the settings.")
