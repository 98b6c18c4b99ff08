"""What ends with a ticket: the approval it waited for, its escalations, and who is told."""

from datetime import datetime

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Ticket, TicketMessage
from quarterdeck.desk.queries.ended_tickets import ended_with_something_left
from quarterdeck.desk.queries.letters import letter_to
from quarterdeck.desk.queries.mail_kinds import RESOLUTION
from quarterdeck.desk.verbs.escalation_endings import end_escalations
from quarterdeck.desk.verbs.ticket_approvals import release_approval
from quarterdeck.desk.verbs.ticket_mail import tell_cancellation, tell_merged_requesters
from quarterdeck.desk.vocabulary import CancelledAs, MessageKind
from quarterdeck.office.verbs.letters import write_letter


@verb
def follow_cancellation(*, ticket: Ticket, reason: str, actor: Account, at: datetime) -> None:
    """Let what hung on a ticket that is cancelled end with it, and tell those who waited for it.

    Whoever cancels their own ticket knows it. Who sent spam is told nothing; those whose reports
    were merged into it were promised to hear of the end, and do.
    """
    release_approval(ticket=ticket, reason=reason, actor=actor, at=at)
    end_escalations(ticket=ticket, actor=actor, at=at)
    is_own = ticket.requester_id is None or ticket.requester_id == actor.person_id
    if not is_own and ticket.cancelled_as != CancelledAs.SPAM:
        tell_cancellation(ticket=ticket, reason=reason, actor=actor, at=at)
    tell_merged_requesters(ticket=ticket, reason=reason, actor=actor, at=at)


@verb
def follow_resolution(*, ticket: Ticket, actor: Account, at: datetime) -> None:
    """Tell those who waited for a ticket how it was resolved, and end its escalations."""
    letter = letter_to(ticket.requester, RESOLUTION, ticket)
    TicketMessage.objects.create(
        ticket=ticket,
        kind=MessageKind.RESOLUTION,
        author=actor,
        at=at,
        text=ticket.resolution,
        mail=write_letter(letter=letter, actor=actor, at=at),
    )
    tell_merged_requesters(ticket=ticket, actor=actor, at=at)
    end_escalations(ticket=ticket, actor=actor, at=at)


@verb
def end_what_was_left(*, ticket: Ticket, actor: Account, at: datetime) -> None:
    """End what still hangs on a ticket that has ended: approval, and escalations but complaints.

    It is what was left by acts that did not end it yet, or were done in another system. A ticket
    on which somebody acts at this moment is left for the next run.
    """
    standing = ended_with_something_left().select_for_update(of=("self",), skip_locked=True)
    present = standing.filter(pk=ticket.pk).first()
    if present is None:
        raise NothingDone(None)
    release_approval(ticket=present, reason="", actor=actor, at=at)
    end_escalations(ticket=present, actor=actor, at=at)
