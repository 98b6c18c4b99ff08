"""Which priority follows from impact and urgency, and since when."""

from collections.abc import Mapping
from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Account, Fact
from quarterdeck.core.permission import User


class PriorityMatrixQuerySet(models.QuerySet["PriorityMatrix"]):
    """Which matrix holds when."""

    def visible_to(self, user: User) -> Self:
        """How priorities come about is told to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()

    def latest_first(self) -> Self:
        """Order so that, of those that hold by some day, the first one counts."""
        return self.order_by("-holds_from", "-pk")


class PriorityMatrix(Fact):
    """The priority, from 1 to 5, for each impact and urgency of a ticket that is opened here.

    It is never changed: another one takes its place from its own day on, and tickets keep the
    priority that they were given. Of two from the same day, the later one counts.
    """

    # The day as the organisation's zone began it.
    holds_from = models.DateTimeField()
    valid_from = models.DateField()
    # One row for each impact from high to low, in it one priority for each urgency.
    rows = models.JSONField()
    reason = models.TextField(blank=True)
    defined_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    defined_at = models.DateTimeField()

    objects = PriorityMatrixQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "priority matrices"
        indexes: ClassVar = [models.Index(fields=["-holds_from", "-id"], name="matrix_latest")]

    def __str__(self) -> str:
        return f"Matrix {self.pk}, from {self.valid_from}"

    @property
    def priorities(self) -> Mapping[tuple[int, int], int]:
        """The priority by impact and urgency, each from 1 (high) to 3 (low)."""
        return {
            (impact, urgency): priority
            for impact, row in enumerate(self.rows, 1)
            for urgency, priority in enumerate(row, 1)
        }
