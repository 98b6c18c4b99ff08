"""How a recalculation of clocks stands, and what becomes of each clock by it."""

from django.db import models


class ClockChangeKind(models.TextChoices):
    """What a person would say of a clock before and after it is counted anew."""

    NEW = "new", "New"
    GONE = "gone", "Gone"
    NOW_KEPT = "now kept", "Now kept"
    NOW_MISSED = "now missed", "Now missed"
    OTHER_OUTCOME = "other outcome", "Other outcome"
    DUE_LATER = "due later", "Due later"
    DUE_SOONER = "due sooner", "Due sooner"
    OTHER_COURSE = "other course", "Other course"
    TEAM_TOLD = "its team is told", "Its team is told"
