"""Who did what, when and why; and what each row held before and after."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models.base import Fact


class Act(Fact):
    """One run of a verb: the intent behind the row changes that point at it."""

    verb = models.CharField(max_length=120)
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()
    subject = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "id"], name="act_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor}"


class HistoryEntry(Fact):
    """What one row held before and after one change; written by database triggers only."""

    table = models.CharField(max_length=64, db_column="table_name")
    row = models.CharField(max_length=64, db_column="row_key")
    operation = models.CharField(max_length=1, choices=[("U", "changed"), ("D", "removed")])
    before = models.JSONField(db_column="row_before")
    after = models.JSONField(db_column="row_after", null=True)
    actor = models.CharField(max_length=64)
    act = models.ForeignKey(
        Act, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="entries"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["table", "row", "id"], name="history_of_row"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row} {self.get_operation_display()}"
