"""The acts that a ticket's page and the queues offer: which form asks, which verb answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import account_of
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.desk import rules
from quarterdeck.desk.models import Ticket, TicketMessage
from quarterdeck.desk.records import tickets
from quarterdeck.desk.verbs import ticket_details
from quarterdeck.desk.verbs.ticket_mail import send_message_again
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.web.forms import (
    ActForm,
    AssignForm,
    CancelForm,
    DescribeForm,
    HoldForm,
    NoteForm,
    NotReopenedForm,
    PrioritiseForm,
    ReopenForm,
    ReplyForm,
    ResolveForm,
    RewordForm,
)
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.desk.web.portal_forms import files_of
from quarterdeck.desk.web.tickets import ASKING, PANELS, WRITING, ticket_page
from quarterdeck.services.models import Service
from quarterdeck.ui.details import breadcrumbs

Run = Callable[..., object]


@dataclass(frozen=True)
class Offer:
    """What the page asks for an act in, and what it says when that is done."""

    form: type[ActForm]
    done: str


def _describe(
    *,
    ticket: Ticket,
    version: int,
    category: str,
    service: Service | None,
    requester: Person | None,
    actor: Account,
    at: datetime,
) -> None:
    """Change what differs of category, service and requester."""
    words: dict[str, Any] = {"actor": actor, "at": at}
    changed = ticket
    if category.strip() != ticket.category:
        changed = ticket_details.change_category(
            ticket=ticket, version=version, category=category, **words
        )
        version = changed.version
    if requester is not None and requester.pk != ticket.requester_id:
        changed = ticket_details.set_requester(
            ticket=changed, version=version, requester=requester, **words
        )
        version = changed.version
    # Another service may bring it to a team where the actor works on nothing.
    if service != ticket.service:
        ticket_details.set_service(ticket=changed, version=version, service=service, **words)


OFFERS: Mapping[str, Offer] = {
    "take": Offer(ActForm, "is yours now"),
    "start": Offer(ActForm, "is in progress"),
    "hold": Offer(HoldForm, "is on hold"),
    "resume": Offer(ActForm, "is in progress again"),
    "resolve": Offer(ResolveForm, "is resolved"),
    "close": Offer(ActForm, "is closed"),
    "reopen": Offer(ReopenForm, "is open again"),
    "not-reopened": Offer(NotReopenedForm, "stands as before"),
    "cancel": Offer(CancelForm, "is cancelled"),
    "spam": Offer(ActForm, "is marked as spam"),
    "assign": Offer(AssignForm, "is handed over"),
    "prioritise": Offer(PrioritiseForm, "has its new priority"),
    "reword": Offer(RewordForm, "is worded anew"),
    "describe": Offer(DescribeForm, "is set right"),
    "reply": Offer(ReplyForm, "has a reply"),
    "note": Offer(NoteForm, "has a note"),
}


# The page asks three things in one form, which programs change one by one.
_DESCRIBE = RecordAct(
    "describe",
    "Describe",
    _describe,
    lambda user, ticket: "describe" in rules.permitted_acts(user, ticket),
)


def act_called(name: str) -> tuple[RecordAct, Offer]:
    """Return the act that an address names, and how the page offers it; 404 where it does not."""
    found = _DESCRIBE if name == _DESCRIBE.name else tickets.act_named(name)
    offer = OFFERS.get(name)
    if found is None or offer is None:
        raise Http404
    return found, offer


@require_safe
def ask(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Ask what an act on a ticket needs: the page fetches it when a panel is opened.

    It is said for the version of the ticket that the reader has before them.
    """
    user = account_of(request)
    ticket = find_ticket(key, user)
    works_here = rules.may_work(user, ticket)
    title = (PANELS | (WRITING if works_here else ASKING)).get(name)
    found, offer = act_called(name)
    if title is None or not found.may(user, ticket):
        raise Http404
    context = {
        "ticket": ticket,
        "act": name,
        "title": title,
        "form": offer.form(ticket=ticket),
        "version": _number(request.GET.get("version", "")) or ticket.version,
        "works_here": works_here,
        "breadcrumbs": [
            *breadcrumbs(tickets, ticket.number)[:-1],
            (ticket.number, _address(ticket)),
            (title, ""),
        ],
    }
    return render(request, "desk/act.html", context)


@require_POST
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Do one act on a ticket; what was typed stays on the page if it is refused."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    found, offer = act_called(name)
    if not found.may(user, ticket):
        raise Http404
    form = offer.form(request.POST, ticket=ticket)
    if form.is_valid() and _done(request, ticket, found, form, user):
        messages.success(request, f"{ticket.number} {offer.done}.")
        if found.warns and (warning := found.warns(ticket, form.cleaned_data)):
            messages.warning(request, warning)
        return redirect(_next(request) or _address(ticket))
    if _next(request):
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect(_next(request))
    fresh = find_ticket(key, user)
    return ticket_page(request, fresh, refused={name: form}, status=422)


def _done(
    request: HttpRequest, ticket: Ticket, found: RecordAct, form: ActForm, user: Account
) -> bool:
    """Run the verb; a refusal goes onto the form, field by field where it names fields."""
    seen = {"version": _version(request)} if found.takes_version else {}
    files = {"files": files_of(request)} if form.takes_files else {}
    # Programs send no files with a reply.
    run: Run = reply_publicly if files else found.run
    try:
        run(ticket=ticket, actor=user, at=clock.now(), **seen, **form.cleaned_data, **files)
    except Invalid as invalid:
        for field, texts in invalid.errors.items():
            form.add_error(field if field in form.fields else None, " ".join(texts))
        return False
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_POST
def send_again(request: HttpRequest, key: int) -> HttpResponse:
    """Send the mail of a message again that was refused or given up."""
    user = account_of(request)
    rows = TicketMessage.objects.visible_to(user).select_related("ticket", "mail", "author")
    message = rows.filter(pk=key).first()
    if message is None or not rules.may_work(user, message.ticket):
        raise Http404
    try:
        mail = send_message_again(message=message, actor=user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"It goes to {mail.recipient} once more.")
    return redirect(_address(message.ticket))


def _version(request: HttpRequest) -> int:
    """The version of the ticket that the person saw; no version is one that never was."""
    return _number(request.POST.get("version", ""))


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0  # noqa: PLR2004 — a version has 64 bits


def _next(request: HttpRequest) -> str:
    """The page that the person came from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if wanted.startswith("/") and is_ours else ""


def _address(ticket: Ticket) -> str:
    return f"/{tickets.path}{ticket.pk}/"
