"""The words of major incidents."""

from django.db import models


class EntryKind(models.TextChoices):
    """What an entry of a major incident's timeline tells."""

    DECLARED = "declared", "Declared"
    NOTE = "note", "Noted"
    ROLES = "roles", "Roles"
    AFFECTED = "affected", "Affected"
    ENDED = "ended", "Ended"
    REVIEWED = "reviewed", "Reviewed"
