"""What counts as routine, and since when."""

from datetime import date
from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.evidence import months_marked
from quarterdeck.core.models import Account, Fact
from quarterdeck.core.permission import User

# The evidence that definitions of routine bear on.
DOMAIN = "desk.tickets"


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
    # What sources call the categories that are left out.
    excluded_categories = models.JSONField(default=list, blank=True)
    # Our own categories that are left out with all below them: key, and the path of that day, by
    # which older tickets go on to be sorted where the category is renamed.
    excluded_trees = models.JSONField(default=list, blank=True)
    reason = models.TextField(blank=True)
    defined_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    defined_at = models.DateTimeField()

    objects = RoutineDefinitionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-holds_from", "-id"], name="routine_latest")]

    def __str__(self) -> str:
        return f"Definition {self.pk}, from {self.valid_from}"


def sorted_since() -> date:
    """Return the first day from which figures depend on how texts are sorted into categories.

    That is where a definition of routine leaves one of ours out; the last day there is, where none
    does.
    """
    days = RoutineDefinition.objects.exclude(excluded_trees=[]).order_by("valid_from")
    first, marked = days.first(), months_marked(DOMAIN).first()
    if first is None or marked is None:
        return date.max
    return max(first.valid_from, marked.month)
