"""Positions and who holds them: enough to say who is of which class."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Noun, Person, Unit
from quarterdeck.core.permission import NounClass, Sight, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.people.models.architecture import JobClass, Level
from quarterdeck.people.models.base import DESCRIPTIONS, M

LEADING_ROLES = (Role.TEAM_LEAD, Role.IT_MANAGER, Role.DIRECTOR)


def people_within(user: User, sight: Sight) -> Q:
    """Return the condition on a person that a reach over personnel records fulfils.

    It is oneself, one's teams, everybody of the units in reach, be they in a team or not, and, for
    those who lead, everybody down one's reporting line.
    """
    keys = set() if sight.person_key is None else {sight.person_key}
    if holds(user, *LEADING_ROLES):
        keys |= reporting_line(user)
    within = Q(pk__in=keys) | Q(memberships__team__in=sight.team_keys)
    for path in sorted(sight.unit_paths):
        within |= Q(unit__path__startswith=path)
    return within


def reporting_line(user: User) -> set[int]:
    """Return the keys of all who report to the account's person, directly or through others."""
    if not isinstance(user, Account) or user.person_id is None:
        return set()
    known: set[int] | None = getattr(user, "_line_read", None)
    if known is None:
        known = _below(user.person_id)
        user._line_read = known  # type: ignore[attr-defined]  # noqa: SLF001 — a cache on our own object
    return known


def _below(person: int) -> set[int]:
    under: dict[int, list[int]] = {}
    lines = Person.objects.filter(reports_to__isnull=False).values_list("pk", "reports_to")
    for key, superior in lines:
        under.setdefault(superior or 0, []).append(key)
    found: set[int] = set()
    waiting = list(under.get(person, ()))
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += under.get(key, ())
    return found


class PersonnelQuerySet(models.QuerySet[M]):
    """Rows that tell of one `person` each, and are personnel records."""

    def visible_to(self, user: User) -> Self:
        """They are seen by HR, the manager of the line, and oneself."""
        sight = sight_of(user, NounClass.PERSONNEL)
        if sight.everything:
            return self.filter()
        within = Person.objects.filter(people_within(user, sight))
        return self.filter(person__in=within)


class PositionQuerySet(models.QuerySet["Position"]):
    """Which positions somebody may see."""

    def visible_to(self, user: User) -> Self:
        """Positions are personnel records: HR, the manager of the reporting line, the holder.

        A vacant one is seen by whoever has a team in its unit within reach.
        """
        sight = sight_of(user, NounClass.PERSONNEL)
        if sight.everything:
            return self.filter()
        within = Person.objects.filter(people_within(user, sight))
        held = Incumbency.objects.filter(person__in=within).values("position")
        vacant = Q(incumbencies__isnull=True, unit__teams__in=sight.team_keys)
        return self.filter(pk__in=Position.objects.filter(Q(pk__in=held) | vacant).values("pk"))


class Position(Noun):
    """A seat in a unit, of one class and perhaps level; it stays when its holder leaves."""

    title = models.CharField(max_length=200)
    number = models.CharField(max_length=64, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="positions")
    job_class = models.ForeignKey(JobClass, on_delete=models.PROTECT, related_name="positions")
    level = models.ForeignKey(
        Level, on_delete=models.PROTECT, null=True, blank=True, related_name="positions"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="The last day, once it ends.")

    objects = PositionQuerySet.as_manager()
    evidence_domain = DESCRIPTIONS

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="position_number_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="position_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def evidence_since(self) -> date:
        """Return the first day of the position."""
        return self.valid_from


class Incumbency(Noun):
    """The fact that a person holds a position, from a day and perhaps until one."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="incumbencies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="incumbencies")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="The last day, once it ends.")

    objects = PersonnelQuerySet["Incumbency"].as_manager()
    evidence_domain = DESCRIPTIONS

    class Meta:
        verbose_name_plural = "incumbencies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["position", "person"],
                condition=Q(valid_to__isnull=True),
                name="person_holds_a_position_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="incumbency_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.position}"

    def evidence_since(self) -> date:
        """Return the first day on which the person holds it."""
        return self.valid_from
