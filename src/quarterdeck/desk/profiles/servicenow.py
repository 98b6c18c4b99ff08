"""ServiceNow's audit log of incidents, one row per update.

Format as published with the UCI data set “Incident management process enriched event log”: dates
are day/month/year in the instance's zone, `?` is unknown, and the order of the rows is the order of
the log. Where a file does not write its dates so, it tells their form itself, or a person
does where it leaves more than one; dates in ISO 8601, as an instance writes them that was set up to
nothing else, are always read.
States are those of that set and of a new instance (“Life cycle of an Incident” in
ServiceNow's documentation); an instance's own are asked for.
"""

from quarterdeck.core.columns import Choice, Flag, Joined, Stamp, Text, Whole
from quarterdeck.desk.profiles.known_logs import KnownLog
from quarterdeck.desk.profiles.ticket_log import Layout, State, TicketLog
from quarterdeck.desk.profiles.told_texts import LONGEST_TEXT
from quarterdeck.desk.vocabulary import PauseReason, TicketKind, TicketState

_FORM, _EXAMPLE = "%d/%m/%Y %H:%M", "29/2/2016 01:23 (day/month/year hour:minute)"

_STATES: dict[tuple[str, ...], State] = {
    ("New",): (TicketState.NEW, PauseReason.NONE),
    ("Active",): (TicketState.IN_PROGRESS, PauseReason.NONE),
    ("In Progress",): (TicketState.IN_PROGRESS, PauseReason.NONE),
    # Its reason stands in `hold_reason`, which not every log has.
    ("On Hold",): (TicketState.ON_HOLD, PauseReason.UNSTATED),
    ("Awaiting User Info",): (TicketState.ON_HOLD, PauseReason.REQUESTER),
    ("Awaiting Problem",): (TicketState.ON_HOLD, PauseReason.PROBLEM),
    ("Awaiting Vendor",): (TicketState.ON_HOLD, PauseReason.VENDOR),
    ("Awaiting Evidence",): (TicketState.ON_HOLD, PauseReason.EVIDENCE),
    ("Resolved",): (TicketState.RESOLVED, PauseReason.NONE),
    ("Closed",): (TicketState.CLOSED, PauseReason.NONE),
    ("Canceled",): (TicketState.CANCELLED, PauseReason.NONE),
    # The instance exports a state that it has no label for as this number.
    ("-100",): (TicketState.UNKNOWN, PauseReason.NONE),
}
# The *On hold reason* of an incident (“Incident Management state model”), by its label and by the
# number that an instance keeps.
_HOLD_REASONS = {
    ("Awaiting Caller",): PauseReason.REQUESTER,
    ("1",): PauseReason.REQUESTER,
    ("Awaiting Problem",): PauseReason.PROBLEM,
    ("3",): PauseReason.PROBLEM,
    ("Awaiting Vendor",): PauseReason.VENDOR,
    ("4",): PauseReason.VENDOR,
    ("Awaiting Change",): PauseReason.CHANGE,
    ("5",): PauseReason.CHANGE,
    ("Awaiting Evidence",): PauseReason.EVIDENCE,
}
_PRIORITIES = {
    ("1 - Critical",): 1,
    ("2 - High",): 2,
    ("3 - Moderate",): 3,
    ("4 - Low",): 4,
    ("5 - Planning",): 5,
}
_LEVELS = {("1 - High",): 1, ("2 - Medium",): 2, ("3 - Low",): 3}

INCIDENT_EVENTS = KnownLog(
    TicketLog(
        key="servicenow-incident-events",
        title="ServiceNow incident log (one row per update)",
        kind=TicketKind.INCIDENT,
        number="number",
        unknown=frozenset({"", "?"}),
        layout=Layout(
            event=Joined(("sys_mod_count", "sys_updated_at")),
            occurred=Stamp("sys_updated_at", _FORM, _EXAMPLE, required=True, or_iso=True),
            state=Choice(("incident_state",), _STATES, required=True),
            source_state=Joined(("incident_state",)),
            priority=Choice(("priority",), _PRIORITIES),
            team=Text("assignment_group"),
            assignee=Text("assigned_to"),
            changed_by=Text("sys_updated_by"),
            opened=Stamp("opened_at", _FORM, _EXAMPLE, required=True, or_iso=True),
            requester=Text("caller_id"),
            category=Text("category"),
            channel=Text("contact_type", longest=64),
            impact=Choice(("impact",), _LEVELS),
            urgency=Choice(("urgency",), _LEVELS),
            sla_kept=Flag("made_sla"),
            reopen_count=Whole("reopen_count"),
            reassignment_count=Whole("reassignment_count"),
            title=Text("short_description", longest=300),
            description=Text("description", longest=LONGEST_TEXT),
            hold_reason=Choice(("hold_reason",), _HOLD_REASONS),
        ),
        # The published log was stripped of all that people wrote.
        optional=frozenset({"title", "description"}),
    ),
    # An instance and each of its users has a form of dates of their own (“Date and time formats”
    # among ServiceNow's system properties), which an export follows.
    has_own_dates=True,
)
