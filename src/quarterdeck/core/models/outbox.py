"""Upward news: a lower app announces, a worker delivers, a higher app reacts."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models.base import Fact, Scratch


class Announcement(Fact):
    """Something that happened below, written in the transaction in which it happened."""

    topic = models.CharField(max_length=120)
    payload = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.topic} at {self.at:%Y-%m-%d %H:%M}"


class Delivery(Scratch):
    """Whether one reaction has answered one announcement."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.DO_NOTHING, related_name="deliveries"
    )
    reaction = models.CharField(max_length=120)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["announcement", "reaction"], name="delivered_to_a_reaction_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(delivered_at__isnull=True),
                name="delivery_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} to {self.reaction}"
