"""People, the tree of units, and teams."""

from datetime import date
from typing import ClassVar, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce

from quarterdeck.core.models.base import Noun

M = TypeVar("M", bound=models.Model)


class DirectoryQuerySet(models.QuerySet[M]):
    """What everybody in the house may look up."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """The directory is open to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()


class UnitQuerySet(DirectoryQuerySet["Unit"]):
    """Walks of the tree of units."""

    def below(self, unit: "Unit") -> Self:
        """Keep the unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)


class Unit(Noun):
    """A part of the organisation; units form a tree whose root is the organisation."""

    name = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    # The keys of all ancestors and of the unit itself, such as "1.4.": one prefix is a subtree.
    path = models.CharField(max_length=400, db_index=True, editable=False, blank=True)
    manager = models.ForeignKey(
        "core.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="manages"
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Coalesce("parent", 0), "name", name="unit_name_once_under_parent"
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="unit_not_its_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonQuerySet(DirectoryQuerySet["Person"]):
    """Who is still there."""

    def here_on(self, day: date) -> Self:
        """Leave out those whose last day has passed; they stay in the directory."""
        return self.exclude(ends_on__lt=day)


class Person(Noun):
    """A human being whom the department knows; many have no account.

    Whoever leaves is never removed: `ends_on` is their last day.
    """

    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    reports_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    # The system that told of the person first, and what it calls them; none for one typed in here.
    source = models.CharField(max_length=64, blank=True, editable=False)
    external_id = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="person_external_id_once_a_source",
            ),
            models.CheckConstraint(
                condition=models.Q(reports_to__isnull=True) | ~models.Q(reports_to=models.F("id")),
                name="person_not_own_supervisor",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def has_left_by(self, day: date) -> bool:
        """Say whether the last day of this person lies before a day."""
        return self.ends_on is not None and self.ends_on < day

    def clean(self) -> None:
        """Refuse a reporting line that comes back to this person."""
        superior = self.reports_to
        seen = {self.pk} if self.pk else set()
        while superior is not None:
            if superior.pk in seen:
                told = f"{self.reports_to} reports to {self.name}, directly or through others."
                raise ValidationError({"reports_to": told})
            seen.add(superior.pk)
            superior = superior.reports_to


class Team(Noun):
    """People who share a queue of work, inside one unit."""

    name = models.CharField(max_length=200, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="teams")
    lead = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )

    objects = DirectoryQuerySet["Team"].as_manager()

    def __str__(self) -> str:
        return self.name


class TeamMembership(Noun):
    """A person works in a team."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")

    objects = DirectoryQuerySet["TeamMembership"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "team"], name="member_of_a_team_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"
