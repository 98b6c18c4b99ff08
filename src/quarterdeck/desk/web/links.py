"""The pages on which tickets are linked, merged, taken apart and split."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk import rules
from quarterdeck.desk.models import Ticket, TicketLink
from quarterdeck.desk.queries.links import candidates_for, named_ticket
from quarterdeck.desk.records import tickets
from quarterdeck.desk.verbs.ticket_links import (
    Part,
    link_tickets,
    merge_ticket,
    split_ticket,
    unlink_tickets,
    unmerge_ticket,
)
from quarterdeck.desk.verbs.tickets import LONGEST_TITLE
from quarterdeck.desk.web.life import back_to, told, worked_on

_NO_TICKET = "There is no ticket of this number that you may see."


class TicketField(forms.CharField):
    """The number of another ticket, as it is typed."""

    def __init__(self, **ways: Any) -> None:
        typed = {"autocomplete": "off", "placeholder": "T-000123"}
        super().__init__(max_length=64, widget=forms.TextInput(typed), **ways)


class MergeForm(forms.Form):
    """Into which ticket another one is merged, and why."""

    into = TicketField(label="The ticket that counts from now on")
    reason = forms.CharField(label="Note", max_length=500, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class SplitForm(forms.Form):
    """What is split off."""

    title = forms.CharField(label="What is it about?", max_length=LONGEST_TITLE)
    description = forms.CharField(required=False, widget=forms.Textarea({"rows": 8}))
    entry_key = forms.CharField(max_length=64, widget=forms.HiddenInput)


@require_POST
def link(request: HttpRequest, key: int) -> HttpResponse:
    """Say what a ticket is to another one."""
    ticket, user = worked_on(request, key)
    other = named_ticket(request.POST.get("other", ""), user)
    if other is None:
        messages.error(request, _NO_TICKET)
        return back_to(ticket)
    kind = request.POST.get("kind", "")
    try:
        link_tickets(ticket=ticket, kind=kind, other=other, actor=user, at=clock.now())
    except Refused as refusal:
        told(request, refusal)
    return back_to(ticket)


@require_POST
def unlink(request: HttpRequest, key: int) -> HttpResponse:
    """Take a link away."""
    user = account_of(request)
    rows = TicketLink.objects.visible_to(user).select_related("ticket", "other")
    found = rows.filter(pk=key).first()
    if found is None or not rules.may_work(user, found.ticket):
        raise Http404
    try:
        unlink_tickets(link=found, actor=user, at=clock.now())
    except Refused as refusal:
        told(request, refusal)
    wanted = request.POST.get("from", "")
    here = found.other if wanted == str(found.other_id) else found.ticket
    return back_to(here)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, key: int) -> HttpResponse:
    """Show which tickets may be the same as one, and let one of them count for it."""
    ticket, user = worked_on(request, key)
    initial = {"version": ticket.version, "into": request.GET.get("into", "")}
    form = MergeForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid() and (into := _merged(ticket, form, user)) is not None:
        text = f"{ticket.number} is merged into {into.number}, which counts for both."
        messages.success(request, text)
        return back_to(into)
    candidates = [each for each in candidates_for(ticket, user) if rules.may_work(user, each)]
    context = {"ticket": ticket, "form": form, "candidates": candidates}
    return _page(request, "desk/merge.html", context, ticket, f"Merge {ticket.number}")


def _merged(ticket: Ticket, form: MergeForm, user: Account) -> Ticket | None:
    given = form.cleaned_data
    into = named_ticket(given["into"], user)
    if into is None:
        form.add_error("into", _NO_TICKET)
        return None
    words = {"version": given["version"], "reason": given["reason"]}
    try:
        merge_ticket(ticket=ticket, into=into, **words, actor=user, at=clock.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    return into


@require_POST
def unmerge(request: HttpRequest, key: int) -> HttpResponse:
    """Let a merged ticket count for itself again."""
    ticket, user = worked_on(request, key)
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() else 0
    reason = request.POST.get("reason", "")
    try:
        unmerge_ticket(ticket=ticket, version=seen, reason=reason, actor=user, at=clock.now())
    except Refused as refusal:
        told(request, refusal)
    else:
        messages.success(request, f"{ticket.number} counts for itself again.")
    return back_to(ticket)


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, key: int) -> HttpResponse:
    """Open another ticket for a part of one, such as a message that is about something else."""
    ticket, user = worked_on(request, key)
    initial = {"entry_key": secrets.token_hex(16), "description": _quoted(request, ticket)}
    form = SplitForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        part = Part(**form.cleaned_data)
        try:
            opened = split_ticket(ticket=ticket, part=part, actor=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{opened.number} is split off from {ticket.number}.")
            return redirect(tickets.detail_address, opened.pk)
    context = {"ticket": ticket, "form": form}
    return _page(request, "desk/split.html", context, ticket, f"Split {ticket.number}")


def _quoted(request: HttpRequest, ticket: Ticket) -> str:
    """Return what a message says that is to be split off."""
    key = request.GET.get("message", "")
    found = ticket.messages.filter(pk=int(key)).first() if key.isdecimal() else None
    if found is None:
        return ""
    return f"From {ticket.number}, written on {found.at:%Y-%m-%d}:\n\n{found.text}"


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], ticket: Ticket, title: str
) -> HttpResponse:
    back = reverse(tickets.detail_address, args=[ticket.pk])
    crumbs = [(tickets.title, reverse(tickets.list_address)), (ticket.number, back), (title, "")]
    status = 422 if context["form"].is_bound else 200
    words = {**context, "title": title, "back": back, "breadcrumbs": crumbs}
    return render(request, template, words, status=status)
