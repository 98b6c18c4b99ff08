"""The pages of the organisation's settings: name, zone, fiscal year, calendars, holidays."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.office import rules
from quarterdeck.office.gateways.public_holidays import public_holidays
from quarterdeck.office.models import Calendar, Holiday, Organisation
from quarterdeck.office.queries import openings_in_words, organisation
from quarterdeck.office.records import calendars, holidays
from quarterdeck.office.verbs.settings import (
    add_holidays,
    change_organisation,
    choose_default_team,
    remove_holiday,
    set_openings,
)
from quarterdeck.office.web.settings_forms import HolidaysForm, OpeningsForm, OrganisationForm
from quarterdeck.ui.details import breadcrumbs, detail_of, find_visible


def _keeper(request: HttpRequest) -> Account:
    """Return who asks, if they may change settings; for everybody else there is nothing here."""
    user = account_of(request)
    if not rules.may_change_settings(user):
        raise Http404
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change what holds for the whole organisation."""
    user, own = _keeper(request), organisation()
    initial = {
        "name": own.name,
        "zone": own.zone,
        "fiscal_year_starts_in": own.fiscal_year_starts_in,
        "calendar": own.calendar_id,
        "default_team": own.default_team_id,
        "version": own.version,
    }
    form = OrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _change(form.cleaned_data, user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("office.organisation")
    context = {"form": form, "calendars": Calendar.objects.order_by("name")}
    status = 422 if request.method == "POST" else 200
    return render(request, "office/organisation.html", context, status=status)


def _change(given: dict[str, Any], user: Account) -> None:
    with transaction.atomic():
        own = Organisation.objects.select_for_update().get(pk=1)
        if given["version"] != own.version:
            raise Conflict(own)
        if given["default_team"] != own.default_team:
            choose_default_team(
                organisation=own, team=given["default_team"], actor=user, at=clock.now()
            )
        change_organisation(
            organisation=own,
            name=given["name"] if given["name"] != own.name else None,
            zone=given["zone"],
            fiscal_year_starts_in=int(given["fiscal_year_starts_in"]),
            calendar=given["calendar"],
            actor=user,
            at=clock.now(),
        )


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
    user = account_of(request)
    detail = detail_of(calendars, key, user)
    hours = openings_in_words(detail.row)
    year = clock.now().year
    context = {
        "detail": detail,
        "hours": hours,
        "may_keep": rules.may_change_settings(user),
        "openings": openings or OpeningsForm(initial=OpeningsForm.initial_of(hours)),
        "imported": imported or HolidaysForm(initial={"first": year, "last": year + 2}),
        "breadcrumbs": breadcrumbs(calendars, str(detail.row)),
    }
    status = 422 if openings or imported else 200
    return render(request, "office/calendar.html", context, status=status)


@require_POST
def keep_openings(request: HttpRequest, key: int) -> HttpResponse:
    """Give a calendar other opening hours."""
    user = _keeper(request)
    row: Calendar = find_visible(calendars, key, user)
    form = OpeningsForm(request.POST)
    if form.is_valid():
        try:
            set_openings(calendar=row, openings=form.openings, actor=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The opening hours are saved. Figures are counted anew.")
            return redirect(calendars.detail_address, key)
    return _show_calendar(request, key, openings=form)


@require_POST
def import_holidays(request: HttpRequest, key: int) -> HttpResponse:
    """Close a calendar on the public holidays of a country."""
    user = _keeper(request)
    row: Calendar = find_visible(calendars, key, user)
    form = HolidaysForm(request.POST)
    if form.is_valid():
        try:
            days = public_holidays(**form.asked)
            added = add_holidays(calendar=row, holidays=days, actor=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            known = len(days) - added
            messages.success(request, f"{added} holidays added; {known} were there already.")
            return redirect(calendars.detail_address, key)
    return _show_calendar(request, key, imported=form)


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
    user = _keeper(request)
    row: Holiday = find_visible(holidays, key, user)
    calendar_key = row.calendar_id
    remove_holiday(holiday=row, actor=user, at=clock.now())
    messages.success(request, f"{row} is no holiday any more.")
    return redirect(reverse(calendars.detail_address, args=[calendar_key]))
