"""How mailboxes and the mail that came in are listed and shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Badge, Record, Tone, View
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import IncomingMail, Mailbox
from quarterdeck.desk.rules import may_decide_on_mail
from quarterdeck.desk.verbs.incoming_mail import attach_mail, discard_mail, make_ticket_of_mail
from quarterdeck.desk.vocabulary import IncomingState
from quarterdeck.office.rules import may_change_settings

_MOST_WAITING = 50

INCOMING_BADGES = {
    IncomingState.WAITING: Badge(Tone.ACTIVE),
    IncomingState.ON_TICKET: Badge(Tone.GOOD),
    IncomingState.NOT_UNDERSTOOD: Badge(Tone.WARNING),
    IncomingState.STOPPED: Badge(Tone.NEUTRAL),
    IncomingState.REPEATED: Badge(Tone.NEUTRAL),
    IncomingState.DISCARDED: Badge(Tone.NEUTRAL),
}


def _may_decide(user: User, _mail: IncomingMail) -> bool:
    return may_decide_on_mail(user)


_DISCARDED: Mapping[str, Any] = {
    "says": {"reason": "Why nothing is to be done."},
    "longest": {"reason": 500},
}
incoming_mail = Record(
    IncomingMail,
    columns=("received_at", "subject", "sender", "state", "reason", "ticket"),
    filters=("state", "mailbox", "received_at"),
    search=("sender", "subject"),
    details=(
        "state",
        "sender",
        "sender_name",
        "mailbox",
        "received_at",
        "sent_at",
        "ticket",
        "proof",
        "sender_proof",
        "handled_by",
        "handled_at",
    ),
    order=("-received_at", "-id"),
    titles={
        "sender": "From",
        "sender_name": "Name that it gives",
        "sent_at": "Dated",
        "received_at": "Came in",
        "proof": "Belongs there by",
        "sender_proof": "What our mail server says of the sender",
        "handled_by": "Decided by",
        "handled_at": "Settled",
        "reason": "Why",
        "text": "What it says",
        "message_id": "Message-ID",
    },
    badges={"state": INCOMING_BADGES},
    views=(View("Not understood", "not_understood"), View("Waiting", "waiting")),
    acts=(
        RecordAct("open", "Make a ticket of it", make_ticket_of_mail, _may_decide),
        RecordAct("attach", "Add to a ticket", attach_mail, _may_decide),
        RecordAct("discard", "Discard", discard_mail, _may_decide, **_DISCARDED),
    ),
    icon="mail",
    section="Desk",
    empty="What people write to a mailbox of the desk appears here, once one is set up.",
)


def reads_mail(user: User) -> bool:
    """Whether this account finds mail that came in."""
    return may_decide_on_mail(user) or holds(user, Role.AUDITOR)


def may_keep_mailboxes(user: User) -> bool:
    """Whether this account may set mailboxes up."""
    return isinstance(user, Account) and may_change_settings(user)


def _may_change_mailbox(user: User, _row: Mailbox) -> bool:
    return may_keep_mailboxes(user)


def read_mailbox_now(*, mailbox: Mailbox, actor: Account, at: datetime) -> None:  # noqa: ARG001 — whoever asks changes nothing; the worker acts
    """Have a mailbox read by a worker at once, instead of within a minute."""
    if not Mailbox.objects.fetched().filter(pk=mailbox.pk).exists():
        raise Refused(f"{mailbox} is not fetched: it names no server, or is not in use.")
    enqueue("desk.read_mailbox", mailbox_key=mailbox.pk)


MAILBOX_FIELDS = (
    "name",
    "address",
    "team",
    "strangers",
    "reply_by",
    "reopen_days",
    "hourly_limit",
    "takes_machines",
    "authserv_id",
    "host",
    "port",
    "security",
    "username",
    "sign_in",
    "token_url",
    "client_id",
    "scope",
    "folder",
    "taken_folder",
    "takes_since",
    "is_active",
)
mailboxes = Record(
    Mailbox,
    columns=("address", "name", "team", "host", "is_active"),
    filters=("team", "is_active"),
    form=MAILBOX_FIELDS,
    details=MAILBOX_FIELDS,
    order=("address",),
    titles={
        "strangers": "Mail of strangers",
        "reply_by": "Answers are known by",
        "reopen_days": "Days for reopening",
        "hourly_limit": "Mails of one sender an hour",
        "takes_machines": "Takes mail of lists and machines",
        "authserv_id": "Name of your mail server (authserv-id)",
        "host": "IMAP server",
        "username": "Signs in as",
        "sign_in": "Signs in how",
        "token_url": "Token endpoint",
        "client_id": "Client",
        "taken_folder": "Moves mail to",
        "takes_since": "Takes mail since",
        "is_active": "In use",
    },
    badges={"is_active": {True: Badge(Tone.GOOD, "In use"), False: Badge(Tone.NEUTRAL, "Not")}},
    may_add=may_keep_mailboxes,
    may_change=_may_change_mailbox,
    acts=(RecordAct("read", "Read now", read_mailbox_now, _may_change_mailbox),),
    icon="mail",
    section="Desk",
    empty="Add the address to which people write for help.",
)


def waiting_mail(account: Account, _at: datetime) -> waiting.Told:
    """Give the mails that were not understood, as one item."""
    if not may_decide_on_mail(account):
        return
    held = IncomingMail.objects.visible_to(account).not_understood()
    oldest = held.order_by("received_at").values_list("received_at", flat=True)[:_MOST_WAITING]
    yield [oldest]
    if found := list(oldest):
        more = " or more" if len(found) == _MOST_WAITING else ""
        yield waiting.WaitingItem(
            title=f"{len(found)}{more} mail{'s' * (len(found) > 1)} not understood",
            address=f"{reverse(incoming_mail.list_address)}?view=not_understood",
            due_at=None,
            consequence=waiting.Consequence.ORDINARY,
            kind="Mail",
            detail=f"The oldest came in on {found[0]:%Y-%m-%d}",
        )
