"""What counts as routine, and since when."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Fact
from quarterdeck.core.permission import User


class RoutineDefinitionQuerySet(models.QuerySet["RoutineDefinition"]):
    """Which definition holds when."""

    def visible_to(self, user: User) -> Self:
        """How figures are counted is told to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()

    def latest_first(self) -> Self:
        """Order so that, of those that hold by some day, the first one counts."""
        return self.order_by("-holds_from", "-pk")


class RoutineDefinition(Fact):
    """Which tickets are routine from one day on: of these kinds and priorities, without these
    categories.

    It is never changed: another one takes its place from its own day on, and what it counts is a
    series of its own. Of two from the same day, the later one counts.
    """

    # The day as the organisation's zone began it, so that periods can be compared with it.
    holds_from = models.DateTimeField()
    valid_from = models.DateField()
    kinds = models.JSONField()
    priorities = models.JSONField()
    excluded_categories = models.JSONField(default=list, blank=True)
    reason = models.TextField(blank=True)
    defined_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    defined_at = models.DateTimeField()

    objects = RoutineDefinitionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-holds_from", "-id"], name="routine_latest")]

    def __str__(self) -> str:
        return f"Definition {self.pk}, from {self.valid_from}"

    @property
    def included(self) -> Q:
        """The tickets that are routine."""
        routine = Q(kind__in=self.kinds) & Q(priority__in=self.priorities)
        if self.excluded_categories:
            routine &= ~Q(category__in=self.excluded_categories)
        return routine
