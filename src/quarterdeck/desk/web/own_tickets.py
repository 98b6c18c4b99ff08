"""One's own tickets on the portal: the list, one of them, and what its requester may do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.models import CatalogueRequest, Ticket
from quarterdeck.desk.queries.catalogue_requests import approval_of, expected_at
from quarterdeck.desk.queries.escalations import can_complain, own_complaints
from quarterdeck.desk.queries.links import counting_for
from quarterdeck.desk.queries.own_tickets import (
    can_be_taken_up,
    can_be_withdrawn,
    conversation_of,
    file_for,
    is_heard,
    own_counting_for,
    own_files,
    own_followed,
    own_following,
    own_tickets,
    stand_of,
    waits_for_requester,
    with_stands,
)
from quarterdeck.desk.records.escalations import STATE_BADGES
from quarterdeck.desk.verbs import own_tickets as verbs
from quarterdeck.desk.verbs.watching import unwatch_ticket, watch_ticket
from quarterdeck.desk.vocabulary import EscalationState
from quarterdeck.desk.web.portal import attempted, person_of
from quarterdeck.desk.web.portal_forms import AnswerForm, NothingForm, ReopenForm, files_of

_FORMS: Mapping[str, type[forms.Form]] = {
    "answer": AnswerForm,
    "solved": NothingForm,
    "reopen": ReopenForm,
    "withdraw": NothingForm,
    "follow": NothingForm,
    "unfollow": NothingForm,
}
DONE = {
    "answer": "Your message is with the service desk.",
    "solved": "Thank you: it is closed.",
    "reopen": "It is open again.",
    "withdraw": "It is withdrawn.",
    "follow": "You are told of replies and of each new state.",
    "unfollow": "You follow it no longer.",
}
_PAGE = 50


@require_safe
def show_own(request: HttpRequest) -> HttpResponse:
    """List one's own tickets, those that wait for oneself first."""
    user = person_of(request)
    is_closed = request.GET.get("show") == "closed"
    rows = own_tickets(user)
    chosen = rows.exclude(ended_at__isnull=True) if is_closed else rows.open()
    context = {
        "tickets": with_stands(chosen[:_PAGE]),
        "is_closed": is_closed,
        "breadcrumbs": [("Help", "/portal/"), ("My tickets", "")],
    }
    return render(request, "desk/portal/tickets.html", context)


def _own(user: Account, key: int) -> Ticket:
    ticket = own_tickets(user).select_related("assignee").filter(pk=key).first()
    if ticket is None:
        raise Http404
    return ticket


@require_safe
def show_one(request: HttpRequest, key: int) -> HttpResponse:
    """Show one of one's own tickets."""
    user = person_of(request)
    return _page(request, _own(user, key), user)


def _page(
    request: HttpRequest,
    ticket: Ticket,
    user: Account,
    refused: Mapping[str, forms.Form] = MappingProxyType({}),
) -> HttpResponse:
    asked_for = CatalogueRequest.objects.filter(ticket=ticket).first()
    legal = _legal(ticket, user)
    context: dict[str, Any] = {
        "ticket": ticket,
        "stand": stand_of(ticket),
        "asked_for": asked_for,
        "expected_at": expected_at(asked_for, ticket) if asked_for else None,
        "approval": approval_of(ticket) if asked_for else None,
        "counting": own_counting_for(ticket),
        "merged_state": counting_for(ticket).state if ticket.merged_into_id else "",
        "followed": own_followed(ticket),
        "following": own_following(ticket, user),
        "is_asked": waits_for_requester(ticket),
        "conversation": conversation_of(ticket),
        "files": own_files(ticket, user),
        "complaints": [
            (row, STATE_BADGES[EscalationState(row.state)].tone)
            for row in own_complaints(ticket, user)
        ],
        "may_complain": can_complain(ticket, user),
        "acts": {act: refused.get(act) or _FORMS[act](auto_id=f"{act}-%s") for act in legal},
        "refused": [form for act, form in refused.items() if act not in legal],
        "breadcrumbs": [
            ("Help", "/portal/"),
            ("My tickets", "/portal/tickets/"),
            (ticket.number, ""),
        ],
    }
    return render(request, "desk/portal/ticket.html", context, status=422 if refused else 200)


def _legal(ticket: Ticket, user: Account) -> list[str]:
    """Return what its requester may do with a ticket as it stands."""
    follows = ticket.watchers.filter(account=user).exists()
    may = {
        "solved": rules.can_close(ticket),
        "reopen": can_be_taken_up(counting_for(ticket), clock.now()),
        "answer": is_heard(ticket),
        "withdraw": can_be_withdrawn(ticket),
        "follow": ticket.ended_at is None and not follows,
        "unfollow": follows,
    }
    return [act for act, is_legal in may.items() if is_legal]


@require_POST
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Answer, confirm, reopen or withdraw."""
    user = person_of(request)
    ticket = _own(user, key)
    if name not in _FORMS:
        raise Http404
    form = _FORMS[name](request.POST, auto_id=f"{name}-%s")

    def run() -> Ticket:
        _run(name, ticket, form, request)
        return ticket

    if form.is_valid() and attempted(form, run) is not None:
        messages.success(request, DONE[name])
        return redirect("portal.ticket", key)
    return _page(request, _own(user, key), user, {name: form})


def _run(name: str, ticket: Ticket, form: forms.Form, request: HttpRequest) -> None:
    words: dict[str, Any] = {"ticket": ticket, "actor": person_of(request), "at": clock.now()}
    if name == "answer":
        verbs.answer_desk(**form.cleaned_data, files=files_of(request), **words)
    elif name == "solved":
        verbs.confirm_solved(**words)
    elif name == "reopen":
        verbs.reopen_own_ticket(**form.cleaned_data, **words)
    elif name == "follow":
        watch_ticket(**words)
    elif name == "unfollow":
        unwatch_ticket(**words)
    else:
        verbs.withdraw_own_ticket(**words)


@require_safe
def download(request: HttpRequest, key: int) -> FileResponse:
    """Hand over a file of one's own ticket that one may have; it is never shown in the browser."""
    file = file_for(person_of(request), key)
    if file is None:
        raise Http404
    if not default_storage.exists(file.stored_name):
        raise Http404
    response = FileResponse(
        default_storage.open(file.stored_name),
        as_attachment=True,
        filename=file.name,
        content_type="application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
