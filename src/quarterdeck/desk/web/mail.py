"""Mail that came in: one mail with what was made of it, its original, and what a person decides."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import Record
from quarterdeck.desk import rules
from quarterdeck.desk.gateways.mail import originals
from quarterdeck.desk.models import IncomingMail, Mailbox, MailboxStanding, Ticket
from quarterdeck.desk.queries.mailboxes import secrets_of
from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.mail import (
    INCOMING_BADGES,
    incoming_mail,
    mailboxes,
    read_mailbox_now,
)
from quarterdeck.desk.vocabulary import IncomingState
from quarterdeck.office.rules import may_change_settings
from quarterdeck.ui.details import breadcrumbs, facts_of, find_visible
from quarterdeck.ui.history import changes_of
from quarterdeck.ui.panels import Panel, provide

MAILS_SHOWN = 20


class AttachForm(forms.Form):
    """On which ticket a mail belongs."""

    ticket = forms.CharField(label="Number of the ticket", max_length=64)


class DiscardForm(forms.Form):
    """Why nothing is to be done."""

    reason = forms.CharField(label="Why nothing is to be done", max_length=500)


@require_safe
def show_mail(request: HttpRequest, key: int) -> HttpResponse:
    """Show one mail: what it says, what became of it, and what may be decided."""
    return _page(request, key, {}, 200)


def _page(
    request: HttpRequest, key: int, refused: dict[str, forms.Form], status: int
) -> HttpResponse:
    user = account_of(request)
    mail: IncomingMail = find_visible(incoming_mail, key, user)
    context = {
        "mail": mail,
        "tone": INCOMING_BADGES[IncomingState(mail.state)].tone,
        "facts": facts_of(incoming_mail, mail, user),
        "original": mail.original,
        "may_decide": rules.may_decide_on_mail(user) and rules.can_decide_on_mail(mail),
        "attach": refused.get("attach") or AttachForm(auto_id="attach-%s"),
        "discard": refused.get("discard") or DiscardForm(auto_id="discard-%s"),
        "refused": refused,
        "changes": changes_of(mail, user),
        "breadcrumbs": breadcrumbs(incoming_mail, str(mail)),
    }
    return render(request, "desk/mail.html", context, status=status)


@require_POST
def decide(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Do what a person has decided; what was typed stays on the page if it is refused."""
    user = account_of(request)
    mail: IncomingMail = find_visible(incoming_mail, key, user)
    act = incoming_mail.act_named(name)
    if act is None or not act.may(user, mail):
        raise Http404
    form = _FORMS[name](request.POST, auto_id=f"{name}-%s")
    if not form.is_valid():
        return _page(request, key, {name: form}, 422)
    told = request.POST.get("version", "")
    version = int(told) if told.isascii() and told.isdigit() else 0
    try:
        words = _words(form, user)
        decided = act.run(mail=mail, version=version, actor=user, at=clock.now(), **words)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, key, {name: form}, 422)
    if decided.ticket is not None:
        messages.success(request, f"The mail is on {decided.ticket.number} now.")
        return redirect(tickets.detail_address, decided.ticket.pk)
    messages.success(request, "Discarded. Its original stays.")
    return redirect(f"{reverse(incoming_mail.list_address)}?view=not_understood")


def _words(form: forms.Form, user: Account) -> dict[str, Any]:
    """Return what was typed; a ticket is named by its number."""
    words = dict(form.cleaned_data)
    if "ticket" not in words:
        return words
    number = words["ticket"].strip()
    ticket = Ticket.objects.visible_to(user).filter(number__iexact=number).first()
    if ticket is None:
        raise Refused(f"There is no ticket “{number}” that you may see.")
    return {"ticket": ticket}


_FORMS: dict[str, type[forms.Form]] = {
    "open": forms.Form,
    "attach": AttachForm,
    "discard": DiscardForm,
}


@require_safe
def original(request: HttpRequest, key: int) -> HttpResponse:
    """Hand a mail over byte for byte, as plain text that no browser takes for anything else."""
    mail: IncomingMail = find_visible(incoming_mail, key, request.user)
    try:
        content = originals.original(mail.original.stored_name)
    except FileNotFoundError as problem:
        raise Http404 from problem
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{mail.pk}.txt"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def read_now(request: HttpRequest, key: int) -> HttpResponse:
    """Have a mailbox read at once, instead of within a minute."""
    user = account_of(request)
    mailbox: Mailbox = find_visible(mailboxes, key, user)
    if not may_change_settings(user) or not Mailbox.objects.fetched().filter(pk=key).exists():
        raise Http404
    read_mailbox_now(mailbox=mailbox, actor=user, at=clock.now())
    messages.success(request, "A worker reads the mailbox now; look again in a moment.")
    return redirect(mailboxes.detail_address, key)


def standing_panel(record: Record, row: Any, user: User) -> Panel | None:
    """Return how the reading of a mailbox stands, for the page of the mailbox."""
    if record is not mailboxes:
        return None
    is_fetched = bool(row.host) and row.is_active
    shown = {
        "mailbox": row,
        "is_fetched": is_fetched,
        "standing": MailboxStanding.objects.filter(mailbox=row).first(),
        "secrets": secrets_of(row),
        "may_read": is_fetched and isinstance(user, Account) and may_change_settings(user),
    }
    return Panel("desk/mailbox_standing.html", shown)


def mails_panel(record: Record, row: Any, user: User) -> Panel | None:
    """Return the newest mails that came in for a ticket, also those that were stopped."""
    if record is not tickets:
        return None
    came = IncomingMail.objects.visible_to(user).filter(ticket=row)
    mails = list(came.order_by("-received_at", "-pk")[:MAILS_SHOWN])
    return Panel("desk/ticket_mails.html", {"mails": mails}) if mails else None


provide(standing_panel)
provide(mails_panel)
