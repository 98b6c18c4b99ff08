"""The words that the scorecard's columns and pages may hold."""

from django.db import models


class Verdict(models.TextChoices):
    """What a reading says of its target; without evidence, nothing."""

    MET = "met", "Met"
    NEAR = "near", "Met, near the limit"
    MISSED = "missed", "Missed"
    NOT_JUDGED = "not_judged", "Not judged"
