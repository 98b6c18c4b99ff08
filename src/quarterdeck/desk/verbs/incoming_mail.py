"""The acts on mail that came in: keep it as it is, and decide on what could not be understood."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.gateways.mail import originals
from quarterdeck.desk.gateways.mail.reading import ReadMail, Unreadable, read_mail
from quarterdeck.desk.gateways.mail.texts import one_line
from quarterdeck.desk.models import IncomingMail, Mailbox, MailOriginal, Ticket
from quarterdeck.desk.queries.mail_threads import Thread
from quarterdeck.desk.queries.mailboxes import mailbox_for
from quarterdeck.desk.verbs.mailed_tickets import add_mailed_message, open_mailed_ticket
from quarterdeck.desk.vocabulary import Door, IncomingState, ThreadProof

LARGEST_MAIL = 50 * 1024 * 1024
LONGEST_ADDRESS = 254


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """A mail as a door hands it over.

    `full_size` is given where the server holds more than `content`; `sender` is `<>` where the mail
    came without one, and empty where nobody told.
    """

    content: bytes
    door: Door
    mailbox: Mailbox | None = None
    sender: str = ""
    recipients: tuple[str, ...] = ()
    full_size: int = 0


@verb
def receive_mail(
    *,
    delivered: Delivered,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> IncomingMail:
    """Keep a mail byte for byte, and have a worker read it once that is certain.

    The same bytes a second time are the mail that is there. Refused where there are none.
    """
    if not delivered.content.strip():
        raise Refused("There is nothing in this mail, not even a header.")
    digest = originals.digest_of(delivered.content)
    if (known := _known(digest)) is not None:
        return known
    name = originals.keep(delivered.content)
    try:
        with transaction.atomic():
            mail = _stored(delivered, digest, name, at)
    except IntegrityError:
        # Another door was quicker with the same mail.
        if (known := _known(digest)) is None:
            raise
        return known
    enqueue("desk.understand_mail", mail_key=mail.pk)
    return mail


def _known(digest: str) -> IncomingMail | None:
    return IncomingMail.objects.filter(original__digest=digest).first()


def _stored(delivered: Delivered, digest: str, name: str, at: datetime) -> IncomingMail:
    mailbox = delivered.mailbox or mailbox_for(delivered.recipients)
    original = MailOriginal.objects.create(
        digest=digest,
        stored_name=name,
        size=len(delivered.content),
        full_size=max(delivered.full_size, len(delivered.content)),
        received_at=at,
        door=delivered.door,
        mailbox=mailbox,
        envelope_sender=one_line(delivered.sender, LONGEST_ADDRESS),
        envelope_recipients=[one_line(each, LONGEST_ADDRESS) for each in delivered.recipients],
    )
    return IncomingMail.objects.create(original=original, received_at=at, mailbox=mailbox)


@verb
def hold_mail(
    *,
    mail: IncomingMail,
    reason: str,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> IncomingMail:
    """Let a person decide on a mail that nobody has read yet, and say what was in the way."""
    present = IncomingMail.objects.select_for_update().get(pk=mail.pk)
    if present.state != IncomingState.WAITING:
        return present
    present.state, present.reason = IncomingState.NOT_UNDERSTOOD, reason.replace("\0", "")
    present.handled_at = at
    present.version += 1
    present.save(update_fields=["state", "reason", "handled_at", "version"])
    return present


@verb
def make_ticket_of_mail(
    *, mail: IncomingMail, version: int, actor: Account, at: datetime
) -> IncomingMail:
    """Open a ticket for a mail that came to none."""
    present = _decidable(mail, version, actor)
    present.ticket = open_mailed_ticket(mail=present, read=_read(present), actor=actor, at=at)
    return _decided(present, IncomingState.ON_TICKET, "", actor, at)


@verb
def attach_mail(
    *, mail: IncomingMail, version: int, ticket: Ticket, actor: Account, at: datetime
) -> IncomingMail:
    """Add a mail to a ticket that the actor works on."""
    present = _decidable(mail, version, actor)
    if not rules.may_work(actor, ticket):
        raise Refused(f"You do not work on {ticket.number}.")
    if not rules.can_write(ticket):
        raise Refused(f"{ticket.number} is cancelled: nobody would read it. Reopen it first.")
    thread = Thread(ticket, ThreadProof.PERSON)
    present.ticket = add_mailed_message(
        mail=present, read=_read(present), thread=thread, actor=actor, at=at
    )
    return _decided(present, IncomingState.ON_TICKET, "", actor, at)


@verb
def discard_mail(
    *, mail: IncomingMail, version: int, reason: str, actor: Account, at: datetime
) -> IncomingMail:
    """Say that nothing is to be done with a mail, and why; its original stays."""
    present = _decidable(mail, version, actor)
    if not reason.strip():
        raise Invalid({"reason": ["Say why nothing is to be done."]})
    return _decided(present, IncomingState.DISCARDED, reason.strip(), actor, at)


def _decidable(mail: IncomingMail, version: int, actor: Account) -> IncomingMail:
    """Return the mail as it stands, locked, if the actor may decide on it and nobody has."""
    rows = IncomingMail.objects.select_for_update(of=("self",)).select_related(
        "original", "mailbox__team"
    )
    present = rows.filter(pk=mail.pk).first()
    if present is None or not IncomingMail.objects.visible_to(actor).filter(pk=mail.pk).exists():
        raise Refused("There is no such mail.")
    if not rules.may_decide_on_mail(actor):
        raise Refused("You may read this mail and decide nothing.")
    if not rules.can_decide_on_mail(present):
        raise Refused(f"This mail needs no decision: {present.get_state_display().lower()}.")
    if present.version != version:
        raise Conflict(present)
    return present


def _read(mail: IncomingMail) -> ReadMail:
    try:
        return read_mail(originals.original(mail.original.stored_name))
    except (Unreadable, FileNotFoundError) as problem:
        raise Refused(f"It cannot be read: {problem} Discard it, or use its original.") from problem


def _decided(
    mail: IncomingMail, state: IncomingState, reason: str, actor: Account, at: datetime
) -> IncomingMail:
    if state == IncomingState.ON_TICKET:
        mail.proof = ThreadProof.PERSON
    mail.state, mail.reason = state, reason
    mail.handled_by, mail.handled_at = actor, at
    mail.version += 1
    mail.save()
    return mail
