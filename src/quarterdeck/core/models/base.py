"""The three kinds of table: nouns with history, facts that are never changed, scratch."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.vocabulary import HistoryPolicy


class Noun(models.Model):
    """A thing that people work on; the database copies every change of it into the history."""

    history_policy: ClassVar[HistoryPolicy] = HistoryPolicy.ROWS
    history_masked: ClassVar[tuple[str, ...]] = ()

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Fact(models.Model):
    """Something that happened; the database refuses to change or remove it.

    Seals take what is new by rising keys. Rows with drawn keys are not sealed.
    """

    history_policy: ClassVar[HistoryPolicy] = HistoryPolicy.APPEND_ONLY
    is_sealed: ClassVar[bool] = True

    class Meta:
        abstract = True


class Scratch(models.Model):
    """A working row (staging, cache, delivery) that holds nothing that must not be lost."""

    history_policy: ClassVar[HistoryPolicy] = HistoryPolicy.SCRATCH
    # Names in a drawing or file cannot be sought, so that an erasure removes every such row.
    is_dropped_by_erasure: ClassVar[bool] = False

    class Meta:
        abstract = True
