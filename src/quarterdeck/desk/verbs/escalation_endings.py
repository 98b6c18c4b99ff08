"""What becomes of a ticket's escalations when the ticket itself has ended."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Escalation, Ticket
from quarterdeck.desk.verbs.escalation_work import EscalationWork
from quarterdeck.desk.vocabulary import (
    EscalationCause,
    EscalationEventKind,
    EscalationState,
    TicketState,
)


@verb
def end_escalations(*, ticket: Ticket, actor: Account, at: datetime) -> None:
    """End the open escalations of a ticket that has ended: what they asked for is done, or needed
    no more.

    Complaints stay, since only their complainants say that they are solved. A resolution is an
    answer, where there was none before.
    """
    is_resolved = ticket.state == TicketState.RESOLVED
    kind = EscalationEventKind.RESOLVED if is_resolved else EscalationEventKind.WITHDRAWN
    state = EscalationState.RESOLVED if is_resolved else EscalationState.WITHDRAWN
    told = f"It ended with its ticket: {ticket.number} is {ticket.get_state_display().lower()}."
    standing = Escalation.objects.open().filter(ticket=ticket)
    for row in standing.exclude(cause=EscalationCause.COMPLAINT).order_by("pk"):
        work = EscalationWork.locked(row, actor, at)
        if is_resolved and row.answered_at is None:
            work.save(answer=told, answered_at=at)
        if is_resolved:
            work.save(resolution=told, resolved_at=at, resolved_by=actor)
        work.save(state=state)
        work.note(kind, told)
