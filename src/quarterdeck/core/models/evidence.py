"""Marks that tell a cached reading that its evidence has changed."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models.base import Scratch


class EvidenceMark(Scratch):
    """Counts the changes to one domain's evidence that touch one month (UTC)."""

    domain = models.CharField(max_length=64)
    month = models.DateField()
    changes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["domain", "month"], name="evidence_mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.domain} {self.month:%Y-%m}: {self.changes}"
