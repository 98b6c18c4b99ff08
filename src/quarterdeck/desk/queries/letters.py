"""What the desk writes by mail about a ticket: to whom, and in which thread."""

from dataclasses import asdict, dataclass, field
from typing import Any

from quarterdeck.core.models import Person
from quarterdeck.desk.models import Ticket, TicketMessage


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

    It stands in one thread with what was sent about the ticket before.
    """
    if person is None or not person.email:
        return None
    sent = TicketMessage.objects.filter(ticket=ticket, mail__isnull=False).order_by("at", "pk")
    known = [key for key in sent.values_list("mail__message_id", flat=True) if key]
    headers = {"X-Quarterdeck-Ticket": ticket.number}
    if known:
        # The first and the last keep the header short; RFC 5322 lets the middle be left out.
        references = dict.fromkeys((known[0], known[-1]))
        headers |= {"In-Reply-To": known[-1], "References": " ".join(references)}
    subject = f"[{ticket.number}] {ticket.title or ticket.get_kind_display()}"
    return Letter(person.email, subject, text, headers)


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
