"""The logs of other help desks, one row per change of state: a mapping for each, and nothing else.

None of these tools writes such a file by itself; docs/imports.md gives the statement or the request
that does. All of them keep the states that a ticket went through, so that times are rebuilt from
its history. Times are in ISO 8601; one without a zone is in the zone that the import names.
"""

from quarterdeck.core.columns import Choice, Joined, Stamp, Text
from quarterdeck.desk.profiles.known_logs import KnownLog
from quarterdeck.desk.profiles.ticket_log import Layout, State, TicketLog
from quarterdeck.desk.profiles.told_texts import LONGEST_TEXT
from quarterdeck.desk.vocabulary import PauseReason, TicketKind, TicketState

_EXAMPLE = "2026-03-29T08:15:00Z"
_NEW: State = (TicketState.NEW, PauseReason.NONE)
_ASSIGNED: State = (TicketState.ASSIGNED, PauseReason.NONE)
_WORKED_ON: State = (TicketState.IN_PROGRESS, PauseReason.NONE)
_RESOLVED: State = (TicketState.RESOLVED, PauseReason.NONE)
_CLOSED: State = (TicketState.CLOSED, PauseReason.NONE)
_CANCELLED: State = (TicketState.CANCELLED, PauseReason.NONE)
_PAUSED: State = (TicketState.ON_HOLD, PauseReason.UNSTATED)
_WAITS_FOR_REQUESTER: State = (TicketState.ON_HOLD, PauseReason.REQUESTER)


def _layout(states: dict[str, State], priorities: dict[str, int]) -> Layout:
    """Return where the columns stand that all of these files have."""
    return Layout(
        event=Joined(("event",)),
        occurred=Stamp("at", "iso", _EXAMPLE, required=True),
        state=Choice(("state",), {(word,): state for word, state in states.items()}, required=True),
        source_state=Joined(("state",)),
        priority=Choice(("priority",), {(word,): level for word, level in priorities.items()}),
        team=Text("team"),
        assignee=Text("assignee"),
        changed_by=Text("by"),
        opened=Stamp("opened", "iso", _EXAMPLE, required=True),
        title=Text("title", longest=300),
        requester=Text("requester"),
        category=Text("category"),
        description=Text("description", longest=LONGEST_TEXT),
    )


# The states and priorities of a new installation: db/seeds/ticket_states.rb and
# db/seeds/ticket_priorities.rb of zammad/zammad; changes are rows of `histories` with the attribute
# `state` (app/models/history.rb). What pends a reminder waits for whom is not told; *pending close*
# waits for its own time. A merged ticket goes on as another one.
ZAMMAD_HISTORY = KnownLog(
    TicketLog(
        key="zammad-history",
        title="Zammad tickets (one row per change of state)",
        kind=TicketKind.INCIDENT,
        number="number",
        layout=_layout(
            {
                "new": _NEW,
                "open": _WORKED_ON,
                "pending reminder": _PAUSED,
                "pending close": _PAUSED,
                "closed": _CLOSED,
                "merged": _CANCELLED,
                "removed": _CANCELLED,
            },
            {"1 low": 4, "2 normal": 3, "3 high": 2},
        ),
    )
)

# The six states are fixed numbers in CommonITILObject of glpi-project/glpi, and so are the six
# levels of priority; changes are rows of `glpi_logs` for the search option 12 of a ticket.
GLPI_LOG = KnownLog(
    TicketLog(
        key="glpi-log",
        title="GLPI tickets (one row per change of status)",
        kind=TicketKind.INCIDENT,
        number="number",
        layout=_layout(
            {
                "1": _NEW,
                "2": _ASSIGNED,
                "3": (TicketState.IN_PROGRESS, PauseReason.NONE),
                "4": _PAUSED,
                "5": _RESOLVED,
                "6": _CLOSED,
            },
            {"6": 1, "5": 2, "4": 2, "3": 3, "2": 4, "1": 5},
        ),
    )
)

# The numbers of the states in Ticket and FollowUp.new_status, helpdesk/models.py and
# helpdesk/settings.py of django-helpdesk/django-helpdesk. A flag *on hold* has no history there,
# so that no pause is known. A duplicate was no work of its own.
DJANGO_HELPDESK = KnownLog(
    TicketLog(
        key="django-helpdesk",
        title="django-helpdesk tickets (one row per change of status)",
        kind=TicketKind.INCIDENT,
        number="number",
        layout=_layout(
            {
                "1": _NEW,
                "2": _WORKED_ON,
                "3": _RESOLVED,
                "4": _CLOSED,
                "5": _CANCELLED,
            },
            {str(level): level for level in range(1, 6)},
        ),
    )
)

# The statuses that the workflows of Jira and Jira Service Management begin with; the log is the
# `changelog` of an issue in the REST interface, of its field *status*. What another
# workflow calls its statuses is asked.
JIRA_CHANGELOG = KnownLog(
    TicketLog(
        key="jira-changelog",
        title="Jira issues (one row per change of status)",
        kind=TicketKind.REQUEST,
        number="number",
        layout=_layout(
            {
                "Open": _NEW,
                "To Do": _NEW,
                "Waiting for support": _NEW,
                "In Progress": _WORKED_ON,
                "Work in progress": _WORKED_ON,
                "Reopened": _WORKED_ON,
                "Escalated": _WORKED_ON,
                "Pending": _PAUSED,
                "Waiting for approval": _PAUSED,
                "Waiting for customer": _WAITS_FOR_REQUESTER,
                "Resolved": _RESOLVED,
                "Done": _RESOLVED,
                "Closed": _CLOSED,
                "Canceled": _CANCELLED,
            },
            {"Highest": 1, "High": 2, "Medium": 3, "Low": 4, "Lowest": 5},
        ),
    )
)

HELPDESKS = (ZAMMAD_HISTORY, GLPI_LOG, DJANGO_HELPDESK, JIRA_CHANGELOG)
