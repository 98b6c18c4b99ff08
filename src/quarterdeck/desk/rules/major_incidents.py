"""Who may declare a major incident, command it, speak of it, and end it."""

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.desk.models import MajorIncident, Ticket
from quarterdeck.desk.rules import may_work
from quarterdeck.desk.rules.rota import LEADING
from quarterdeck.desk.vocabulary import OPEN_STATES, TicketKind


def may_declare(user: User, ticket: Ticket) -> bool:
    """Whether this account may make a ticket a major incident: whoever leads and reaches it."""
    return holds(user, *LEADING) and may_work(user, ticket)


def can_declare(ticket: Ticket) -> bool:
    """Whether the ticket is an open incident."""
    return ticket.kind == TicketKind.INCIDENT and ticket.state in OPEN_STATES


def may_command(user: User, incident: MajorIncident) -> bool:
    """Whether this account may write on, and end, a major incident.

    Its commander, its communication lead, and whoever could have declared it.
    """
    if not isinstance(user, Account):
        return False
    roles = {incident.commander_id, incident.communication_lead_id} - {None}
    return user.person_id in roles or may_declare(user, incident.ticket)


def may_note(user: User, incident: MajorIncident) -> bool:
    """Whether this account may add to the timeline: also whoever works on the ticket."""
    return may_command(user, incident) or may_work(user, incident.ticket)
