"""The page of the organisation's settings: name, usual calendar and default team."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.office import rules
from quarterdeck.office.models import Calendar, Organisation
from quarterdeck.office.queries import organisation
from quarterdeck.office.verbs.settings import (
    change_organisation,
    choose_default_team,
)
from quarterdeck.office.web.settings_forms import OrganisationForm


def keeper(request: HttpRequest) -> Account:
    """Return who asks, if they may change settings; for everybody else there is nothing here."""
    user = account_of(request)
    if not rules.may_change_settings(user):
        raise Http404
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change what holds for the whole organisation."""
    user, own = keeper(request), organisation()
    initial = {
        "name": own.name,
        "calendar": own.calendar_id,
        "default_team": own.default_team_id,
        "version": own.version,
    }
    form = OrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_settings(form.cleaned_data, user, clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("office.organisation")
    context = {"form": form, "calendars": Calendar.objects.order_by("name")}
    status = 422 if request.method == "POST" else 200
    return render(request, "office/organisation.html", context, status=status)


def save_settings(given: dict[str, Any], user: Account, at: datetime) -> None:
    """Let the settings be as given, if they still have the version that was seen; else Conflict."""
    with transaction.atomic():
        own = Organisation.objects.select_for_update().get(pk=1)
        if given["version"] != own.version:
            raise Conflict(own)
        if given["default_team"] != own.default_team:
            choose_default_team(organisation=own, team=given["default_team"], actor=user, at=at)
        change_organisation(
            organisation=own,
            name=given["name"],
            calendar=given["calendar"],
            actor=user,
            at=at,
        )
