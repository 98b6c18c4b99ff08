"""Whom the names of a source mean."""

from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Noun, Person
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role

LONGEST_NAME = 200


class PersonAliasQuerySet(models.QuerySet["PersonAlias"]):
    """Which names mean whom."""

    def visible_to(self, user: User) -> Self:
        """Whoever imports finds them, and auditors do."""
        readers = (Role.ADMINISTRATOR, Role.IT_MANAGER, Role.AUDITOR)
        return self.filter() if holds(user, *readers) else self.none()


class PersonAlias(Noun):
    """A name as a source writes it, and the person whom it means, or that it means nobody of ours.

    Tickets keep the name. They are linked to the person as long as the alias says so.
    """

    source = models.CharField(max_length=64)
    text = models.CharField(max_length=LONGEST_NAME, verbose_name="name")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="aliases"
    )

    objects = PersonAliasQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "person aliases"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "text"], name="person_alias_once"),
        ]

    def __str__(self) -> str:
        return f"“{self.text}” of {self.source}"
