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
    APPLIED = "applied", "Applied"
    REJECTED = "rejected", "Rejected"
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
