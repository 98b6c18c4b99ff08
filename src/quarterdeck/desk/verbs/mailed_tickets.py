"""What a mail brings to the desk: a new ticket, or a message on one that is there."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import validate_email

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.desk import rules
from quarterdeck.desk.gateways.mail.reading import ReadMail
from quarterdeck.desk.models import IncomingMail, Ticket, TicketMessage
from quarterdeck.desk.queries.letters import letter_to
from quarterdeck.desk.queries.links import counting_for
from quarterdeck.desk.queries.mail_kinds import ANSWERED
from quarterdeck.desk.queries.mail_threads import (
    STRONG,
    Part,
    Thread,
    account_of,
    part_in,
    person_of,
)
from quarterdeck.desk.verbs.clock_projection import ClockProjection
from quarterdeck.desk.verbs.message_files import MessageFiles
from quarterdeck.desk.verbs.rule_news import TicketNews
from quarterdeck.desk.verbs.ticket_messages import note_internally, reply_publicly
from quarterdeck.desk.verbs.tickets import (
    LONGEST_TITLE,
    Report,
    open_ticket,
    reopen_ticket,
    resume_ticket,
)
from quarterdeck.desk.vocabulary import Channel, MessageKind, PauseReason, TicketState
from quarterdeck.desk.vocabulary.ticket_life import RuleTrigger
from quarterdeck.kernels.mail.replies import strip_reply
from quarterdeck.kernels.mail.subjects import plain_subject
from quarterdeck.office.models import Attachment
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.office.verbs.remarks import attach_file

NO_TEXT = "(The mail has no text.)"
_LONGEST_FIRST_LINE = 100
# The directory says where a person was first heard of.
_SOURCE = "mail"


@verb
def open_mailed_ticket(
    *,
    mail: IncomingMail,
    read: ReadMail,
    follows: Ticket | None = None,
    actor: Account,
    at: datetime,
) -> Ticket:
    """Open a ticket for a mail's sender, reported when the mail came in, with its files.

    A sender whom the directory does not know is kept as a person without an account. What follows
    a ticket takes over what was known of it, and quotes none of its mails.
    """
    requester = person_of(mail.sender, own_day(at)) or _kept_sender(mail)
    text = read.text.strip() if follows is None else strip_reply(read.text) or read.text.strip()
    report = Report(
        title=_title(read, mail),
        description=text or NO_TEXT,
        requester=requester,
        requester_name="" if requester else mail.sender_name or mail.sender,
        channel=Channel.MAIL,
        team=mail.mailbox.team if mail.mailbox else None,
        entry_key=f"mail:{mail.original.digest[:48]}",
        reported_at=mail.received_at,
    )
    if follows is not None:
        report = _following(report, follows)
    ticket = open_ticket(report=report, actor=actor, at=at)
    _attach(ticket, read, actor, at)
    return ticket


def _following(report: Report, follows: Ticket) -> Report:
    """Return a report with what was known of the ticket that it follows."""
    return replace(
        report,
        follows=follows,
        kind=follows.kind,
        service=follows.service,
        category=follows.category,
        impact=follows.impact or report.impact,
        urgency=follows.urgency or report.urgency,
        team=report.team or follows.team,
    )


def _title(read: ReadMail, mail: IncomingMail) -> str:
    lines = (line.strip() for line in read.text.splitlines())
    first = next((line for line in lines if line), "")[:_LONGEST_FIRST_LINE]
    named = plain_subject(read.subject) or first or f"Mail from {mail.sender or 'nobody'}"
    return named[:LONGEST_TITLE]


def _kept_sender(mail: IncomingMail) -> Person | None:
    """Add the sender to the directory; nobody where the address is one that we cannot write to."""
    try:
        validate_email(mail.sender)
    except ValidationError:
        return None
    person, _ = Person.objects.get_or_create(
        source=_SOURCE,
        external_id=mail.sender,
        defaults={"name": mail.sender_name or mail.sender, "email": mail.sender},
    )
    return person


def _attach(ticket: Ticket, read: ReadMail, actor: Account, at: datetime) -> list[Attachment]:
    """Add the files of a mail to its ticket, each once, and say what was left out."""
    known = {each.digest: each for each in Attachment.objects.about(ticket)}
    digests = [hashlib.sha256(file.content).hexdigest() for file in read.files]
    for file, digest in zip(read.files, digests, strict=True):
        if digest not in known:
            content = ContentFile(file.content)
            known[digest] = attach_file(
                row=ticket, name=file.name, content=content, actor=actor, at=at
            )
    if read.left_out:
        told = "\n".join(("Not taken over from the mail; its original has it:", *read.left_out))
        note_internally(ticket=ticket, text=told, actor=actor, at=at)
    return [known[digest] for digest in dict.fromkeys(digests)]


@verb
def add_mailed_message(
    *, mail: IncomingMail, read: ReadMail, thread: Thread, actor: Account, at: datetime
) -> Ticket:
    """Add a mail to the ticket that it answers, and return the ticket that it stands on then.

    The requester's words are public, take the ticket up again while that is allowed, and follow it
    with another ticket later. What the desk answers by mail goes to the requester, if nobody can
    have made the thread up. Whoever has no part in the ticket is heard by the desk alone, and so is
    a sender for whom our own mail server does not vouch, unless the thread proves them. The files
    of what is public go with it.
    """
    ticket = thread.ticket
    if ticket is None:
        raise Refused("The mail answers no ticket.")
    person = person_of(mail.sender, own_day(at))
    account = account_of(person)
    part = part_in(ticket, person, account)
    if mail.is_unproven and thread.proof not in STRONG:
        # An address that nobody vouches for is no proof that somebody has a part in the ticket.
        part = Part.STRANGER
    text = strip_reply(read.text) or NO_TEXT
    if part is Part.REQUESTER:
        ticket = _continued(ticket, mail, at)
        if not _can_be_taken_up(counting_for(ticket), mail, at):
            return open_mailed_ticket(mail=mail, read=read, follows=ticket, actor=actor, at=at)
        message = _requesters_message(ticket, mail, text, account or actor, actor, at)
        MessageFiles.link(message, _attach(ticket, read, actor, at))
        # What a merged ticket's requester says takes up the ticket that counts for it.
        taken_up = _taken_up(counting_for(ticket), account, actor, at)
        ticket = ticket if ticket.merged_into_id else taken_up
    elif part is Part.DESK and account is not None and thread.proof in STRONG:
        files = [ContentFile(file.content, file.name) for file in read.files]
        reply_publicly(ticket=ticket, text=text, files=files, incoming=mail, actor=account, at=at)
        _attach(ticket, read, actor, at)
    else:
        told = f"{_named(mail)} has no proven part in this ticket and writes by mail:"
        note = f"{told}\n\n{text}"
        note_internally(ticket=ticket, text=note, incoming=mail, actor=actor, at=at)
        _attach(ticket, read, actor, at)
    return ticket


def _named(mail: IncomingMail) -> str:
    return f"{mail.sender_name} <{mail.sender}>" if mail.sender_name else mail.sender


def _can_be_taken_up(ticket: Ticket, mail: IncomingMail, at: datetime) -> bool:
    """Whether an answer belongs to this ticket still: it is open, or has not long been resolved."""
    if ticket.ended_at is None:
        return True
    days = mail.mailbox.reopen_days if mail.mailbox else 0
    return ticket.state == TicketState.RESOLVED and at - ticket.ended_at <= timedelta(days=days)


def _continued(ticket: Ticket, mail: IncomingMail, at: datetime) -> Ticket:
    """Return the ticket on which an answer goes on: itself, or the last one that followed it."""
    while not _can_be_taken_up(counting_for(ticket), mail, at):
        following = Ticket.objects.standing().filter(follows=ticket).order_by("pk").last()
        if following is None or following.requester_id != ticket.requester_id:
            return ticket
        ticket = following
    return ticket


def _requesters_message(  # noqa: PLR0917 — the sides of one row, called in one place
    ticket: Ticket, mail: IncomingMail, text: str, author: Account, actor: Account, at: datetime
) -> TicketMessage:
    """Write what the requester says, and let whoever works on the ticket know."""
    sent = None
    assignee = counting_for(ticket).assignee
    if assignee is not None and assignee.email.lower() != mail.sender:
        letter = letter_to(assignee, ANSWERED, ticket, {"by": _named(mail), "message": text})
        sent = write_letter(letter=letter, actor=actor, at=at)
    message = TicketMessage.objects.create(
        ticket=ticket,
        kind=MessageKind.PUBLIC,
        text=text,
        author=author,
        at=at,
        mail=sent,
        incoming=mail,
    )
    ClockProjection([ticket], at).follow()
    TicketNews(ticket, RuleTrigger.MESSAGE, at).tell()
    return message


def _taken_up(ticket: Ticket, sender: Account | None, actor: Account, at: datetime) -> Ticket:
    """Go on with what was resolved, or waited for this answer.

    Who answers is who reopens, if they have an account and the ticket is their own: a merged one is
    taken up by whoever reads the mail.
    """
    if ticket.state == TicketState.RESOLVED:
        told = "The requester has answered by mail."
        own = sender if sender is not None and rules.may_reopen(sender, ticket) else actor
        return reopen_ticket(ticket=ticket, version=ticket.version, reason=told, actor=own, at=at)
    if (ticket.state, ticket.pause_reason) == (TicketState.ON_HOLD, PauseReason.REQUESTER):
        return resume_ticket(ticket=ticket, version=ticket.version, actor=actor, at=at)
    return ticket
