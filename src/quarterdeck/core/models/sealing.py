"""Seals: a chain of digests over rows that shall never change."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models.base import Fact


class Seal(Fact):
    """Digests of consecutive rows of one append-only table, chained to the seal before it.

    `entries` holds for each row its key (8 bytes), a random salt (16) and the SHA-256 digest of
    salt and content (32). `digest` covers keys and digests and the digest of the seal before, and
    no salts: where a law wants a row's content gone, its salt can go too, and the chain still
    holds. `columns` are those that the content was read from, since a table may get more of them.
    """

    number = models.PositiveBigIntegerField(unique=True)
    noun = models.CharField(max_length=120)
    columns = models.JSONField()
    first_key = models.BigIntegerField()
    last_key = models.BigIntegerField()
    entries = models.BinaryField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["noun", "last_key"], name="seal_of_noun"),
        ]

    def __str__(self) -> str:
        return f"Seal {self.number}"
