"""The words of what people do with tickets all day: links, macros and rules."""

from django.db import models


class LinkKind(models.TextChoices):
    """What a ticket is to another one; read from the ticket that says it."""

    RELATED = "related", "Related to"
    DUPLICATE_OF = "duplicate_of", "Duplicate of"
    BLOCKS = "blocks", "Blocks"
    CAUSED_BY = "caused_by", "Caused by"
    CHILD_OF = "child_of", "Part of"
    SPLIT_FROM = "split_from", "Split off from"


# The same, read from the other side.
LINKED_FROM = {
    LinkKind.RELATED: "Related to",
    LinkKind.DUPLICATE_OF: "Has the duplicate",
    LinkKind.BLOCKS: "Blocked by",
    LinkKind.CAUSED_BY: "Cause of",
    LinkKind.CHILD_OF: "Has the part",
    LinkKind.SPLIT_FROM: "Split into",
}


class Audience(models.TextChoices):
    """Who finds a canned reply or a macro."""

    OWN = "own", "Only me"
    TEAM = "team", "One team"
    EVERYBODY = "everybody", "Everybody at the desk"


class StepKind(models.TextChoices):
    """What one step of a macro or rule does with a ticket."""

    TAKE = "take", "Take it"
    TEAM = "team", "Hand it to the team"
    PERSON = "person", "Assign it to"
    IMPACT = "impact", "Set the impact to"
    URGENCY = "urgency", "Set the urgency to"
    CATEGORY = "category", "Set the category to"
    SERVICE = "service", "Set the service to"
    START = "start", "Start"
    HOLD = "hold", "Put it on hold"
    RESUME = "resume", "Resume"
    TAG = "tag", "Add the tag"
    UNTAG = "untag", "Take away the tag"
    NOTE = "note", "Note internally"
    REPLY = "reply", "Reply to the requester"
    RESOLVE = "resolve", "Resolve it by"
    CLOSE = "close", "Close"
    CANCEL = "cancel", "Cancel it"
    NOTIFY = "notify", "Notify"


class Notified(models.TextChoices):
    """Whom a rule notifies by mail."""

    ASSIGNEE = "assignee", "Whoever works on it"
    LEAD = "lead", "The lead of its team"
    TEAM = "team", "Everybody in its team"


class RuleTrigger(models.TextChoices):
    """What lets a rule look at a ticket."""

    OPENED = "opened", "A ticket is opened"
    CHANGED = "changed", "A ticket is changed"
    MESSAGE = "message", "The requester writes"
    WARNING = "warning", "A promised time is about to run out"
    BREACH = "breach", "A promised time has run out"
    SINCE = "since", "Some time has passed"


class RuleSince(models.TextChoices):
    """Since when the time counts that has to pass before a rule looks at an open ticket."""

    OPENED = "opened_at", "since it was opened"
    CHANGED = "changed_at", "since its state last changed"


class RuleField(models.TextChoices):
    """What a condition of a rule asks about."""

    KIND = "kind", "Kind"
    STATE = "state", "State"
    PAUSE_REASON = "pause_reason", "Waits for"
    PRIORITY = "priority", "Priority"
    IMPACT = "impact", "Impact"
    URGENCY = "urgency", "Urgency"
    TEAM = "team", "Team"
    ASSIGNEE = "assignee", "Assignee"
    SERVICE = "service", "Service"
    CATEGORY = "category", "Category"
    CHANNEL = "channel", "Reported by"
    UNIT = "unit", "Unit of the requester"
    TITLE = "title", "Title"
    DESCRIPTION = "description", "Description"
    MESSAGE = "message", "Last message of the requester"
    TAG = "tag", "Tag"
    REOPENED = "reopened", "Times reopened"


class RuleComparison(models.TextChoices):
    """How a condition compares what is asked about."""

    IS = "is", "is"
    IS_NOT = "is_not", "is not"
    CONTAINS = "contains", "contains"
    CONTAINS_NOT = "contains_not", "does not contain"
    AT_LEAST = "at_least", "is at least"
    AT_MOST = "at_most", "is at most"
    IS_SET = "is_set", "is there"
    IS_EMPTY = "is_empty", "is not there"


class RuleOutcome(models.TextChoices):
    """What came of a rule that matched."""

    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    STOPPED = "stopped", "Stopped: too many rules in a row"


class WorkActivity(models.TextChoices):
    """What somebody did on a ticket while the time ran."""

    DIAGNOSIS = "diagnosis", "Diagnosis"
    REPAIR = "repair", "Repair"
    COMMUNICATION = "communication", "Communication"
    TRAVEL = "travel", "Travel"
    DOCUMENTATION = "documentation", "Documentation"
    OTHER = "other", "Other"


class RecurrenceFrequency(models.TextChoices):
    """By what the schedule of a recurring ticket counts."""

    DAILY = "daily", "Days"
    WEEKLY = "weekly", "Weeks"
    MONTHLY = "monthly", "Months"


class OccurrenceOutcome(models.TextChoices):
    """What came of one time at which a recurring ticket was due."""

    OPENED = "opened", "Opened"
    LEFT_OUT = "left_out", "Left out"
    REFUSED = "refused", "Refused"
