"""The words that the desk's columns may hold."""

from datetime import UTC, datetime

from django.db import models

from quarterdeck.core.vocabulary import Role

# Who works at the desk.
WORKING_ROLES = (Role.TECHNICIAN, Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR)


class TicketKind(models.TextChoices):
    """What a ticket is about."""

    INCIDENT = "incident", "Incident"
    REQUEST = "request", "Service request"
    PROBLEM = "problem", "Problem"


class TicketState(models.TextChoices):
    """Where a ticket stands; resolved and closed are fixed states."""

    NEW = "new", "New"
    ASSIGNED = "assigned", "Assigned"
    IN_PROGRESS = "in_progress", "In progress"
    ON_HOLD = "on_hold", "On hold"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"
    UNKNOWN = "unknown", "Unknown"


FIXED_STATES = frozenset({TicketState.RESOLVED, TicketState.CLOSED})
ENDED_STATES = FIXED_STATES | {TicketState.CANCELLED}
OPEN_STATES = frozenset(TicketState) - ENDED_STATES


# Where a ticket for which nothing is due stands among due times: after all of them, and by its
# priority. Those without a priority are the last.
LOWEST_PRIORITY = 5
NOTHING_DUE = datetime(9000, 1, LOWEST_PRIORITY + 1, tzinfo=UTC)


class PauseReason(models.TextChoices):
    """For whom or what a ticket on hold waits."""

    NONE = "", "—"
    REQUESTER = "requester", "Waiting for the requester"
    VENDOR = "vendor", "Waiting for a vendor"
    PROBLEM = "problem", "Waiting for a problem's fix"
    CHANGE = "change", "Waiting for a change"
    EVIDENCE = "evidence", "Waiting for evidence"
    APPROVAL = "approval", "Waiting for approval"
    UNSTATED = "unstated", "Reason not stated"


class CancelledAs(models.TextChoices):
    """Why a cancelled ticket was no work for the desk."""

    NONE = "", "—"
    WITHDRAWN = "withdrawn", "Withdrawn by the requester"
    DUPLICATE = "duplicate", "Reported twice"
    MERGED = "merged", "Merged into another ticket"
    MISTAKE = "mistake", "Opened by mistake"
    SPAM = "spam", "Spam"
    NOT_APPROVED = "not_approved", "Not approved"


# What nobody says who cancels by hand: the act that cancels then says it.
CANCELLED_BY_OTHER_ACTS = frozenset(
    {CancelledAs.NONE, CancelledAs.NOT_APPROVED, CancelledAs.MERGED}
)


class MessageKind(models.TextChoices):
    """Who may read what was written on a ticket."""

    PUBLIC = "public", "Reply"
    INTERNAL = "internal", "Internal note"
    RESOLUTION = "resolution", "Resolution"
    CONFIRMATION = "confirmation", "Confirmation"


class Channel(models.TextChoices):
    """How a report reached the desk, for tickets that are opened here."""

    PHONE = "Phone", "Phone"
    MAIL = "Mail", "Mail"
    IN_PERSON = "In person", "In person"
    PORTAL = "Portal", "Portal"
    OWN_FINDING = "Found by ourselves", "Found by ourselves"
    OWN_PAGE = "Own page", "On their own page"


class Door(models.TextChoices):
    """How a mail came in."""

    IMAP = "imap", "Fetched from the mailbox"
    LMTP = "lmtp", "Handed over by the mail server"
    PIPE = "pipe", "Piped in by the mail server"


class IncomingState(models.TextChoices):
    """What has become of a mail that came in."""

    WAITING = "waiting", "Waiting to be read"
    ON_TICKET = "on_ticket", "On a ticket"
    NOT_UNDERSTOOD = "not_understood", "Not understood"
    STOPPED = "stopped", "Stopped"
    REPEATED = "repeated", "Delivered again"
    DISCARDED = "discarded", "Discarded"


class ThreadProof(models.TextChoices):
    """How it is known to which ticket a mail belongs."""

    NONE = "", "—"
    SIGNED = "signed", "The signed address that it answers"
    ANSWERED = "answered", "The mail of ours that it answers"
    THREAD = "thread", "An earlier mail on the ticket that it answers"
    SUBJECT = "subject", "The number in its subject"
    PERSON = "person", "Somebody's decision"


class SenderProof(models.TextChoices):
    """What our own mail server says of a mail's sender."""

    NOT_ASKED = "", "—"
    PASSED = "passed", "Sender authenticated"
    FAILED = "failed", "Sender not authenticated"
    MISSING = "missing", "Sender not authenticated: our mail server says nothing of it"


class Strangers(models.TextChoices):
    """What is done with mail of senders who are not in the directory."""

    OPEN = "open", "Open a ticket, and keep the sender as a person"
    HOLD = "hold", "Let somebody decide"


class ReplyBy(models.TextChoices):
    """How answers to mail of ours are told apart from forged ones."""

    ADDRESS = "address", "A signed address, such as desk+t-000123-…@example.org"
    SUBJECT = "subject", "A signature in the subject"


class MailSecurity(models.TextChoices):
    """How a connection to a mailbox is protected."""

    TLS = "tls", "TLS from the start"
    STARTTLS = "starttls", "TLS by STARTTLS"
    NONE = "none", "None (this machine only)"


class MailSignIn(models.TextChoices):
    """How a mailbox is signed in to."""

    PASSWORD = "password", "With a password"
    XOAUTH2 = "xoauth2", "OAuth 2 (XOAUTH2: Microsoft 365, Google)"
    OAUTHBEARER = "bearer", "OAuth 2 (OAUTHBEARER, RFC 7628)"


class Level(models.IntegerChoices):
    """How far an incident reaches (impact), or how long it can wait (urgency)."""

    HIGH = 1, "High"
    MEDIUM = 2, "Medium"
    LOW = 3, "Low"


class OpenedFrom(models.TextChoices):
    """How we know when a ticket was first reported."""

    REPORT = "report", "The report's own time"
    FIRST_EVENT = "first_event", "The first event of the log"


class HistoryDepth(models.TextChoices):
    """How much of a ticket's course is known."""

    LOG = "log", "Every change"
    DATES = "dates", "Its dates alone"
    DAYS = "days", "Its dates alone, without the time of day"


class Oddity(models.TextChoices):
    """What is strange in a ticket's history; it is kept and flagged, never repaired."""

    EVENT_BEFORE_REPORT = "event_before_report", "An event is dated before the report"
    LOG_STEPS_BACK = "log_steps_back", "The log steps back in time"
    REPEATED_EVENT = "repeated_event", "The file repeats an event"


class Agreement(models.TextChoices):
    """Who promises: the desk to those whom it serves, or a team its part beneath that."""

    SERVICE_LEVEL = "sla", "Service level (SLA)"
    OPERATIONAL_LEVEL = "ola", "Operational level (OLA)"


class ServiceLevelMetric(models.TextChoices):
    """What a service-level policy promises."""

    RESPONSE = "response", "First response"
    UPDATE = "update", "Update"
    RESOLUTION = "resolution", "Resolution"


class ClockOutcome(models.TextChoices):
    """How a service-level clock stands by its ticket's history."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    MET = "met", "Kept"
    MISSED = "missed", "Missed"
    CANCELLED = "cancelled", "Cancelled"


class ClockEnding(models.TextChoices):
    """Why a service-level clock ended."""

    NONE = "", "—"
    ANSWERED = "answered", "The desk replied"
    FIXED = "fixed", "It was resolved"
    TICKET_CANCELLED = "ticket_cancelled", "The ticket was cancelled"
    SUBJECT_CHANGED = "subject_changed", "Priority, service or customer changed"
    TERMS_CHANGED = "terms_changed", "Other terms took its place"
    HANDED_ON = "handed_on", "Another team took it over"


class ReopeningRule(models.TextChoices):
    """What becomes of the time for a resolution when a ticket is reopened."""

    RESUMES = "resumes", "Goes on where it stopped"
    COUNTS = "counts", "Goes on, and the time since the fix counts"
    RESTARTS = "restarts", "Begins anew"


class ClockEventKind(models.TextChoices):
    """What is noted of a clock that runs out."""

    WARNING = "warning", "Warning"
    BREACH = "breach", "Breach"


class EscalationDirection(models.TextChoices):
    """To whom a ticket is escalated: to other skills, or up the reporting line."""

    FUNCTIONAL = "functional", "To another team"
    HIERARCHICAL = "hierarchical", "Up the reporting line"


class EscalationCause(models.TextChoices):
    """What made somebody, or a policy, escalate."""

    HAND = "hand", "By hand"
    COMPLAINT = "complaint", "Complaint"
    WARNING = "warning", "A promised time is about to run out"
    BREACH = "breach", "A promised time has run out"
    AGE = "age", "It is open for long"
    REOPENED = "reopened", "It was reopened often"


POLICY_CAUSES = (
    EscalationCause.WARNING,
    EscalationCause.BREACH,
    EscalationCause.AGE,
    EscalationCause.REOPENED,
)


class EscalationState(models.TextChoices):
    """How far an escalation has come."""

    RAISED = "raised", "Raised"
    ACKNOWLEDGED = "acknowledged", "Taken up"
    ANSWERED = "answered", "Answered"
    RESOLVED = "resolved", "Resolved"
    CONFIRMED = "confirmed", "Confirmed by the complainant"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN_ESCALATIONS = frozenset(
    {EscalationState.RAISED, EscalationState.ACKNOWLEDGED, EscalationState.ANSWERED}
)


class EscalationEventKind(models.TextChoices):
    """What happened to an escalation."""

    RAISED = "raised", "Raised"
    ACKNOWLEDGED = "acknowledged", "Taken up"
    PASSED_ON = "passed_on", "Passed on"
    ANSWERED = "answered", "Answered"
    RESOLVED = "resolved", "Resolved"
    VERDICT = "verdict", "The complainant’s verdict"
    REOPENED = "reopened", "Reopened"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Verdict(models.TextChoices):
    """What a complainant says of what was done; nothing is never taken for a yes."""

    NONE = "", "—"
    SOLVED = "solved", "Solved"
    NOT_SOLVED = "not_solved", "Not solved"


class VerdictProof(models.TextChoices):
    """How a complainant's verdict is known."""

    NONE = "", "—"
    LINK = "link", "By the complainant’s own link"
    SIGNED_IN = "signed_in", "By the complainant, signed in"
    RECORDED = "recorded", "Told to somebody who had not resolved it"


class RecalculationState(models.TextChoices):
    """How far a recalculation of clocks has come."""

    EXAMINING = "examining", "Being compared"
    EXAMINED = "examined", "Waits for your decision"
    APPLYING = "applying", "Being applied"
    APPLIED = "applied", "Applied"
    DISCARDED = "discarded", "Discarded"
    SUPERSEDED = "superseded", "Superseded by a later one"


class ProblemState(models.TextChoices):
    """Where the work on a problem stands (ITIL, problem management practice)."""

    NEW = "new", "New"
    INVESTIGATING = "investigating", "Under investigation"
    KNOWN_ERROR = "known_error", "Known error"
    CHANGE_RAISED = "change_raised", "Change raised"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


OPEN_PROBLEM_STATES = frozenset(ProblemState) - {ProblemState.RESOLVED, ProblemState.CLOSED}


class FactorKind(models.TextChoices):
    """On which side a factor lies that contributed to a problem."""

    PEOPLE = "people", "People"
    PROCESS = "process", "Process"
    TECHNOLOGY = "technology", "Technology"
    SUPPLIER = "supplier", "Supplier"
    ENVIRONMENT = "environment", "Environment"


class LinkOrigin(models.TextChoices):
    """How an incident came to be linked to a problem."""

    BY_HAND = "by_hand", "By hand"
    CANDIDATE = "candidate", "From a candidate"


class CandidateState(models.TextChoices):
    """What became of a problem that the system thinks it has found."""

    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Accepted"
    MERGED = "merged", "Merged"
    REJECTED = "rejected", "Rejected"
    FADED = "faded", "No longer found"


class CandidateKind(models.TextChoices):
    """By what the incidents of a candidate problem were found to belong together."""

    WORDS = "words", "The same words"
    BURST = "burst", "A burst"


class RankedBy(models.IntegerChoices):
    """What a candidate problem is ranked by; what is known to be lost comes before a guess."""

    HOURS_OPEN = 0, "Hours open: not enough evidence of what was lost"
    TIME_LOST = 1, "Time lost"


class SearchState(models.TextChoices):
    """How far a search for candidate problems has come."""

    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
