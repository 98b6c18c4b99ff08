"""Understanding a mail: a ticket, a message on one, a stop with its reason, or a person's turn.

It runs in a worker, in one transaction: either all that a mail brings is there, or nothing.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.desk.gateways.mail import originals
from quarterdeck.desk.gateways.mail.reading import ReadMail, Unreadable, read_mail
from quarterdeck.desk.models import IncomingMail, Mailbox, Ticket
from quarterdeck.desk.queries.mail_threads import Thread, person_of, thread_of, ticket_of
from quarterdeck.desk.queries.mailboxes import mailbox_for, own_addresses
from quarterdeck.desk.verbs.mailed_tickets import add_mailed_message, open_mailed_ticket
from quarterdeck.desk.vocabulary import CancelledAs, IncomingState, Strangers
from quarterdeck.kernels.mail.addresses import without_tag
from quarterdeck.kernels.mail.authentication import authenticity_of
from quarterdeck.kernels.mail.automatic import ALWAYS_STOPPED, Machine, machine_behind
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.verbs.mail import note_bounced

_HOUR = timedelta(hours=1)


@dataclass
class _Case:
    """One mail under examination: what stands of it, what it says, and its thread."""

    mail: IncomingMail
    read: ReadMail
    thread: Thread
    actor: Account
    at: datetime


_Look = Callable[[_Case], str]


@verb
def understand_mail(*, mail: IncomingMail, actor: Account, at: datetime) -> IncomingMail:
    """Read a mail that waits, and do what it asks for; one that was read already stays as it is."""
    rows = IncomingMail.objects.select_for_update(of=("self",))
    present = rows.select_related("original", "mailbox__team").get(pk=mail.pk)
    if present.state != IncomingState.WAITING:
        return present
    try:
        read = read_mail(originals.original(present.original.stored_name))
    except Unreadable as problem:
        return _ended(present, IncomingState.NOT_UNDERSTOOD, str(problem), at)
    _note_facts(present, read)
    if present.mailbox is not None:
        # Mails of one mailbox are understood one after the other, as their senders expect.
        Mailbox.objects.select_for_update().get(pk=present.mailbox.pk)
    case = _Case(present, read, _thread(present, read), actor, at)
    for state, look in _LOOKS:
        if reason := look(case):
            return _ended(present, state, reason, at)
    return _placed(case)


def _note_facts(mail: IncomingMail, read: ReadMail) -> None:
    """Keep what the mail claims of itself."""
    if mail.mailbox is None:
        mail.mailbox = mailbox_for(read.recipients)
    if read.sender is not None:
        mail.sender, mail.sender_name = read.sender.address, read.sender.name
    told, box = read.headers.get("authentication-results", ()), mail.mailbox
    server = box.authserv_id if box is not None else ""
    mail.sender_proof = authenticity_of(told, server, mail.sender).value
    mail.subject, mail.text = read.subject, read.text
    mail.sent_at, mail.message_id = read.sent_at, read.message_id
    if read.message_id:
        sent = read.sent_at.isoformat() if read.sent_at else ""
        said = " ".join(read.text.split())
        alike = f"{mail.sender}\x1f{read.message_id}\x1f{sent}\x1f{read.subject}\x1f{said}"
        mail.likeness = hashlib.sha256(alike.encode()).hexdigest()


def _thread(mail: IncomingMail, read: ReadMail) -> Thread:
    return thread_of(
        recipients=dict.fromkeys((*mail.original.envelope_recipients, *read.recipients)),
        ours=own_addresses(),
        subject=read.subject,
        references=read.references,
    )


def _is_repeated(case: _Case) -> str:
    """The same mail by another way: a copy to a second mailbox, or with another trace header."""
    mail = case.mail
    if not mail.likeness:
        return ""
    alike = IncomingMail.objects.filter(likeness=mail.likeness).exclude(pk=mail.pk)
    mail.repeats = alike.exclude(state=IncomingState.REPEATED).order_by("pk").first()
    return "It was delivered before." if mail.repeats else ""


def _is_ours(case: _Case) -> str:
    own = own_addresses()
    if case.mail.sender and without_tag(case.mail.sender) in own:
        return "It comes from an address of ours: answering it would be a loop."
    if OutgoingMail.objects.filter(message_id=case.read.message_id or "-").exists():
        return "It is a mail of ours that has come back."
    return ""


def _is_of_a_machine(case: _Case) -> str:
    machine = machine_behind(
        case.read.headers,
        envelope_sender=case.mail.original.envelope_sender,
        sender=case.mail.sender,
        report=case.read.report,
    )
    if machine is None:
        return ""
    takes_all = case.mail.mailbox is not None and case.mail.mailbox.takes_machines
    if machine not in ALWAYS_STOPPED and takes_all:
        return ""
    case.mail.ticket = case.thread.ticket
    if machine is Machine.BOUNCE and case.read.bounce is not None:
        return _reported(case)
    return f"{machine}."


def _reported(case: _Case) -> str:
    """Tie a report of delivery to the mail of ours that it is about."""
    bounce = case.read.bounce
    if bounce is None:
        return ""
    about = OutgoingMail.objects.filter(message_id=bounce.message_id or "-").first()
    to = f" to {bounce.recipient}" if bounce.recipient else ""
    if about is None:
        return f"It reports on a mail{to} that is none of ours: {bounce.told}"
    case.mail.reports_on, case.mail.ticket = about, ticket_of(about)
    if not bounce.is_final:
        return f"It reports that our mail{to} is {bounce.action or 'under way'}: {bounce.told}"
    note_bounced(mail=about, reason=bounce.told, actor=case.actor, at=case.at)
    return f"It reports that our mail{to} did not arrive: {bounce.told}"


def _is_cut(case: _Case) -> str:
    original = case.mail.original
    if original.full_size == original.size:
        return ""
    size = original.full_size / 1024**2
    return f"It has {size:,.0f} MB, which is too much; the whole of it is in the mailbox."


def _is_for_nobody(case: _Case) -> str:
    if case.mail.mailbox is not None:
        return ""
    told = ", ".join((*case.mail.original.envelope_recipients, *case.read.recipients)[:5])
    return f"No mailbox here has its address: {told or 'it names none'}."


def _is_from_nobody(case: _Case) -> str:
    try:
        validate_email(case.mail.sender)
    except ValidationError:
        return f"It names no sender to whom one could write: “{case.mail.sender}”."
    return ""


def _is_one_of_too_many(case: _Case) -> str:
    mailbox, since = case.mail.mailbox, case.mail.received_at - _HOUR
    lately = IncomingMail.objects.filter(sender=case.mail.sender, received_at__gt=since)
    count = lately.filter(received_at__lte=case.mail.received_at).count()
    if mailbox is None or count < mailbox.hourly_limit:
        return ""
    return f"{case.mail.sender} has sent {count + 1} mails within an hour; it may be a loop."


def _is_forged(case: _Case) -> str:
    if not case.thread.is_forged:
        return ""
    return "It answers under an address or subject with a signature that is not ours."


def _is_without_words(case: _Case) -> str:
    if case.read.is_encrypted and not case.read.text.strip():
        return "It is encrypted, and can be read with the recipient's key alone."
    return "There is nothing in it: no subject, text or file." if case.read.is_empty else ""


def _is_from_a_stranger(case: _Case) -> str:
    mailbox = case.mail.mailbox
    if case.thread.ticket is not None or mailbox is None or mailbox.strangers == Strangers.OPEN:
        return ""
    known = person_of(case.mail.sender, own_day(case.at)) is not None
    return "" if known else "Its sender is not in the directory."


def _is_answer_to_spam(case: _Case) -> str:
    ticket = case.thread.ticket
    is_spam = ticket is not None and ticket.cancelled_as == CancelledAs.SPAM
    return "It answers a ticket that was marked as spam." if is_spam else ""


# The first that finds something says what becomes of the mail.
_LOOKS: tuple[tuple[IncomingState, _Look], ...] = (
    (IncomingState.REPEATED, _is_repeated),
    (IncomingState.STOPPED, _is_of_a_machine),
    (IncomingState.STOPPED, _is_ours),
    (IncomingState.NOT_UNDERSTOOD, _is_cut),
    (IncomingState.NOT_UNDERSTOOD, _is_from_nobody),
    (IncomingState.NOT_UNDERSTOOD, _is_for_nobody),
    (IncomingState.NOT_UNDERSTOOD, _is_one_of_too_many),
    (IncomingState.NOT_UNDERSTOOD, _is_forged),
    (IncomingState.NOT_UNDERSTOOD, _is_without_words),
    (IncomingState.NOT_UNDERSTOOD, _is_from_a_stranger),
    (IncomingState.NOT_UNDERSTOOD, _is_answer_to_spam),
)


def _placed(case: _Case) -> IncomingMail:
    """Put a mail onto its ticket, or onto a new one; a refusal is a person's turn."""
    # The message that is written refers to the mail, which holds what it claims from here on.
    case.mail.save()
    try:
        with transaction.atomic():
            ticket = _on_ticket(case)
    except Refused as refusal:
        return _ended(case.mail, IncomingState.NOT_UNDERSTOOD, str(refusal), case.at)
    case.mail.ticket, case.mail.proof = ticket, case.thread.proof
    return _ended(case.mail, IncomingState.ON_TICKET, "", case.at)


def _on_ticket(case: _Case) -> Ticket:
    mail, read, thread = case.mail, case.read, case.thread
    if thread.ticket is None:
        return open_mailed_ticket(mail=mail, read=read, actor=case.actor, at=case.at)
    return add_mailed_message(mail=mail, read=read, thread=thread, actor=case.actor, at=case.at)


def _ended(mail: IncomingMail, state: IncomingState, reason: str, at: datetime) -> IncomingMail:
    mail.state, mail.reason, mail.handled_at = state, reason, at
    mail.version += 1
    mail.save()
    return mail
