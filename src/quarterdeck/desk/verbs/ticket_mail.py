"""The acts on the mails of a ticket: the one that tells its number, and those that failed."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.models import Ticket, TicketMessage
from quarterdeck.desk.queries.letters import letter_to
from quarterdeck.desk.queries.links import merged_into
from quarterdeck.desk.queries.mail_kinds import (
    CANCELLATION,
    CONFIRMATION,
    MERGED_CANCELLATION,
    MERGED_RESOLUTION,
    SPLIT,
)
from quarterdeck.desk.vocabulary import CancelledAs, MessageKind, TicketState
from quarterdeck.kernels.mail.automatic import is_read_by_nobody
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.office.verbs.mail import queue_again


@verb
def confirm_opening(
    *, ticket: Ticket, part_of: Ticket | None = None, actor: Account, at: datetime
) -> TicketMessage | None:
    """Mail the number to the requester, whose answers then stay in one thread; of what is a part of
    another report, that it is.

    Whoever opens a ticket for themselves reads the number on the page; a machine whose mailbox is
    read by nobody needs none.
    """
    requester = ticket.requester
    is_own = actor.person_id is not None and actor.person_id == ticket.requester_id
    is_unread = requester is not None and is_read_by_nobody(requester.email)
    if is_own or is_unread:
        return None
    kind, facts = (CONFIRMATION, {}) if part_of is None else (SPLIT, {"whole": part_of.number})
    letter = letter_to(requester, kind, ticket, facts)
    if letter is None:
        return None
    return TicketMessage.objects.create(
        ticket=ticket,
        kind=MessageKind.CONFIRMATION,
        author=actor,
        at=at,
        text=letter.text,
        mail=write_letter(letter=letter, actor=actor, at=at),
    )


@verb
def tell_cancellation(
    *, ticket: Ticket, reason: str = "", actor: Account, at: datetime
) -> TicketMessage:
    """Tell the requester that nothing is done on a ticket any more, and why."""
    why = {"why": ticket.get_cancelled_as_display(), "reason": reason.strip()}
    letter = letter_to(ticket.requester, CANCELLATION, ticket, why)
    return TicketMessage.objects.create(
        ticket=ticket,
        kind=MessageKind.CONFIRMATION,
        author=actor,
        at=at,
        text=f"Closed without work: {_why_not(ticket, reason)}",
        mail=write_letter(letter=letter, actor=actor, at=at),
    )


def _why_not(ticket: Ticket, reason: str) -> str:
    return f"{ticket.get_cancelled_as_display()}.\n\n{reason}".strip()


@verb
def tell_merged_requesters(
    *, ticket: Ticket, reason: str = "", actor: Account, at: datetime
) -> int:
    """Tell those whose reports were merged into a ticket how it ended; how many.

    It was resolved, or cancelled for a `reason`. They read it on their own tickets, and nothing
    else of this one. Whose the ticket is, and who ends it, knows already.
    """
    known = {ticket.requester_id, actor.person_id, None}
    others = [each for each in merged_into(ticket) if each.requester_id not in known]
    for merged in others:
        tell_end(merged=merged, counting=ticket, reason=reason, actor=actor, at=at)
    return len(others)


@verb
def tell_end(
    *, merged: Ticket, counting: Ticket, reason: str = "", actor: Account, at: datetime
) -> TicketMessage:
    """Tell the requester of a merged ticket how the one that counts for it ended."""
    if counting.state == TicketState.CANCELLED:
        kind, told_as = MERGED_CANCELLATION, MessageKind.CONFIRMATION
        # What somebody else sent was spam is for the desk alone.
        is_spam = counting.cancelled_as == CancelledAs.SPAM
        outcome = "There was nothing to do for it." if is_spam else _why_not(counting, reason)
    else:
        kind, told_as = MERGED_RESOLUTION, MessageKind.RESOLUTION
        outcome = counting.resolution or "What was done is not written down."
    letter = letter_to(merged.requester, kind, merged, {"outcome": outcome})
    return TicketMessage.objects.create(
        ticket=merged,
        kind=told_as,
        author=actor,
        at=at,
        text=outcome,
        mail=write_letter(letter=letter, actor=actor, at=at),
    )


@verb
def send_message_again(*, message: TicketMessage, actor: Account, at: datetime) -> OutgoingMail:
    """Queue the failed mail of a message anew, for the address that its reader has by now."""
    ticket = message.ticket
    if not rules.may_work(actor, ticket):
        raise Refused(f"You may not send mails of {ticket.number} again.")
    if message.mail is None:
        raise Refused("Nobody was written to: there is nothing to send again.")
    return queue_again(mail=message.mail, recipient=_address_of(message), actor=actor, at=at)


def _address_of(message: TicketMessage) -> str:
    """What the requester wrote goes to the assignee, all else to the requester."""
    ticket, mail = message.ticket, message.mail
    # Whoever writes by mail without an account writes through the worker.
    is_mailed = message.incoming_id is not None and message.author.is_builtin
    is_asked = is_mailed or rules.is_requester(message.author, ticket)
    reader = ticket.assignee if is_asked else ticket.requester
    known = "" if mail is None else mail.recipient
    return reader.email if reader is not None and reader.email else known
