"""Zammad tickets by their dates: the workbook that its page of reports writes.

The heads are those of lib/excel_sheet/ticket.rb of zammad/zammad, which are not translated; a title
stands above them and the zone of all times below the rows (lib/excel_sheet.rb). Times name no zone
themselves. The states and priorities are those of a new installation, as in `helpdesks`.
"""

from quarterdeck.core.date_forms import ISO
from quarterdeck.core.mapping import ColumnMapping
from quarterdeck.desk.profiles.known_tables import KnownTable
from quarterdeck.desk.vocabulary import TicketKind, TicketState

_STATES = {
    "new": TicketState.NEW.value,
    "open": TicketState.IN_PROGRESS.value,
    "pending reminder": TicketState.ON_HOLD.value,
    "pending close": TicketState.ON_HOLD.value,
    "closed": TicketState.CLOSED.value,
    "merged": TicketState.CANCELLED.value,
    "removed": TicketState.CANCELLED.value,
}
_DATES = ("opened_at", "closed_at", "due_at")

ZAMMAD_REPORT = KnownTable(
    "zammad-report",
    "Zammad report (one row per ticket)",
    ColumnMapping(
        columns={
            "number": "#",
            "opened_at": "Created At",
            "closed_at": "Closed At",
            "due_at": "Close Escalation At",
            "title": "Title",
            "state": "State",
            "priority": "Priority",
            "team": "Group",
            "assignee": "Owner",
            "requester": "Customer",
            "channel": "Create Channel",
        },
        forms=dict.fromkeys(_DATES, ISO),
        words={"state": _STATES, "priority": {"1 low": "4", "2 normal": "3", "3 high": "2"}},
        options={"kind": TicketKind.INCIDENT.value},
    ),
)
