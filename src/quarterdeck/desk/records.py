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
    3: Badge(Tone.PLAIN, "P3"),
    4: Badge(Tone.PLAIN, "P4"),
    5: Badge(Tone.PLAIN, "P5"),
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
    titles={
        "assignee_name": "Assignee",
        "opened_at": "Opened",
        "opened_from": "Opening time is",
        "first_fix_at": "First fix",
        "last_fix_at": "Last fix",
        "ended_at": "Ended",
        "changed_at": "Last change",
        "reopen_count": "Reopened",
        "requester_name": "Requester, as recorded",
        "contact_channel": "Reported by",
        "external_id": "Id at the source",
        "batch": "Import batch",
        "recorded_sla_kept": "SLA kept",
        "recorded_due_at": "Due",
        "recorded_reopen_count": "Reopened",
        "recorded_reassignment_count": "Reassigned",
    },
    badges={"state": STATE_BADGES, "priority": PRIORITY_BADGES},
    views=(View("Open", "open"),),
    icon="ticket",
    section="Desk",
    empty="Import the log of the tool that your desk uses today, and its tickets appear here.",
)

register(tickets)
navigation.register(navigation.Entry("Desk", "Tickets", tickets.list_address, tickets.icon))
