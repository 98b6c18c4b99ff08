"""The words that planning's columns may hold."""

from django.db import models


class ActionState(models.TextChoices):
    """How far a corrective action has come."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"
