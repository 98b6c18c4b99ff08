"""What canned replies may say, and what they say of one ticket."""

from collections.abc import Mapping

from django.db.models import Q

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.desk.models import CannedReply, Ticket
from quarterdeck.desk.models.kept import KeptQuerySet
from quarterdeck.kernels.placeholders import filled

# What a text may name, and what that is; there is nothing else.
PLACEHOLDERS: Mapping[str, str] = {
    "requester": "the requester's name",
    "first name": "the requester's first name",
    "number": "the ticket's number",
    "title": "its title",
    "service": "its service",
    "category": "its category",
    "team": "its team",
    "assignee": "who works on it",
    "me": "your own name",
}
MOST_OFFERED = 12


def values_for(ticket: Ticket, writer: Account) -> dict[str, str]:
    """Return what each placeholder stands for on a ticket, for whoever writes."""
    requester = ticket.requester.name if ticket.requester else ticket.requester_name
    return {
        "requester": requester,
        "first name": requester.split(" ")[0],
        "number": ticket.number,
        "title": ticket.title,
        "service": str(ticket.service) if ticket.service else ticket.service_name,
        "category": ticket.category,
        "team": str(ticket.team) if ticket.team else "",
        "assignee": ticket.assignee_name,
        "me": writer.person.name if writer.person else str(writer),
    }


def written_for(reply: CannedReply, ticket: Ticket, writer: Account) -> str:
    """Return what a canned reply says on a ticket."""
    return filled(reply.text, values_for(ticket, writer))


def replies_on_offer(user: User, sought: str = "") -> KeptQuerySet[CannedReply]:
    """Return the canned replies in which all these words stand, of those that the reader finds."""
    found = CannedReply.objects.visible_to(user).in_use()
    for word in sought.split():
        found = found.filter(Q(name__icontains=word) | Q(text__icontains=word))
    return found.order_by("name", "pk")[:MOST_OFFERED]
