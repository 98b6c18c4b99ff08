"""The pages of business calendars: their hours, each from a day on, and their holidays."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.permission import account_of
from quarterdeck.office import rules
from quarterdeck.office.gateways.public_holidays import public_holidays
from quarterdeck.office.models import Calendar, CalendarHours, Holiday
from quarterdeck.office.models.calendars import FIRST_DAY, WEEKDAYS
from quarterdeck.office.queries import hours_known, openings_in_words, recorded_since
from quarterdeck.office.records.calendars import calendars, holidays
from quarterdeck.office.verbs.calendars import (
    add_holidays,
    confirm_openings,
    remove_holiday,
    set_openings,
)
from quarterdeck.office.web.settings import keeper
from quarterdeck.office.web.settings_forms import HolidaysForm, OpeningsForm
from quarterdeck.ui.details import breadcrumbs, detail_of, find_visible


@require_safe
def calendar(request: HttpRequest, key: int) -> HttpResponse:
    """Show a calendar with its opening hours and holidays, and how to change them."""
    return _show_calendar(request, key)


def _show_calendar(
    request: HttpRequest,
    key: int,
    openings: OpeningsForm | None = None,
    imported: HolidaysForm | None = None,
) -> HttpResponse:
    user, at = account_of(request), clock.now()
    detail = detail_of(calendars, key, user)
    hours = hours_known(detail.row)
    # Of days of which nothing is recorded, nothing is counted otherwise.
    first = hours.first_day(at) if recorded_since(FIRST_DAY) else FIRST_DAY
    initial = OpeningsForm.initial_of(hours.at(at), first)
    context = {
        "detail": detail,
        "known": [
            (each, _in_line(each.openings), each.valid_from == FIRST_DAY, _has_author(each))
            for each in _told(detail.row)
        ],
        "may_keep": rules.may_change_settings(user),
        "is_assumed": hours.at(at).is_assumed,
        "openings": openings or OpeningsForm(initial=initial),
        "imported": imported or HolidaysForm(initial={"first": at.year, "last": at.year + 2}),
        "breadcrumbs": breadcrumbs(calendars, str(detail.row)),
    }
    status = 422 if openings or imported else 200
    return render(request, "office/calendar.html", context, status=status)


def _told(calendar: Calendar) -> list[CalendarHours]:
    """Return what was said of a calendar's hours, the latest first, and what is assumed of days of
    which nobody has said anything."""
    rows = list(calendar.hours.select_related("defined_by").order_by("-valid_from", "-number"))
    said = {each.valid_from: each.number for each in reversed(rows)}
    return [each for each in rows if not each.is_assumed or each.number == said[each.valid_from]]


def _has_author(hours: CalendarHours) -> bool:
    """Whether it is known who said so: not of what stood before hours were dated."""
    return hours.defined_at.date() > FIRST_DAY


def _in_line(openings: list[list[int]]) -> list[tuple[str, str]]:
    """Return opening hours with the weekdays that have the same: `Monday–Friday`, `08:00–18:00`."""
    stretches: list[tuple[list[str], str]] = []
    for number, text in openings_in_words(openings).items():
        if stretches and stretches[-1][1] == text:
            stretches[-1][0].append(WEEKDAYS[number])
        else:
            stretches.append(([WEEKDAYS[number]], text))
    return [
        (days[0] if len(days) == 1 else f"{days[0]}–{days[-1]}", text or "closed")
        for days, text in stretches
    ]


@require_POST
def keep_openings(request: HttpRequest, key: int) -> HttpResponse:
    """Give a calendar other opening hours."""
    user = keeper(request)
    row: Calendar = find_visible(calendars, key, user)
    form = OpeningsForm(request.POST)
    if form.is_valid():
        try:
            hours = set_openings(calendar=row, **form.wanted, actor=user, at=clock.now())
        except Invalid as problem:
            for name, texts in problem.errors.items():
                form.add_error(name, texts)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"Saved: these opening hours hold from {hours.valid_from} on."
            )
            return redirect(calendars.detail_address, key)
    return _show_calendar(request, key, openings=form)


@require_POST
def confirm(request: HttpRequest, key: int) -> HttpResponse:
    """Say that the hours hold which were assumed."""
    user = keeper(request)
    row: Calendar = find_visible(calendars, key, user)
    try:
        confirm_openings(calendar=row, actor=user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Saved: these are your hours.")
    return redirect(calendars.detail_address, key)


@require_POST
def import_holidays(request: HttpRequest, key: int) -> HttpResponse:
    """Close a calendar on the public holidays of a country."""
    user = keeper(request)
    row: Calendar = find_visible(calendars, key, user)
    form = HolidaysForm(request.POST)
    if form.is_valid():
        try:
            days = public_holidays(**form.asked)
            added = add_holidays(calendar=row, holidays=days, actor=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            told = f"{added.new} holidays added; {len(days) - added.new} were there already."
            messages.success(request, told + _counted_anew(added.since))
            return redirect(calendars.detail_address, key)
    return _show_calendar(request, key, imported=form)


def _counted_anew(since: date | None) -> str:
    if since is None:
        return ""
    return f" Figures since {since} are counted anew, as a series of their own."


@require_safe
def holiday(request: HttpRequest, key: int) -> HttpResponse:
    """Show a holiday, and how to take it out of its calendar."""
    user = account_of(request)
    detail = detail_of(holidays, key, user)
    context = {
        "detail": detail,
        "may_keep": rules.may_change_settings(user),
        "breadcrumbs": breadcrumbs(holidays, str(detail.row)),
    }
    return render(request, "office/holiday.html", context)


@require_POST
def take_holiday(request: HttpRequest, key: int) -> HttpResponse:
    """Take a holiday out of its calendar: it is a working day again."""
    user = keeper(request)
    row: Holiday = find_visible(holidays, key, user)
    calendar_key, name = row.calendar_id, str(row)
    since = remove_holiday(holiday=row, actor=user, at=clock.now())
    messages.success(request, f"{name} is no holiday any more.{_counted_anew(since)}")
    return redirect(reverse(calendars.detail_address, args=[calendar_key]))
