"""The pages of major incidents: declare one, command it, and tell everybody how it stands."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import MajorIncident, ReviewAction, Ticket
from quarterdeck.desk.queries.major_incidents import (
    is_overdue,
    parts_seen,
    public_incidents,
    timeline_of,
)
from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.major_incidents import major_incidents
from quarterdeck.desk.rules.major_incidents import can_declare, may_command, may_declare, may_note
from quarterdeck.desk.verbs import major_incidents as verbs
from quarterdeck.desk.web import major_incident_forms as typed
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.desk.web.portal import person_of
from quarterdeck.planning.rules import may_open_actions
from quarterdeck.ui.details import breadcrumbs, find_visible

_FORMS: Mapping[str, type[typed.MajorIncidentForm]] = {
    "update": typed.UpdateForm,
    "note": typed.NoteForm,
    "part": typed.PartForm,
    "roles": typed.RolesForm,
    "affected": typed.AffectedForm,
    "resolve": typed.ResolveForm,
    "review": typed.ReviewForm,
    "action": typed.ReviewActionForm,
}


def _words(form: typed.MajorIncidentForm, user: Account) -> dict[str, Any]:
    """Return what was typed; a part is named by its number."""
    words = form.words()
    if "number" not in words:
        return words
    number = words.pop("number").strip()
    part = Ticket.objects.visible_to(user).filter(number=number).order_by("-pk").first()
    if part is None:
        raise Invalid({"number": ["There is no such ticket."]})
    return words | {"part": part}


_WHILE_OPEN = ("update", "note", "part", "roles", "affected", "resolve")


def _offered(user: Account, incident: MajorIncident) -> tuple[str, ...]:
    """Return what the reader may do as it stands."""
    if incident.ended_at is None:
        if may_command(user, incident):
            return _WHILE_OPEN
        return ("note",) if may_note(user, incident) else ()
    acts: tuple[str, ...] = ("note",) if may_note(user, incident) else ()
    if may_command(user, incident):
        acts += ("review",)
    if incident.reviewed_at is not None and may_open_actions(user):
        acts += ("action",)
    return acts


@require_safe
def of_ticket(request: HttpRequest, key: int) -> HttpResponse:
    """Say on the page of a ticket, which loads it, that it is a major incident."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    seen = MajorIncident.objects.visible_to(user).filter(ticket=ticket)
    incident = seen.select_related("commander").first()
    context = {
        "ticket": ticket,
        "incident": incident,
        "is_overdue": incident is not None and is_overdue(incident, clock.now()),
        "may_declare": incident is None and may_declare(user, ticket) and can_declare(ticket),
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/ticket_major.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, key: int) -> HttpResponse:
    """Declare a ticket a major incident."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    if not may_declare(user, ticket):
        raise Http404
    form = typed.DeclareForm(request.POST if request.method == "POST" else None, ticket=ticket)
    if form.is_bound and form.is_valid():
        incident = _attempted(
            form,
            lambda: verbs.declare_major_incident(
                ticket=ticket, declaration=form.declaration(), actor=user, at=clock.now()
            ),
        )
        if isinstance(incident, MajorIncident):
            messages.success(request, f"{ticket.number} is a major incident.")
            return redirect(major_incidents.detail_address, incident.pk)
    context = {
        "ticket": ticket,
        "form": form,
        "breadcrumbs": [*breadcrumbs(tickets, ticket.number), ("Declare", "")],
    }
    return render(request, "desk/declare.html", context, status=422 if form.is_bound else 200)


def _attempted(form: forms.Form, run: Callable[[], object]) -> object:
    """Run a verb; a refusal goes onto the form, and False comes back."""
    try:
        return run()
    except Invalid as invalid:
        for name, texts in invalid.errors.items():
            form.add_error(name if name in form.fields else None, " ".join(texts))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return False


@require_safe
def show(request: HttpRequest, key: int) -> HttpResponse:
    """Show a major incident with its timeline."""
    user = account_of(request)
    return _page(request, user, find_visible(major_incidents, key, user))


@require_POST
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Do what one of the forms of the page asks for."""
    user = account_of(request)
    incident: MajorIncident = find_visible(major_incidents, key, user)
    found = major_incidents.act_named(name)
    if found is None or name not in _offered(user, incident):
        raise Http404
    form = _FORMS[name](request.POST, act=name, incident=incident)
    if form.is_valid():
        version = request.POST.get("version", "")
        told = (
            {"version": int(version) if version.isdecimal() else 0} if found.takes_version else {}
        )
        done = _attempted(
            form,
            lambda: found.run(
                incident=incident, **_words(form, user), **told, actor=user, at=clock.now()
            ),
        )
        if done is not False:
            messages.success(request, f"{found.title}: done.")
            return redirect(major_incidents.detail_address, key)
    return _page(request, user, incident, name, form)


def _version(request: HttpRequest) -> int:
    """The version that the person saw; no version is one that never was."""
    told = request.POST.get("version", "")
    return int(told) if told.isdecimal() else 0


def _page(
    request: HttpRequest,
    user: Account,
    incident: MajorIncident,
    sent: str = "",
    bound: typed.MajorIncidentForm | None = None,
) -> HttpResponse:
    actions = ReviewAction.objects.filter(incident=incident).select_related("action__owner")
    links, offered = parts_seen(incident.ticket, user), _offered(user, incident)
    context: dict[str, Any] = {
        "incident": incident,
        "is_overdue": is_overdue(incident, clock.now()),
        "timeline": timeline_of(incident, links),
        "parts": [link.ticket for link in links],
        "services": [each.service for each in incident.affected.select_related("service")],
        "actions": actions.order_by("pk"),
        "forms": [
            (act.name, act.title, _form(act.name, incident, sent, bound), act.name == sent)
            for act in major_incidents.acts
            if act.name in offered
        ],
        "breadcrumbs": breadcrumbs(major_incidents, str(incident)),
    }
    return render(request, "desk/major_incident.html", context, status=422 if bound else 200)


def _form(
    name: str, incident: MajorIncident, sent: str, bound: typed.MajorIncidentForm | None
) -> typed.MajorIncidentForm:
    return bound if bound and name == sent else _FORMS[name](act=name, incident=incident)


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Show requesters the major incidents of what they use: the public updates, nothing else."""
    user = person_of(request)
    context = {
        "incidents": public_incidents(user, clock.now()),
        "breadcrumbs": [("Help", "/portal/"), ("What is disturbed", "")],
    }
    return render(request, "desk/portal/status.html", context)
