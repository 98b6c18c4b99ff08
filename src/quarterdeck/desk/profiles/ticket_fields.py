"""What a table of tickets may hold: our fields, the heads that other systems give them, and what
their words mean."""

from collections.abc import Mapping

from quarterdeck.core.mapping import FieldKind, MappedField, Option
from quarterdeck.desk.profiles.told_texts import LONGEST_TEXT
from quarterdeck.desk.vocabulary import PauseReason, TicketKind, TicketState


def _known(meanings: Mapping[str, str]) -> dict[str, str]:
    """Turn `{meaning: "word, word"}` about."""
    return {
        word.strip(): meaning for meaning, words in meanings.items() for word in words.split(",")
    }


# Why a ticket is on hold: what a word may mean, and what it is called.
HOLD_REASONS = {
    reason.value: str(reason.label) for reason in PauseReason if reason != PauseReason.NONE
}
_ON_HOLD = TicketState.ON_HOLD
# A word may tell for whom a ticket waits; *on hold* alone leaves that open.
_HOLDS = {
    f"{_ON_HOLD}:{reason}": f"{_ON_HOLD.label}: {title.lower()}"
    for reason, title in HOLD_REASONS.items()
    if reason != PauseReason.UNSTATED
}
_STATES = {
    word: title
    for state in TicketState
    for word, title in (
        (state.value, str(state.label)),
        *(_HOLDS.items() if state == _ON_HOLD else ()),
    )
}
_KNOWN_STATES = _known(
    {
        TicketState.NEW.value: "new, open, opened, to do, todo, backlog, unassigned, registered, "
        "waiting for support",
        TicketState.ASSIGNED.value: "assigned, accepted, processing assigned",
        TicketState.IN_PROGRESS.value: "in progress, active, reopened, processing, "
        "processing planned, work in progress",
        _ON_HOLD.value: "on hold, pending, waiting, wait, suspended, pending reminder, "
        "pending close",
        f"{_ON_HOLD}:{PauseReason.REQUESTER}": "awaiting user info, awaiting caller, "
        "waiting for customer, pending customer, waiting on customer",
        f"{_ON_HOLD}:{PauseReason.VENDOR}": "awaiting vendor, waiting on third party",
        f"{_ON_HOLD}:{PauseReason.PROBLEM}": "awaiting problem",
        f"{_ON_HOLD}:{PauseReason.CHANGE}": "awaiting change",
        f"{_ON_HOLD}:{PauseReason.EVIDENCE}": "awaiting evidence",
        TicketState.RESOLVED.value: "resolved, solved, done, completed, complete, fixed",
        TicketState.CLOSED.value: "closed",
        TicketState.CANCELLED.value: "cancelled, canceled, withdrawn, rejected, merged, removed",
    }
)
_PRIORITIES = {str(number): f"Priority {number}" for number in range(1, 6)}
_KNOWN_PRIORITIES = _known(
    {
        "1": "1, p1, critical, 1 critical, blocker, highest, emergency, urgent, major",
        "2": "2, p2, high, 2 high, 3 high, very high",
        "3": "3, p3, medium, moderate, normal, 3 moderate, 3 medium, 3 normal, 2 normal",
        "4": "4, p4, low, 4 low, 1 low",
        "5": "5, p5, planning, 5 planning, lowest, very low, 5 very low",
    }
)
_LEVELS = {"1": "High", "2": "Medium", "3": "Low"}
_KNOWN_LEVELS = _known({"1": "1, high, 1 high", "2": "2, medium, 2 medium", "3": "3, low, 3 low"})
_KINDS = {kind.value: str(kind.label) for kind in TicketKind}
_KNOWN_KINDS = _known(
    {
        TicketKind.INCIDENT.value: "incident, bug, fault",
        TicketKind.REQUEST.value: "request, service request, task, question",
        TicketKind.PROBLEM.value: "problem",
    }
)
_KNOWN_HOLD_REASONS = _known(
    {
        PauseReason.REQUESTER.value: "awaiting caller, awaiting user info, awaiting customer",
        PauseReason.VENDOR.value: "awaiting vendor, awaiting third party",
        PauseReason.PROBLEM.value: "awaiting problem",
        PauseReason.CHANGE.value: "awaiting change",
        PauseReason.EVIDENCE.value: "awaiting evidence",
        PauseReason.APPROVAL.value: "awaiting approval",
    }
)
_FLAGS = {"yes": "Yes", "no": "No"}
_KNOWN_FLAGS = _known(
    {"yes": "yes, true, y, 1, met, kept", "no": "no, false, n, 0, missed, breached"}
)

KIND = Option(
    "kind",
    "What the rows are",
    _KINDS,
    TicketKind.INCIDENT.value,
    "For rows whose kind no column tells.",
)

COVERS_FROM = Option(
    "covers_from",
    "The file holds every ticket from",
    {},
    "",
    help="The first day of which no ticket is missing. Empty is the first date in the file.",
    is_remembered=False,
)
COVERS_UNTIL = Option(
    "covers_until",
    "until",
    {},
    "",
    help="The last day of which no ticket is missing. A month inside without a ticket had none; of "
    "one outside there is not enough evidence. Empty is the last date in the file.",
    is_remembered=False,
)

_WORD, _DATE, _NUMBER = FieldKind.WORD, FieldKind.DATE, FieldKind.NUMBER

FIELDS: tuple[MappedField, ...] = (
    MappedField(
        "number",
        "Ticket number",
        synonyms=(
            "ticket number",
            "ticket id",
            "ticket no",
            "case no",
            "number",
            "no",
            "nr",
            "ticket",
            "id",
            "issue id",
            "issue key",
            "key",
            "case number",
            "case id",
            "case",
            "incident",
            "incident number",
            "incident id",
            "service request id",
            "request id",
            "unique key",
            "reference",
            "ref",
        ),
        required=True,
        help="Tells one ticket from another; the same number again is the same ticket.",
    ),
    MappedField(
        "opened_at",
        "Opened",
        _DATE,
        (
            "opened",
            "created",
            "created at",
            "created date",
            "created time",
            "opened at",
            "creation date",
            "open date",
            "date opened",
            "date created",
            "reported",
            "reported at",
            "reported date",
            "submitted",
            "start date",
            "opening date",
        ),
        required=True,
    ),
    MappedField(
        "resolved_at",
        "Resolved",
        _DATE,
        (
            "resolved",
            "resolution date",
            "resolved date",
            "resolved time",
            "resolved at",
            "date resolved",
            "solved",
            "solved at",
            "solve date",
            "completed",
            "completed at",
            "completion date",
            "fixed at",
        ),
        help="When the work was done; the last time, if there were several.",
    ),
    MappedField(
        "closed_at",
        "Closed",
        _DATE,
        (
            "closed",
            "closed date",
            "closed time",
            "closed at",
            "date closed",
            "closing date",
            "close date",
            "end date",
        ),
        help="Counts as the fix where no resolution is dated.",
    ),
    MappedField(
        "title",
        "Title",
        synonyms=("summary", "subject", "short description", "description", "issue", "topic"),
        longest=300,
    ),
    MappedField(
        "details",
        "Description",
        # After the title's own: a table that has one column of words calls it so as well.
        synonyms=(
            "long description",
            "full description",
            "issue description",
            "body",
            "description",
        ),
        longest=LONGEST_TEXT,
        help="What was reported, at length; markup is taken out.",
    ),
    MappedField(
        "state",
        "State",
        _WORD,
        ("status", "ticket status", "incident state", "current status"),
        meanings=_STATES,
        known=_KNOWN_STATES,
    ),
    MappedField(
        "priority",
        "Priority",
        _WORD,
        ("prio", "severity", "ticket priority"),
        meanings=_PRIORITIES,
        known=_KNOWN_PRIORITIES,
    ),
    MappedField(
        "category",
        "Category",
        synonyms=(
            "type of request",
            "request type",
            "complaint type",
            "component",
            "classification",
            "problem type",
            "service type",
            "product",
        ),
    ),
    MappedField(
        "service",
        "Service",
        synonyms=(
            "it service",
            "business service",
            "service name",
            "affected service",
            "impacted service",
        ),
        help="By its name; one that is not on the list of services stays as text.",
    ),
    MappedField(
        "kind",
        "Kind",
        _WORD,
        ("type", "ticket type", "issue type"),
        meanings=_KINDS,
        known=_KNOWN_KINDS,
    ),
    MappedField(
        "team",
        "Team",
        synonyms=(
            "assignment group",
            "group",
            "assigned group",
            "support group",
            "department",
            "queue",
            "agency",
            "responsible group",
            "assigned to technician group",
        ),
    ),
    MappedField(
        "assignee",
        "Assignee",
        synonyms=(
            "assigned to",
            "owner",
            "technician",
            "agent",
            "resolver",
            "handler",
            "assigned to technician",
        ),
    ),
    MappedField(
        "requester",
        "Requester",
        synonyms=(
            "caller",
            "caller id",
            "reporter",
            "reported by",
            "opened by",
            "customer",
            "user",
            "submitter",
            "contact",
            "requester email",
            "requester name",
            "requester requester",
        ),
        help="By mail address, id or full name; somebody who is not known stays as text.",
    ),
    MappedField(
        "channel",
        "Reported by way of",
        synonyms=(
            "channel",
            "create channel",
            "contact type",
            "method received",
            "request source",
            "origin",
            "via",
        ),
        longest=64,
    ),
    MappedField("impact", "Impact", _WORD, meanings=_LEVELS, known=_KNOWN_LEVELS),
    MappedField("urgency", "Urgency", _WORD, meanings=_LEVELS, known=_KNOWN_LEVELS),
    MappedField(
        "due_at",
        "Due",
        _DATE,
        ("due", "due date", "due by time", "deadline", "target date", "sla due"),
    ),
    MappedField(
        "sla_kept",
        "Kept in time",
        _WORD,
        ("made sla", "sla met", "sla kept", "on time"),
        meanings=_FLAGS,
        known=_KNOWN_FLAGS,
        help="The source's own flag.",
    ),
    MappedField(
        "reopen_count",
        "Reopenings",
        _NUMBER,
        ("reopen count", "reopened", "times reopened"),
        help="The source's own counter.",
    ),
    MappedField(
        "reassignment_count",
        "Reassignments",
        _NUMBER,
        ("reassignment count", "reassigned", "times reassigned"),
        help="The source's own counter.",
    ),
    MappedField(
        "hold_reason",
        "Why it is on hold",
        _WORD,
        ("hold reason", "on hold reason", "pending reason", "waiting reason"),
        meanings=HOLD_REASONS,
        known=_KNOWN_HOLD_REASONS,
        help="Read of tickets on hold, where the word of their state does not tell.",
    ),
)
