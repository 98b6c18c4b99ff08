"""Texts that the desk writes again and again."""

from django.db import models

from quarterdeck.desk.models.kept import Kept, KeptQuerySet


class CannedReply(Kept):
    """A text for replies, notes and resolutions, with placeholders for what a ticket says."""

    text = models.TextField()

    objects = KeptQuerySet["CannedReply"].as_manager()

    class Meta(Kept.Meta):
        verbose_name_plural = "canned replies"

    def __str__(self) -> str:
        return self.name
