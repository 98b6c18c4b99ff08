"""What was taken out of the record because a law demands it."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models.base import Fact


class Redaction(Fact):
    """That fields of one append-only row were emptied, and a salted digest of what it holds since.

    The seal of the row keeps its digest, which nothing can be compared with any more, and loses its
    salt, so that nobody can try contents. `fields` are those that were emptied, `columns` those
    that the new digest covers. Who did it and why stands in the act.
    """

    noun = models.CharField(max_length=120)
    key = models.BigIntegerField()
    fields = models.JSONField()
    columns = models.JSONField()
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    act = models.ForeignKey(
        "core.Act", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["noun", "key", "id"], name="redaction_of_row")]

    def __str__(self) -> str:
        return f"Redaction of {self.noun} {self.key}"
