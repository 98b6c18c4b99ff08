"""The pages on which tickets are watched, and people are named."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.mentions import readers_like, seers_called
from quarterdeck.desk.queries.queues import watched_tickets
from quarterdeck.desk.verbs.watching import (
    see_mentions,
    unwatch_ticket,
    watch_ticket,
)
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.desk.web.life import back_to, told, worked_on
from quarterdeck.desk.web.queues import queue_page


def _seen(request: HttpRequest, key: int) -> tuple[Ticket, Account]:
    user = account_of(request)
    ticket = find_ticket(key, user)
    return ticket, user


@require_safe
def watched(request: HttpRequest) -> HttpResponse:
    """Show the open tickets that the reader watches."""
    user = account_of(request)
    empty = "Watch a ticket on its page, and you hear of replies and of each new state."
    rows = watched_tickets(user)
    onward = (reverse("desk.ticket.list"), "Show the tickets")
    return queue_page(request, user, rows, title="Watched tickets", empty=empty, onward=onward)


@require_POST
def watch(request: HttpRequest, key: int) -> HttpResponse:
    """Watch a ticket, or watch it no longer; for oneself, or for somebody who is named."""
    ticket, user = _seen(request, key)
    given, at = request.POST, clock.now()
    try:
        if "add" in given:
            account = _called(given.get("name", ""), ticket)
            watch_ticket(ticket=ticket, account=account, actor=user, at=at)
        elif "remove" in given:
            account = _watcher(ticket, given["remove"])
            unwatch_ticket(ticket=ticket, account=account, actor=user, at=at)
        else:
            watch_ticket(ticket=ticket, actor=user, at=at)
    except Refused as refusal:
        told(request, refusal)
    return back_to(ticket)


def _called(name: str, ticket: Ticket) -> Account:
    found = seers_called(name, ticket)
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"Several people are called “{name.strip()}”: name the account instead.")
    raise Refused(f"Nobody called “{name.strip()}” may see {ticket.number}.")


def _watcher(ticket: Ticket, key: str) -> Account:
    watcher = next((w for w in ticket.watchers.all() if str(w.account_id) == key), None)
    if watcher is None:
        raise Refused(f"They do not watch {ticket.number} any more.")
    return watcher.account


@require_POST
def see(request: HttpRequest, key: int) -> HttpResponse:
    """Say that one has seen the notes that name one."""
    ticket, user = _seen(request, key)
    see_mentions(ticket=ticket, actor=user, at=clock.now())
    return back_to(ticket)


@require_safe
def find_readers(request: HttpRequest, key: int) -> HttpResponse:
    """Offer those who may be named in a note on a ticket."""
    ticket, _ = worked_on(request, key)
    context = {"ticket": ticket, "readers": readers_like(request.GET.get("who", ""), ticket)}
    return render(request, "desk/readers_found.html", context)


@require_POST
def name(request: HttpRequest, key: int, account_key: int) -> HttpResponse:
    """Return the field of a note with somebody's name after what was typed; nothing is stored."""
    ticket, _ = worked_on(request, key)
    account = Account.objects.people().filter(pk=account_key).first()
    if account is None or account not in readers_like(account.username, ticket):
        raise Http404
    typed = request.POST.get("text", "").rstrip()
    context = {"act": "note", "name": "text", "text": f"{typed} @{account.username} ".lstrip()}
    return render(request, "desk/canned_field.html", context)
