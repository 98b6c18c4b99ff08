"""Readings kept so that a page over 24 months need not compute them anew."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models import Scratch


class CachedReading(Scratch):
    """A reading of a past, open period; worthless as soon as its fingerprint no longer matches.

    The fingerprint covers the definition's version, the terms, and the marks of the evidence.
    """

    measure = models.CharField(max_length=120)
    scope = models.CharField(max_length=240)
    period = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    reading = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure", "scope", "period"], name="reading_cached_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.period} {self.scope}"
