"""How tickets are listed, filtered, searched and shown."""

from quarterdeck.core.records import Badge, Record, Tone, View, register
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.vocabulary import TicketState
from quarterdeck.ui import navigation

STATE_BADGES = {
    TicketState.NEW: Badge(Tone.INFO),
    TicketState.ASSIGNED: Badge(Tone.INFO),
    TicketState.IN_PROGRESS: Badge(Tone.ACTIVE),
    TicketState.ON_HOLD: Badge(Tone.WARNING),
    TicketState.RESOLVED: Badge(Tone.GOOD),
    TicketState.CLOSED: Badge(Tone.NEUTRAL),
    TicketState.CANCELLED: Badge(Tone.NEUTRAL),
    TicketState.UNKNOWN: Badge(Tone.BAD),
}
PRIORITY_BADGES = {
    1: Badge(Tone.BAD, "P1"),
    2: Badge(Tone.WARNING, "P2"),
    3: Badge(Tone.NEUTRAL, "P3"),
    4: Badge(Tone.NEUTRAL, "P4"),
    5: Badge(Tone.NEUTRAL, "P5"),
}

tickets = Record(
    Ticket,
    columns=(
        "number",
        "title",
        "state",
        "priority",
        "kind",
        "service",
        "team",
        "assignee_name",
        "opened_at",
        "last_fix_at",
    ),
    filters=("state", "priority", "kind", "team", "service", "opened_at"),
    search=("number",),
    order=("-opened_at", "-id"),
    external_id="external_id",
    badges={"state": STATE_BADGES, "priority": PRIORITY_BADGES},
    views=(View("Open", "open"),),
    icon="ticket",
    section="Desk",
    empty="Import the log of the tool that your desk uses today, and its tickets appear here.",
)

register(tickets)
navigation.register(navigation.Entry("Desk", "Tickets", tickets.list_address, tickets.icon))
