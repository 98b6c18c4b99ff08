"""What requesters see of their own tickets: which are open, and what each waits for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from quarterdeck.core.models import Account
from quarterdeck.core.records import Tone
from quarterdeck.desk.models import ImportedMessage, MessageFile, Ticket, TicketMessage
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.queries.facts import effective_changes, instant
from quarterdeck.desk.queries.imported_messages import messages_told
from quarterdeck.desk.queries.links import counting_for, stands_for_others
from quarterdeck.desk.queries.mailboxes import answering_mailbox
from quarterdeck.desk.rules import waits_for_approval
from quarterdeck.desk.vocabulary import CancelledAs, MessageKind, PauseReason, TicketState
from quarterdeck.office.models import Attachment

# Where no mailbox says how long, a requester may say for two weeks that it was not solved.
USUAL_REOPEN_DAYS = 14
MOST = 50


@dataclass(frozen=True)
class Stand:
    """How a ticket stands, in the words of whoever reported it.

    `is_yours` says that it waits for the requester.
    """

    words: str
    tone: Tone
    is_yours: bool = False


_STANDS = {
    TicketState.NEW: Stand("Received", Tone.INFO),
    TicketState.ASSIGNED: Stand("Somebody has it", Tone.ACTIVE),
    TicketState.IN_PROGRESS: Stand("In progress", Tone.ACTIVE),
    TicketState.UNKNOWN: Stand("Open", Tone.NEUTRAL),
    TicketState.RESOLVED: Stand("Solved: is it?", Tone.GOOD, is_yours=True),
    TicketState.CLOSED: Stand("Closed", Tone.NEUTRAL),
}
_PAUSES = {
    PauseReason.REQUESTER: Stand("Waits for your answer", Tone.WARNING, is_yours=True),
    PauseReason.APPROVAL: Stand("Waits for approval", Tone.ACTIVE),
    PauseReason.VENDOR: Stand("Waits for a supplier", Tone.NEUTRAL),
    PauseReason.CHANGE: Stand("Waits for a planned change", Tone.NEUTRAL),
}
_CANCELLATIONS = {
    CancelledAs.NOT_APPROVED: Stand("Not approved", Tone.BAD),
    CancelledAs.WITHDRAWN: Stand("Withdrawn", Tone.NEUTRAL),
}
_RESTS = Stand("Waits", Tone.NEUTRAL)
_ENDED = Stand("Closed without work", Tone.NEUTRAL)


def stand_of(ticket: Ticket) -> Stand:
    """Return how a ticket stands for its requester."""
    if ticket.state == TicketState.ON_HOLD:
        return _PAUSES.get(PauseReason(ticket.pause_reason), _RESTS)
    if ticket.state == TicketState.CANCELLED and ticket.merged_into_id is not None:
        other = own_counting_for(ticket)
        return Stand(f"Merged into {other.number if other else 'another report'}", Tone.NEUTRAL)
    if ticket.state == TicketState.CANCELLED:
        return _CANCELLATIONS.get(CancelledAs(ticket.cancelled_as), _ENDED)
    return _STANDS[TicketState(ticket.state)]


def own_counting_for(ticket: Ticket) -> Ticket | None:
    """Return the ticket that one was merged into where it is the same requester's; else nobody
    learns which one it is."""
    other = ticket.merged_into
    is_own = other is not None and other.requester_id == ticket.requester_id
    return other if is_own else None


def own_tickets(user: Account) -> TicketQuerySet:
    """Return the tickets that were reported for the account's person, and nobody else's."""
    if user.person_id is None:
        return Ticket.objects.none()
    own = Ticket.objects.standing().filter(requester=user.person_id)
    return own.select_related("service", "merged_into").order_by("-opened_at", "-pk")


def own_followed(ticket: Ticket) -> Ticket | None:
    """Return the ticket that one continues, where it is the same requester's."""
    before = ticket.follows
    is_own = before is not None and before.requester_id == ticket.requester_id
    return before if is_own else None


def own_following(ticket: Ticket, user: Account) -> Ticket | None:
    """Return the last of one's own tickets on which a closed one went on."""
    return own_tickets(user).filter(follows=ticket).first()


def with_stands(tickets: Iterable[Ticket]) -> list[tuple[Ticket, Stand]]:
    """Return tickets with how they stand; those that wait for the requester come first."""
    shown = [(ticket, stand_of(ticket)) for ticket in tickets]
    return sorted(shown, key=lambda each: not each[1].is_yours)


def waits_for_requester(ticket: Ticket) -> bool:
    """Say whether the desk has asked something."""
    return (ticket.state, ticket.pause_reason) == (TicketState.ON_HOLD, PauseReason.REQUESTER)


def waits_for_answer(ticket: Ticket) -> bool:
    """Say whether the last word to or from the requester is a reply of the desk that reaches them.

    What was said before the ticket came into the state in which it is asks nothing now, and so does
    what was followed by talk that its source tells.
    """
    said = TicketMessage.objects.filter(ticket=ticket, kind=MessageKind.PUBLIC)
    last = said.order_by("pk").last()
    if last is None or not said.by_desk().filter(pk=last.pk).exists():
        return False
    told = messages_told([ticket], public_only=True)
    return last.at >= _stands_since(ticket) and not (told and told[-1].at > last.at)


def _stands_since(ticket: Ticket) -> datetime:
    """Return when a ticket came into the state in which it is."""
    since = int(ticket.opened_at.timestamp())
    stood = None
    for _, change in effective_changes([ticket.pk]).get(ticket.pk, ()):
        if (change.state, change.pause_reason) != stood:
            stood, since = (change.state, change.pause_reason), change.occurred
    return instant(since)


def can_be_taken_up(ticket: Ticket, at: datetime) -> bool:
    """Say whether the requester may still say that a resolved ticket is not solved."""
    if ticket.state != TicketState.RESOLVED or ticket.ended_at is None:
        return False
    mailbox = answering_mailbox(ticket)
    days = USUAL_REOPEN_DAYS if mailbox is None else mailbox.reopen_days
    return at - ticket.ended_at <= timedelta(days=days)


def is_heard(ticket: Ticket) -> bool:
    """Say whether what a requester writes reaches somebody: on a merged ticket, those who work on
    the one that counts for it."""
    return counting_for(ticket).ended_at is None


def can_be_withdrawn(ticket: Ticket) -> bool:
    """Say whether a requester may take it back: nobody has begun to work on it, and it does not
    count for what somebody else has reported."""
    waits = ticket.state in {TicketState.NEW, TicketState.ASSIGNED} or waits_for_approval(ticket)
    return (waits or waits_for_requester(ticket)) and not stands_for_others(ticket)


def conversation_of(ticket: Ticket) -> list[TicketMessage | ImportedMessage]:
    """Return what the requester reads, oldest first, also of what the ticket's source told."""
    written = ticket.messages.public().select_related("author__person", "incoming")
    files = MessageFile.objects.filter(message=OuterRef("pk"))
    in_order = written.annotate(has_files=Exists(files)).order_by("at", "pk")
    told = messages_told([ticket], public_only=True)
    shown = in_order.prefetch_related("files__attachment")
    return sorted([*told, *shown], key=attrgetter("at"))


def own_files(ticket: Ticket, user: Account) -> list[Attachment]:
    """Return the files that the requester has added themselves and that go with no message."""
    files = Attachment.objects.about(ticket).filter(by=user).exclude(pk__in=_told(user))
    return list(files.order_by("at", "pk"))


def file_for(user: Account, key: int) -> Attachment | None:
    """Return a file of one's own ticket: one's own, or one that goes with what is public there."""
    files = Attachment.objects.filter(pk=key, record=Ticket._meta.label_lower)
    file = files.filter(Q(by=user) | Q(pk__in=_told(user))).first()
    if file is None or not own_tickets(user).filter(pk=file.row).exists():
        return None
    return file


def _told(user: Account) -> QuerySet[Any]:
    """Return the keys of the files that go with what is public on one's own tickets."""
    public = TicketMessage.objects.public().filter(ticket__in=own_tickets(user).order_by())
    return MessageFile.objects.filter(message__in=public).values("attachment")
