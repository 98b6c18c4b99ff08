"""What a measure shall reach, from when to when, and who answers for it."""

from datetime import date
from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Noun, Person

# SQLite keeps a decimal as a double, which holds 15 digits exactly.
_DIGITS, _PLACES = 15, 6


class TargetQuerySet(models.QuerySet["Target"]):
    """Which targets hold where and when."""

    def of(self, measure: str, scope: str) -> Self:
        """Keep every version of one measure's target at one scope."""
        return self.filter(measure=measure, scope=scope)

    def in_force(self, day: date) -> Self:
        """Keep the targets that hold on a day."""
        return self.filter(valid_from__lte=day).filter(
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day)
        )


class Target(Noun):
    """The value that a measure shall reach at one scope, with an owner and a span of validity.

    `value` and `warning` are in the measure's unit (seconds, share of one, number); the measure
    says in which direction the good lies. A new target is a new row: the one before it only gets
    its last day, which lies before its first where it never came into force.
    """

    measure = models.CharField(max_length=120)
    scope = models.CharField(max_length=240)
    value = models.DecimalField(max_digits=_DIGITS, decimal_places=_PLACES)
    warning = models.DecimalField(max_digits=_DIGITS, decimal_places=_PLACES, null=True, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="targets")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure", "scope"],
                condition=models.Q(valid_to__isnull=True),
                name="target_without_end_once",
            ),
            models.CheckConstraint(
                condition=models.Q(value__gte=0)
                & (models.Q(warning__isnull=True) | models.Q(warning__gte=0)),
                name="target_not_negative",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["scope", "measure", "valid_from"], name="target_of_scope"),
        ]

    def __str__(self) -> str:
        return f"Target of {self.measure}, {self.scope}, from {self.valid_from}"
