"""What the desk writes by mail about a ticket: to whom, and in which thread."""

from dataclasses import asdict, dataclass, field
from operator import itemgetter
from typing import Any

from quarterdeck.core.models import Person
from quarterdeck.desk.models import IncomingMail, Ticket, TicketMessage
from quarterdeck.desk.queries.mailboxes import answering_mailbox
from quarterdeck.desk.queries.reply_signatures import signature_of
from quarterdeck.desk.vocabulary import IncomingState, ReplyBy
from quarterdeck.kernels.mail.addresses import reply_address
from quarterdeck.kernels.mail.subjects import tag_of


@dataclass(frozen=True)
class Letter:
    """A mail about one ticket that is ready to be queued."""

    recipient: str
    subject: str
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, Any]:
        """What the verb that queues a mail is told."""
        return asdict(self)


def letter_to(person: Person | None, ticket: Ticket, text: str) -> Letter | None:
    """Return a mail to a person about a ticket, or None where nobody could receive it.

    It stands in one thread with what was sent and received about the ticket before, and its answer
    comes back to a mailbox with a signature.
    """
    if person is None or not person.email:
        return None
    headers = {"X-Quarterdeck-Ticket": ticket.number}
    known = _thread_before(ticket)
    if known:
        # The first and the last keep the header short; RFC 5322 lets the middle be left out.
        references = dict.fromkeys((known[0], known[-1]))
        headers |= {"In-Reply-To": known[-1], "References": " ".join(references)}
    mailbox, signature = answering_mailbox(ticket), signature_of(ticket.pk)
    address = reply_address(mailbox.address, ticket.pk, signature) if mailbox else ""
    is_in_subject = mailbox is not None and mailbox.reply_by == ReplyBy.SUBJECT
    if mailbox is not None:
        headers["Reply-To"] = mailbox.address if is_in_subject or not address else address
    tag = tag_of(ticket.number, signature if is_in_subject else "")
    subject = f"{tag} {ticket.title or ticket.get_kind_display()}"
    return Letter(person.email, subject, text, headers)


def _thread_before(ticket: Ticket) -> list[str]:
    """Return the keys of the mails on a ticket, sent and received, the oldest first."""
    sent = TicketMessage.objects.filter(ticket=ticket, mail__isnull=False)
    came = IncomingMail.objects.filter(ticket=ticket, state=IncomingState.ON_TICKET)
    known = [
        *sent.order_by("pk").values_list("at", "mail__message_id"),
        *came.exclude(message_id="").order_by("pk").values_list("received_at", "message_id"),
    ]
    # Of what happened in one moment, the order in which it was kept stays.
    return [key for _, key in sorted(known, key=itemgetter(0))]


def assignment_text(ticket: Ticket, by: str) -> str:
    """Tell somebody that a ticket is theirs now."""
    priority = f"Priority {ticket.priority}" if ticket.priority else "No priority"
    facts = [f"{ticket.number} {ticket.title}", priority]
    if ticket.service is not None:
        facts.append(f"Service: {ticket.service}")
    if ticket.requester is not None:
        facts.append(f"Requester: {ticket.requester}")
    return "\n".join([f"{by} has assigned a ticket to you.", "", *facts, "", ticket.description])


def confirmation_text(ticket: Ticket) -> str:
    """Tell the requester under which number a report was written down, and what was understood."""
    lines = (
        f"Your report is written down as {ticket.number}:",
        "",
        ticket.title,
        ticket.description,
        "",
        "Answer to this mail, or name the number, if something is missing or wrong.",
    )
    return "\n".join(lines).replace("\n\n\n", "\n\n")


def resolution_text(ticket: Ticket) -> str:
    """Tell the requester how a ticket was resolved."""
    lines = (
        f"Your ticket {ticket.number} has been resolved:",
        "",
        ticket.resolution,
        "",
        "If it was not, answer, and it will be reopened.",
    )
    return "\n".join(lines)


def merged_text(ticket: Ticket) -> str:
    """Tell a requester that their report is worked on together with another one."""
    lines = (
        f"Your report {ticket.number} is about something that was reported already:",
        "",
        ticket.title,
        "",
        "Both are worked on together. You are told when it is done; what you answer to this mail",
        "reaches those who work on it.",
    )
    return "\n".join(lines)


def merged_resolution_text(ticket: Ticket, counting: Ticket) -> str:
    """Tell a requester how the ticket was resolved that theirs was merged into."""
    lines = (
        f"What you reported as {ticket.number} has been resolved:",
        "",
        counting.resolution,
        "",
        "If it was not, answer to this mail.",
    )
    return "\n".join(lines)
