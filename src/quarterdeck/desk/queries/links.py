"""What tickets are to one another: linked, parts of one another, merged."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from quarterdeck.core.permission import User
from quarterdeck.desk.models import Ticket, TicketLink
from quarterdeck.desk.vocabulary import OPEN_STATES
from quarterdeck.desk.vocabulary.ticket_life import LINKED_FROM, LinkKind

# Nothing that people make is deeper; the walk ends there whatever the rows say.
_DEEPEST = 50
_CANDIDATES = 12


@dataclass(frozen=True)
class Linked:
    """Another ticket, and what it is to the one that is looked at."""

    link: TicketLink
    words: str
    ticket: Ticket


def links_of(ticket: Ticket, user: User) -> list[Linked]:
    """Return the tickets that one is linked with, as far as the reader may see them."""
    rows = TicketLink.objects.visible_to(user).select_related("ticket", "other").order_by("pk")
    own = [
        Linked(each, str(each.get_kind_display()), each.other)
        for each in rows.filter(ticket=ticket)
    ]
    others = [
        Linked(each, LINKED_FROM[LinkKind(each.kind)], each.ticket)
        for each in rows.filter(other=ticket)
    ]
    return [*own, *others]


def leads_back(ticket: Ticket, kind: LinkKind, other: Ticket) -> bool:
    """Whether a link of this kind would close a ring: from the other one leads a way back."""
    reached, edge = {other.pk}, {other.pk}
    for _ in range(_DEEPEST):
        found = TicketLink.objects.filter(ticket__in=edge, kind=kind)
        edge = set(found.values_list("other_id", flat=True)) - reached
        if not edge:
            break
        reached |= edge
    return ticket.pk in reached


def merged_into(ticket: Ticket) -> list[Ticket]:
    """Return the tickets for which this one counts, those that came by way of others too."""
    found: set[int] = set()
    edge = {ticket.pk}
    for _ in range(_DEEPEST):
        keys = Ticket.objects.filter(merged_into__in=edge).values_list("pk", flat=True)
        edge = set(keys) - found
        if not edge:
            break
        found |= edge
    # Few tickets have any, and of a wide row Django takes longer to ask than to get none.
    rows = Ticket.objects.filter(pk__in=found).select_related("requester") if found else ()
    return sorted(rows, key=lambda each: (each.opened_at, each.pk))


def stands_for_others(ticket: Ticket) -> bool:
    """Say whether the report of somebody else was merged into a ticket, and waits for its end."""
    return any(each.requester_id != ticket.requester_id for each in merged_into(ticket))


def followed_by(ticket: Ticket, user: User) -> Sequence[Ticket]:
    """Return the tickets that were opened since by an answer to this one, as far as one may see
    them."""
    rows = Ticket.objects.visible_to(user).filter(follows=ticket)
    return list(rows.order_by("opened_at", "pk"))


def counting_for(ticket: Ticket) -> Ticket:
    """Return the ticket that counts for this one: itself, unless it was merged."""
    for _ in range(_DEEPEST):
        if ticket.merged_into is None:
            break
        ticket = ticket.merged_into
    return ticket


def named_ticket(number: str, user: User) -> Ticket | None:
    """Return the one ticket of this number that the reader may see; the desk's own goes first."""
    found = Ticket.objects.visible_to(user).filter(number__iexact=number.strip())
    return found.order_by(F("batch").asc(nulls_first=True), "-opened_at", "-pk").first()


def candidates_for(ticket: Ticket, user: User) -> Sequence[Ticket]:
    """Return open tickets that may be the same: of the same requester or service, the newest."""
    rows = Ticket.objects.visible_to(user).filter(state__in=OPEN_STATES).exclude(pk=ticket.pk)
    newest = rows.select_related("requester", "service").order_by("-opened_at", "-pk")
    own = newest.filter(requester=ticket.requester_id)[:_CANDIDATES] if ticket.requester_id else ()
    of_service = newest.filter(service=ticket.service_id)[:_CANDIDATES] if ticket.service_id else ()
    known = {each.pk: each for each in (*own, *of_service)}
    return list(known.values())[:_CANDIDATES]
