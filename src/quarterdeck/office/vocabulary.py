"""The words that the office's columns may hold."""

from django.db import models


class BatchState(models.TextChoices):
    """How far an import batch has come."""

    MAPPING = "mapping", "Waiting for its columns"
    STAGING = "staging", "Reading the file"
    EXAMINING = "examining", "Comparing with what is there"
    EXAMINED = "examined", "Waiting for a decision"
    APPLYING = "applying", "Applying"
    FINISHING = "finishing", "Getting ready to count"
    SETTLING = "settling", "Applied, catching up"
    APPLIED = "applied", "Applied"
    REJECTED = "rejected", "Rejected"
    WITHDRAWING = "withdrawing", "Withdrawn, catching up"
    WITHDRAWN = "withdrawn", "Withdrawn"
    TRIED = "tried", "Dry run"


class Outcome(models.TextChoices):
    """What an import does with one record of its file."""

    CREATED = "created", "New"
    UPDATED = "updated", "Changed"
    UNCHANGED = "unchanged", "Unchanged"
    REJECTED = "rejected", "Rejected"


class Accept(models.TextChoices):
    """How much of a file with errors may come in."""

    ALL = "all", "All records or none"
    VALID = "valid", "The valid records"


class FindingKind(models.TextChoices):
    """What an import found in a file."""

    ERROR = "error", "Error"
    CHANGE = "change", "Difference"
    NOTICE = "notice", "Notice"
    WORD = "word", "To be explained"


class MailState(models.TextChoices):
    """What has become of an outgoing mail."""

    QUEUED = "queued", "Waiting to be sent"
    SENT = "sent", "Sent"
    REFUSED = "refused", "Refused by the mail server"
    FAILED = "failed", "Given up"
    BOUNCED = "bounced", "Came back"


class ApprovalState(models.TextChoices):
    """What has become of a request for approval."""

    WAITING = "waiting", "Waiting for a decision"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"
    SUPERSEDED = "superseded", "Asked anew"


class ApprovalVerdict(models.TextChoices):
    """What an approver says."""

    APPROVE = "approve", "Approve"
    REJECT = "reject", "Reject"


class ApprovalQuorum(models.TextChoices):
    """How many of the approvers of a step have to approve."""

    ALL = "all", "All of them"
    ANY = "any", "Any one of them"
    NUMBER = "number", "So many of them"


class ApproverSource(models.TextChoices):
    """How it is found who approves."""

    PERSON = "person", "This person"
    LINE_MANAGER = "line_manager", "The requester’s line manager"
    OWNER = "owner", "The owner of what is asked for"
    ROLE = "role", "Anybody with this role"


class QuestionKind(models.TextChoices):
    """How a question of a survey is answered."""

    SCALE = "scale", "From 1 to 5"
    YES_NO = "yes_no", "Yes or no"
    TEXT = "text", "In one's own words"


class MailTiming(models.TextChoices):
    """When somebody is written to about a thing."""

    AT_ONCE = "at_once", "At once"
    DIGEST = "digest", "In the digest"
    NEVER = "never", "Never"


class DigestFrequency(models.TextChoices):
    """How often what waited is gathered in one mail."""

    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Once a week"


class PeriodRuleKind(models.TextChoices):
    """What a rule says about how time is cut into periods."""

    ZONE = "zone", "Time zone"
    FISCAL_YEAR = "fiscal_year", "Fiscal year"


class WebhookFormat(models.TextChoices):
    """In whose JSON a webhook is told."""

    SLACK = "slack", "Slack"
    TEAMS = "teams", "Microsoft Teams"
    MATTERMOST = "mattermost", "Mattermost"
    ROCKET_CHAT = "rocket_chat", "Rocket.Chat"
    GOOGLE_CHAT = "google_chat", "Google Chat"
    MATRIX = "matrix", "Matrix (hookshot)"
    EVENT = "event", "Signed event for a program"


class WebhookEvent(models.TextChoices):
    """What webhooks are told of."""

    TICKET_ASSIGNED = "ticket_assigned", "A ticket came into a team’s queue"
    URGENT_TICKET = "urgent_ticket", "A ticket of priority 1 was opened"
    CLOCK_WARNING = "clock_warning", "A clock runs out soon"
    CLOCK_BREACH = "clock_breach", "A clock has run out"
    MAJOR_DECLARED = "major_incident_declared", "A major incident was declared"
    MAJOR_UPDATED = "major_incident_updated", "News of a major incident"
    MAJOR_ENDED = "major_incident_ended", "A major incident has ended"
    ESCALATION = "escalation_raised", "An escalation was raised"
    APPROVAL = "approval_asked", "An approval was asked for"
    TARGET_MISSED = "target_missed", "A target was missed"
    TEST = "test", "Test message"


class PostState(models.TextChoices):
    """What has become of a message to a webhook."""

    WAITING = "waiting", "Waiting to be posted"
    SENT = "sent", "Posted"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Given up"
    DROPPED = "dropped", "Nothing to tell any more"


class PrintState(models.TextChoices):
    """How far a paper is that somebody wants as PDF."""

    WAITING = "waiting", "Waits for a worker"
    RUNNING = "running", "Being made"
    MADE = "made", "Made"
    FAILED = "failed", "Not made"
