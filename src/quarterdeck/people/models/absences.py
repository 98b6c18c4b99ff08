"""When people are away."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Noun, Person
from quarterdeck.people.models.positions import PersonnelQuerySet


class Absence(Noun):
    """A person is away, from one moment up to another one; why is nobody's business here."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("until")

    objects = PersonnelQuerySet["Absence"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="an_absence_ends_after_it_begins"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "ends_at"], name="absence_of_person")]

    def __str__(self) -> str:
        return f"{self.person} away from {self.starts_at:%Y-%m-%d %H:%M}"
