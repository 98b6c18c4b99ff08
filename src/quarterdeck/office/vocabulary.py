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
