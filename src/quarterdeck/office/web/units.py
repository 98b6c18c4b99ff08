"""The pages on which the tree of units and the membership in teams change."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.directory import (
    change_unit,
    found_unit,
    leave_team,
    may_keep_directory,
)
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account, Person, TeamMembership, Unit
from quarterdeck.core.permission import account_of
from quarterdeck.office.records import memberships, units
from quarterdeck.ui.details import breadcrumbs, detail_of, find_visible


class UnitForm(forms.Form):
    """A unit: its name, of what it is a part, and who manages it."""

    name = forms.CharField(max_length=200)
    parent = forms.ModelChoiceField(Unit.objects.none(), label="Part of", empty_label=None)
    manager = forms.ModelChoiceField(Person.objects.none(), required=False, empty_label="—")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, unit: Unit | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        targets = Unit.objects.order_by("path")
        if unit is not None and unit.parent_id is None:
            del self.fields["parent"]
        else:
            if unit is not None:
                targets = targets.exclude(path__startswith=unit.path)
            self.fields["parent"].queryset = targets  # type: ignore[attr-defined]  # a ModelChoiceField has it
        people = Person.objects.order_by("name")
        self.fields["manager"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField has it


def _keeper(request: HttpRequest) -> Account:
    """Return who asks, if they keep the directory; for everybody else there is nothing here."""
    user = account_of(request)
    if not may_keep_directory(user):
        raise Http404
    return user


@require_safe
def show_unit(request: HttpRequest, key: int) -> HttpResponse:
    """Show a unit, and to those who keep the directory how to change it."""
    detail = detail_of(units, key, request.user)
    context = {
        "detail": detail,
        "may_keep": may_keep_directory(request.user),
        "breadcrumbs": breadcrumbs(units, str(detail.row)),
    }
    return render(request, "office/unit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_unit(request: HttpRequest) -> HttpResponse:
    """Found a unit under another one."""
    user = _keeper(request)
    form = UnitForm(None, request.POST or None, initial={"parent": request.GET.get("parent")})
    if request.method == "POST" and form.is_valid():
        try:
            unit = _found(form.cleaned_data, user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(units.detail_address, unit.pk)
    crumbs = [(units.title, reverse(units.list_address)), ("Found a unit", "")]
    return _form(request, form, "Found a unit", crumbs, reverse(units.list_address))


def _found(given: dict[str, Any], user: Account) -> Unit:
    return found_unit(**_asked(given), actor=user, at=clock.now())


def _asked(given: dict[str, Any]) -> dict[str, Any]:
    """What was typed about the unit itself; the organisation is part of nothing."""
    return {"name": given["name"], "parent": given.get("parent"), "manager": given["manager"]}


@require_http_methods(["GET", "HEAD", "POST"])
def show_change(request: HttpRequest, key: int) -> HttpResponse:
    """Rename a unit, move it with all below it, or appoint its manager."""
    user = _keeper(request)
    unit: Unit = find_visible(units, key, user)
    initial = {
        "name": unit.name,
        "parent": unit.parent_id,
        "manager": unit.manager_id,
        "version": unit.version,
    }
    form = UnitForm(unit, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _change(unit, form.cleaned_data, user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect(units.detail_address, key)
    back = reverse(units.detail_address, args=[key])
    crumbs = [(units.title, reverse(units.list_address)), (unit.name, back), ("Change", "")]
    return _form(request, form, f"Change {unit}", crumbs, back)


def _change(unit: Unit, given: dict[str, Any], user: Account) -> None:
    """Do what differs, all of it or nothing; Conflict where the unit was saved meanwhile."""
    with transaction.atomic():
        # In one order, as a move holds them: two changes at once wait for each other.
        held = {each.pk: each for each in Unit.objects.select_for_update().order_by("pk")}
        present = held[unit.pk]
        if given["version"] != present.version:
            raise Conflict(present)
        change_unit(unit=present, **_asked(given), actor=user, at=clock.now())


def _form(
    request: HttpRequest,
    form: forms.Form,
    heading: str,
    crumbs: list[tuple[str, str]],
    back: str,
) -> HttpResponse:
    context = {"form": form, "heading": heading, "breadcrumbs": crumbs, "back": back}
    status = 422 if request.method == "POST" else 200
    return render(request, "office/form.html", context, status=status)


@require_safe
def show_membership(request: HttpRequest, key: int) -> HttpResponse:
    """Show who works in which team, and to those who keep the directory how to end it."""
    detail = detail_of(memberships, key, request.user)
    context = {
        "detail": detail,
        "may_keep": may_keep_directory(request.user),
        "breadcrumbs": breadcrumbs(memberships, str(detail.row)),
    }
    return render(request, "office/membership.html", context)


@require_POST
def end_membership(request: HttpRequest, key: int) -> HttpResponse:
    """End somebody's work in a team."""
    user = _keeper(request)
    membership: TeamMembership = find_visible(memberships, key, user)
    leave_team(membership=membership, actor=user, at=clock.now())
    messages.success(request, f"{membership.person} has left {membership.team}.")
    return redirect(memberships.list_address)
