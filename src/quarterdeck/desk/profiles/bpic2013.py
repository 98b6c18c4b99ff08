"""Volvo IT's log of closed problems, one row per change of status.

Format as published for the BPI Challenge 2013 (4TU.ResearchData). The log has no time of report, so
a problem opens with its first event; it has no event ids either, so an event is known by time,
status, sub-status and who acted.
"""

from quarterdeck.core.columns import Choice, Joined, Stamp, Text
from quarterdeck.desk.profiles.ticket_log import Layout, State, TicketLog
from quarterdeck.desk.vocabulary import PauseReason, TicketKind, TicketState

_STATUS = ("concept:name", "lifecycle:transition")
_STATES: dict[tuple[str, ...], State] = {
    ("Queued", "Awaiting Assignment"): (TicketState.NEW, PauseReason.NONE),
    ("Accepted", "Assigned"): (TicketState.ASSIGNED, PauseReason.NONE),
    ("Accepted", "In Progress"): (TicketState.IN_PROGRESS, PauseReason.NONE),
    ("Accepted", "Wait"): (TicketState.ON_HOLD, PauseReason.UNSTATED),
    ("Completed", "Closed"): (TicketState.CLOSED, PauseReason.NONE),
    ("Completed", "Cancelled"): (TicketState.CANCELLED, PauseReason.NONE),
    ("Unmatched", "Unmatched"): (TicketState.UNKNOWN, PauseReason.NONE),
}
_LEVELS = {("Major",): 1, ("High",): 2, ("Medium",): 3, ("Low",): 4}

CLOSED_PROBLEMS = TicketLog(
    key="bpic2013",
    title="BPI Challenge 2013 problem log (one row per change of status)",
    kind=TicketKind.PROBLEM,
    number="case:concept:name",
    layout=Layout(
        event=Joined(("time:timestamp", *_STATUS, "org:resource")),
        occurred=Stamp("time:timestamp", "iso", "2012-03-15T11:53:52+01:00", required=True),
        state=Choice(_STATUS, _STATES, required=True),
        source_state=Joined(_STATUS),
        team=Text("org:group"),
        assignee=Text("org:resource"),
        changed_by=Text("org:resource"),
        category=Text("product"),
        impact=Choice(("impact",), _LEVELS),
    ),
)
