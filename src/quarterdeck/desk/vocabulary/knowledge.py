"""The words that the columns of knowledge may hold."""

from django.db import models


class ArticleState(models.TextChoices):
    """How far the newest version of an article has come."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class ArticleAudience(models.TextChoices):
    """Who may read a published article."""

    EVERYBODY = "everybody", "Everybody who signs in"
    REQUESTERS = "requesters", "Requesters and the desk"
    TECHNICIANS = "technicians", "The desk"
    TEAM = "team", "One team"


class ArticleEventKind(models.TextChoices):
    """What happened to an article, beside that somebody wrote a version of it."""

    SUBMITTED = "submitted", "Submitted for review"
    RETURNED = "returned", "Returned to its author"
    PUBLISHED = "published", "Published"
    CONFIRMED = "confirmed", "Reviewed and found right"
    RETIRED = "retired", "Retired"


class VisitKind(models.TextChoices):
    """How somebody looked for help."""

    SEARCHED = "searched", "Searched"
    OFFERED = "offered", "Was offered articles while typing"
    VIEWED = "viewed", "Opened an article"


class VisitOrigin(models.TextChoices):
    """What somebody was about when they searched or were offered articles."""

    SEARCH = "search", "Searching"
    REPORT = "report", "Typing a report"
