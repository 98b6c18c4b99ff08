"""The acts on business calendars: their hours, each from a day on, and their holidays.

Whatever changes how days of the past are counted gets hours with a number of their own, so that
figures before and after are of different series.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import Max

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.evidence import months_marked, touch_recorded
from quarterdeck.core.memory import forget
from quarterdeck.core.models import Account
from quarterdeck.core.outbox import announce
from quarterdeck.kernels.calendars import WorkingCalendar
from quarterdeck.kernels.zones import zone_named
from quarterdeck.office import rules
from quarterdeck.office.models import Calendar, CalendarHours, Holiday, Organisation
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.queries import Hours, HoursKnown, hours_known, recorded_since, week_of

# Announced where a calendar counts otherwise than before: its key, why, whose act it was, and
# whether only days count otherwise that were still to come.
CALENDAR_CHANGED = "office.calendar_changed"

Openings = Iterable[tuple[int, int, int]]


class HolidaysAdded(NamedTuple):
    """How many days a calendar did not have yet, and since when the past counts otherwise."""

    new: int
    since: date | None


@verb
def add_calendar(
    *,
    key: str,
    name: str,
    zone: str,
    openings: Openings = (),
    actor: Account,
    at: datetime,
) -> Calendar:
    """Add a business calendar; an opening is a weekday (0 is Monday) and two local minutes."""
    rules.ask_keeper(actor)
    if Calendar.objects.filter(key=key).exists():
        raise Invalid({"key": [f"There is a calendar “{key}” already."]})
    hours = sorted(set(openings))
    _check_hours(zone, hours)
    calendar = Calendar.objects.create(key=key, name=name, zone=zone)
    _define(calendar, Hours(FIRST_DAY, 1, zone, tuple(hours), ""), actor, at)
    return calendar


@verb
def follow_zone(*, organisation: Organisation, actor: Account, at: datetime) -> list[Calendar]:
    """Move the calendars whose hours nobody has said yet into the organisation's zone; return them.

    Where anything is recorded already, none moves by itself.
    """
    rules.ask_keeper(actor)
    moved: list[Calendar] = []
    if months_marked().exists():
        return moved
    for calendar in Calendar.objects.select_for_update().order_by("pk"):
        newest = calendar.hours.order_by("-number")[0]
        if newest.is_assumed and newest.zone != organisation.zone:
            openings = tuple((day, start, end) for day, start, end in newest.openings)
            why = "the organisation's zone"
            hours = Hours(FIRST_DAY, 0, organisation.zone, openings, why, is_assumed=True)
            _define(calendar, hours, actor, at)
            calendar.zone = organisation.zone
            calendar.version += 1
            calendar.save(update_fields=["zone", "version"])
            moved.append(calendar)
    return moved


@verb
def rename_calendar(
    *,
    calendar: Calendar,
    name: str,
    key: str,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Calendar:
    """Give a calendar another name, or another key in addresses and files."""
    rules.ask_keeper(actor)
    if Calendar.objects.filter(key=key).exclude(pk=calendar.pk).exists():
        raise Invalid({"key": [f"There is a calendar “{key}” already."]})
    calendar.name, calendar.key = name, key
    calendar.version += 1
    calendar.save(update_fields=["name", "key", "version"])
    return calendar


@verb
def set_openings(
    *,
    calendar: Calendar,
    openings: Openings,
    valid_from: date | None = None,
    zone: str = "",
    reason: str = "",
    corrects_past: bool = False,
    actor: Account,
    at: datetime,
) -> CalendarHours:
    """Give a calendar these opening hours and no others from a local day on, until others that were
    set for a later day; without a zone, in that of the hours in whose place they come.

    Without a day they hold from today on; the first openings of a calendar from the first day on.
    Where anything is recorded since a day that is past, its figures are counted anew, which has to
    be meant (`corrects_past`). Refused where the hours would end for good.
    """
    rules.ask_keeper(actor)
    present = Calendar.objects.select_for_update().get(pk=calendar.pk)
    known = hours_known(present)
    valid_from = valid_from or known.first_day(at)
    before = known.on(valid_from)
    wanted, zone = sorted(set(openings)), zone or before.zone
    _check_hours(zone, wanted, valid_from)
    newest = present.hours.order_by("-number")[0]
    if (zone, tuple(wanted)) == (before.zone, before.openings) and not newest.is_assumed:
        raise Refused(f"These hours hold on {valid_from} already.")
    today = _today(zone, at)
    past = not known.is_blank and _corrects(
        valid_from, today, reason=reason, is_meant=corrects_past
    )
    given = Hours(valid_from, 0, zone, tuple(wanted), reason)
    hours = _define(present, _going_on(present, known, given), actor, at)
    _settle_zone(present, zone, at)
    if past:
        touch_recorded(valid_from)
    _tell(present, f"{hours}", actor, at, is_ahead=valid_from > today)
    calendar.refresh_from_db()
    return hours


@verb
def confirm_openings(*, calendar: Calendar, actor: Account, at: datetime) -> Calendar:
    """Say that the hours hold which were assumed, as long as they were; nothing counts otherwise,
    so figures stay of the same series."""
    rules.ask_keeper(actor)
    present = Calendar.objects.select_for_update().get(pk=calendar.pk)
    assumed = [each for each in hours_known(present).hours if each.is_assumed]
    if not assumed:
        raise Refused(f"Somebody has said already when {present} is open.")
    for each in assumed:
        _define(present, each.confirmed._replace(reason=""), actor, at)
    return present


def _going_on(calendar: Calendar, known: HoursKnown, given: Hours) -> Hours:
    """Return these hours, if with them a calendar that is open on some day does so for ever."""
    by_day = {each.valid_from: each for each in (*known.hours, given)}
    last = by_day[max(by_day)]
    if not last.openings and any(each.openings for each in by_day.values()):
        told = f"{calendar} would be closed for good from {last.valid_from} on, and what is"
        raise Refused(f"{told} promised on it never due: give the hours that follow first.")
    return given


def _corrects(valid_from: date, today: date, *, reason: str, is_meant: bool) -> bool:
    """Whether hours from this day on change how something recorded is counted; it must be meant."""
    if not reason.strip() and months_marked().exists():
        raise Invalid({"reason": ["Say why: the chart tells it where the new hours begin."]})
    corrected = valid_from < today and recorded_since(valid_from)
    if corrected and not is_meant:
        told = f"{valid_from} is past: say that you correct the past, or choose a day to come."
        raise Invalid({"corrects_past": [told]})
    return corrected


def _settle_zone(calendar: Calendar, zone: str, at: datetime) -> None:
    """Keep the zone of today's hours with the calendar; no later ones may have another."""
    known = hours_known(calendar)
    today = known.at(at)
    later = [each for each in known.hours if each.valid_from > today.valid_from]
    strange = next((each for each in later if each.zone != today.zone), None)
    if strange is not None:
        day = strange.valid_from
        told = f"A calendar moves to another zone from today at the latest, not from {day} on."
        raise Invalid({"zone": [told if strange.zone == zone else f"{strange} are in {zone}."]})
    calendar.zone = today.zone
    calendar.version += 1
    calendar.save(update_fields=["zone", "version"])


@verb
def add_holidays(
    *, calendar: Calendar, holidays: Mapping[date, str], actor: Account, at: datetime
) -> HolidaysAdded:
    """Close a calendar on these days, named; the days that it has already stay as they are."""
    rules.ask_keeper(actor)
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    known = set(calendar.holidays.values_list("day", flat=True))
    new = {day: name for day, name in sorted(holidays.items()) if day not in known}
    Holiday.objects.bulk_create(
        Holiday(calendar=calendar, day=day, name=name) for day, name in new.items()
    )
    since = _count_anew(calendar, list(new), "added", actor, at)
    return HolidaysAdded(len(new), since)


@verb
def add_holiday(
    *, calendar: Calendar, day: date, name: str = "", actor: Account, at: datetime
) -> Holiday:
    """Close a calendar on one day."""
    if not add_holidays(calendar=calendar, holidays={day: name}, actor=actor, at=at).new:
        raise Invalid({"day": [f"{day} is a holiday of {calendar} already."]})
    return calendar.holidays.get(day=day)


@verb
def rename_holiday(
    *,
    holiday: Holiday,
    name: str,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Holiday:
    """Call a holiday otherwise."""
    rules.ask_keeper(actor)
    holiday.name = name
    holiday.version += 1
    holiday.save(update_fields=["name", "version"])
    return holiday


@verb
def remove_holiday(*, holiday: Holiday, actor: Account, at: datetime) -> date | None:
    """Take a holiday out of its calendar; the history keeps that it was one.

    Returns the day itself where figures of the past count otherwise now.
    """
    rules.ask_keeper(actor)
    calendar = Calendar.objects.select_for_update().get(pk=holiday.calendar_id)
    day = holiday.day
    holiday.delete()
    return _count_anew(calendar, [day], "removed", actor, at)


def _count_anew(
    calendar: Calendar, days: list[date], done: str, actor: Account, at: datetime
) -> date | None:
    """Tell that days count otherwise; those of the past with hours of their own from there on."""
    known = hours_known(calendar)
    open_days = [
        day
        for day in days
        if any(weekday == day.weekday() for weekday, _, _ in known.on(day).openings)
    ]
    if not open_days:
        return None
    todays = {day: _today(known.on(day).zone, at) for day in open_days}
    past = [day for day in open_days if day < todays[day] and recorded_since(day)]
    for held, touched in groupby(past, key=known.on):
        first, *others = touched
        more = f" and {len(others)} more" if others else ""
        told = f"holiday {first}{more} {done}"
        _define(calendar, held._replace(valid_from=first, reason=told), actor, at)
    if past:
        touch_recorded(past[0])
    named = f"{open_days[0]}{f' and {len(open_days) - 1} more' if len(open_days) > 1 else ''}"
    is_ahead = all(day > todays[day] for day in open_days)
    _tell(calendar, f"holiday {named} {done}", actor, at, is_ahead=is_ahead)
    return past[0] if past else None


def _define(calendar: Calendar, hours: Hours, actor: Account, at: datetime) -> CalendarHours:
    """Add hours with the next number."""
    last = calendar.hours.aggregate(last=Max("number"))["last"] or 0
    # What was asked in this act may not outlive the hours that it was about.
    forget()
    return CalendarHours.objects.create(
        calendar=calendar,
        number=last + 1,
        valid_from=hours.valid_from,
        zone=hours.zone,
        openings=[list(each) for each in hours.openings],
        reason=hours.reason.strip(),
        is_assumed=hours.is_assumed,
        defined_by=actor,
        defined_at=at,
    )


def _tell(calendar: Calendar, told: str, actor: Account, at: datetime, *, is_ahead: bool) -> None:
    payload = {"calendar": calendar.pk, "told": told, "account": actor.pk, "is_ahead": is_ahead}
    announce(CALENDAR_CHANGED, payload, at)


def _check_hours(zone: str, hours: Openings, valid_from: date = FIRST_DAY) -> None:
    if valid_from < FIRST_DAY:
        raise Invalid({"valid_from": [f"Hours hold from {FIRST_DAY} at the earliest."]})
    try:
        # The kernel knows what it can count on, and says what it cannot.
        WorkingCalendar(zone, week_of(hours))
    except ValueError as problem:
        raise Refused(str(problem)) from problem


def _today(zone: str, at: datetime) -> date:
    return at.astimezone(zone_named(zone)).date()
