"""Freshservice tickets by their dates: a table of tickets whose columns are known beforehand.

The columns are the fields of a ticket in the REST interface, version 2, with `include=stats` and
`include=requester`; states and levels are its numbers. Names of group and agent stand in the place
of their keys. docs/imports.md says how the file is written. The heads of the file that Freshservice
exports by itself are chosen there and documented nowhere: such a file is mapped by its heads.
"""

from quarterdeck.core.date_forms import ISO
from quarterdeck.core.mapping import ColumnMapping
from quarterdeck.desk.profiles.known_tables import KnownTable
from quarterdeck.desk.vocabulary import TicketKind, TicketState

_STATES = {
    "2": TicketState.IN_PROGRESS.value,
    "3": TicketState.ON_HOLD.value,
    "4": TicketState.RESOLVED.value,
    "5": TicketState.CLOSED.value,
    "Open": TicketState.IN_PROGRESS.value,
    "Pending": TicketState.ON_HOLD.value,
    "Resolved": TicketState.RESOLVED.value,
    "Closed": TicketState.CLOSED.value,
}
_PRIORITIES = {"1": "4", "2": "3", "3": "2", "4": "1"} | {
    "Low": "4",
    "Medium": "3",
    "High": "2",
    "Urgent": "1",
}
_LEVELS = {"1": "3", "2": "2", "3": "1"}
_KINDS = {
    "Incident": TicketKind.INCIDENT.value,
    "Major Incident": TicketKind.INCIDENT.value,
    "Service Request": TicketKind.REQUEST.value,
}
_DATES = ("opened_at", "resolved_at", "closed_at", "due_at")

FRESHSERVICE_TICKETS = KnownTable(
    "freshservice-tickets",
    "Freshservice tickets (one row per ticket)",
    ColumnMapping(
        columns={
            "number": "id",
            "opened_at": "created_at",
            "resolved_at": "resolved_at",
            "closed_at": "closed_at",
            "due_at": "due_by",
            "title": "subject",
            "details": "description_text",
            "state": "status",
            "priority": "priority",
            "impact": "impact",
            "urgency": "urgency",
            "kind": "type",
            "category": "category",
            "team": "group",
            "assignee": "agent",
            "requester": "requester",
        },
        forms=dict.fromkeys(_DATES, ISO),
        words={
            "state": _STATES,
            "priority": _PRIORITIES,
            "impact": _LEVELS,
            "urgency": _LEVELS,
            "kind": _KINDS,
        },
        options={"kind": TicketKind.INCIDENT.value},
    ),
)
