"""The pages of corrective actions: one of them, and what may be done about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Scope, all_measures
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.office.queries.periods import own_day
from quarterdeck.planning import rules
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.records import STATE_BADGES, corrective_actions
from quarterdeck.planning.verbs.corrective_actions import (
    cancel_corrective_action,
    complete_corrective_action,
    open_corrective_action,
    reassign_corrective_action,
)
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.planning.web.forms import (
    CancellationForm,
    CompletionForm,
    OpeningForm,
    ReassignmentForm,
)
from quarterdeck.ui.details import breadcrumbs, facts_of, find_visible, panels_and_changes

FACTS = ("owner", "due_on", "opened_at", "ended_on", "period", "target", "reading")
USUAL_TIME = timedelta(days=30)


@require_http_methods(["GET", "HEAD", "POST"])
def open_action(request: HttpRequest) -> HttpResponse:
    """Open a corrective action by hand."""
    user = account_of(request)
    if not rules.may_open_actions(user):
        raise Http404
    at = clock.now()
    form = OpeningForm(request.POST or None, initial={"due_on": own_day(at + USUAL_TIME)})
    if request.method == "POST" and form.is_valid():
        try:
            action = open_corrective_action(**form.cleaned_data, actor=user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(corrective_actions.detail_address, action.pk)
    context = {
        "form": form,
        "breadcrumbs": breadcrumbs(corrective_actions, "Open a corrective action"),
    }
    return render(request, "planning/open.html", context, status=422 if form.is_bound else 200)


@require_safe
def show_action(request: HttpRequest, key: int) -> HttpResponse:
    """Show one corrective action: where it came from, its notes, and what may be done about it."""
    user = account_of(request)
    return _page(request, find_visible(corrective_actions, key, user), user)


def _page(
    request: HttpRequest, row: CorrectiveAction, user: Account, *bound: forms.Form
) -> HttpResponse:
    """Show the action with its forms; one that was sent and refused shows what was typed."""
    refused = {type(form): form for form in bound}
    version = {"version": row.version}
    is_open, steers = rules.can_end(row), rules.may_open_actions(user)
    fresh: list[tuple[bool, str, type[forms.Form], dict[str, Any]]] = [
        (rules.may_complete(user, row), "completion", CompletionForm, version),
        (
            steers,
            "reassignment",
            ReassignmentForm,
            {**version, "owner": row.owner_id, "due_on": row.due_on},
        ),
        (steers, "cancellation", CancellationForm, version),
    ]
    context: dict[str, Any] = {
        name: refused.get(kind) or kind(initial=initial, auto_id=f"{name}_%s")
        for may, name, kind, initial in fresh
        if may and is_open
    }
    context |= {
        "action": row,
        "tone": STATE_BADGES[ActionState(row.state)].tone,
        "facts": facts_of(corrective_actions, row, user, FACTS),
        "measure_address": _measure_address(row),
        "measure_title": _measure_title(row),
        "scope_title": _scope_title(row),
        "notes": row.notes.order_by("pk"),
        **panels_and_changes(corrective_actions, row, user),
        "breadcrumbs": breadcrumbs(corrective_actions, row.title),
    }
    return render(request, "planning/action.html", context, status=422 if bound else 200)


def _measure_address(row: CorrectiveAction) -> str:
    """The page of the reading that gave rise to it; the scorecard stands above planning."""
    if not row.measure:
        return ""
    asked = urlencode({"period": row.period, "scope": row.scope})
    return f"{reverse('scorecard.measure', args=[row.measure])}?{asked}"


def _measure_title(row: CorrectiveAction) -> str:
    """What its measure is called; one that is no more has its key only."""
    return next((each.title for each in all_measures() if each.key == row.measure), row.measure)


def _scope_title(row: CorrectiveAction) -> str:
    """Whose evidence the reading counted: `Team Network`."""
    return Scope(*row.scope.split(":", 1)).title if row.scope else ""


def _act(
    request: HttpRequest, key: int, kind: type[forms.Form], name: str, verb: Callable[..., object]
) -> HttpResponse:
    """Do with an action what a form asks for."""
    user = account_of(request)
    row: CorrectiveAction = find_visible(corrective_actions, key, user)
    allowed = (
        rules.may_complete(user, row) if kind is CompletionForm else rules.may_open_actions(user)
    )
    if not allowed:
        raise Http404
    form = kind(request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        try:
            verb(action=row, **form.cleaned_data, actor=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{row}” is saved.")
            return redirect(corrective_actions.detail_address, key)
    return _page(request, row, user, form)


@require_POST
def complete(request: HttpRequest, key: int) -> HttpResponse:
    """Take in what was done."""
    return _act(request, key, CompletionForm, "completion", complete_corrective_action)


@require_POST
def cancel(request: HttpRequest, key: int) -> HttpResponse:
    """Give the action up."""
    return _act(request, key, CancellationForm, "cancellation", cancel_corrective_action)


@require_POST
def reassign(request: HttpRequest, key: int) -> HttpResponse:
    """Hand the action on."""
    return _act(request, key, ReassignmentForm, "reassignment", reassign_corrective_action)
