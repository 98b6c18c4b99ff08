"""Readings kept so that a page over 24 months need not compute them anew."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models import Scratch


class CachedReading(Scratch):
    """A reading that is kept; worthless as soon as its fingerprint no longer matches.

    `evidence` holds the rows behind the figures, as a closed reading keeps them, so that both are
    of one moment and nobody who looks at the rows has to wait until they are counted again.
    The fingerprint covers the definition's version, the settings that it counts by, and the marks
    of the evidence.
    """

    measure = models.CharField(max_length=120)
    scope = models.CharField(max_length=240)
    calendar = models.CharField(max_length=64, blank=True)
    period = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    figures = models.JSONField()
    evidence = models.BinaryField(default=b"")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope", "calendar", "measure", "period"], name="reading_cached_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.period} {self.scope}"
