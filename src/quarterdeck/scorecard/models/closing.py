"""Closed periods: what was read when a month was closed, and what was put right later."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models import Account, Fact, Noun, Scratch
from quarterdeck.scorecard.models.target import Target


class ClosedPeriod(Fact):
    """A month whose readings are settled; no month is closed twice."""

    period = models.CharField(max_length=64, unique=True)
    zone = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="+")

    def __str__(self) -> str:
        return f"{self.period}, closed"


class StoredReading(Fact):
    """What a reading said, with all that it was computed from.

    `figures` and `parameters` are exact texts in JSON. `evidence` is JSON compressed with zlib: the
    noun of the rows, by primary key what each counted row contributed, and the keys of those left
    out for each exclusion. `fingerprint` is that of
    the evidence marks when it was read.
    """

    version_of_definition = models.PositiveIntegerField()
    definition = models.TextField()
    figures = models.JSONField()
    parameters = models.JSONField()
    exclusions = models.JSONField()
    evidence = models.BinaryField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        abstract = True


class ClosedReading(StoredReading):
    """One measure's reading at one scope, as it stood when its month was closed."""

    closed_period = models.ForeignKey(
        ClosedPeriod, on_delete=models.DO_NOTHING, related_name="readings"
    )
    measure = models.CharField(max_length=120)
    scope = models.CharField(max_length=240)
    target = models.ForeignKey(Target, on_delete=models.DO_NOTHING, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["closed_period", "scope", "measure"], name="reading_closed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.scope}, closed"


class Restatement(StoredReading):
    """What a closed reading says since late evidence was taken into it, beside what it said."""

    closed_reading = models.ForeignKey(
        ClosedReading, on_delete=models.DO_NOTHING, related_name="restatements"
    )
    number = models.PositiveIntegerField()
    before = models.JSONField()
    reason = models.TextField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["closed_reading", "number"], name="restatement_numbered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Restatement {self.number} of {self.closed_reading}"


class ClosedComparison(Scratch):
    """What a closed reading would say by the evidence of a fingerprint, and whether that is
    something else than what stands; it holds until it is restated or its evidence changes again."""

    closed_reading = models.OneToOneField(
        ClosedReading, on_delete=models.DO_NOTHING, related_name="comparison"
    )
    fingerprint = models.CharField(max_length=64)
    figures = models.JSONField()
    differs = models.BooleanField()
    compared_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["closed_reading"],
                condition=models.Q(differs=True),
                name="due_restatements",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closed_reading}, compared"


class ClosingSchedule(Noun):
    """Whether the last month is closed by itself on the fifth of the next; it is off at first."""

    is_on = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="closing_schedule_is_one"),
        ]

    def __str__(self) -> str:
        return "On" if self.is_on else "Off"
