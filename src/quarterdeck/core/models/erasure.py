"""Whom a law wants forgotten, as digests alone."""

from django.db import models

from quarterdeck.core.models.base import Fact


class Erasure(Fact):
    """A name or address that may stand nowhere any more: a salted digest, and of how many words.

    What comes in by imports is held against it. All rows share one salt, so that a text is
    digested once; whoever has the database can still try names one by one.
    """

    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64, unique=True)
    words = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Erasure {self.digest[:12]}"
