"""Who gets a ticket: what people are able to do, how a team assigns, and what was decided."""

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Fact, Noun, Person, Team
from quarterdeck.core.permission import User, holds
from quarterdeck.desk.models.category import Category
from quarterdeck.desk.models.desk_sight import read_at_desk
from quarterdeck.desk.models.kept import DESK_READERS
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.rota import OfTeamQuerySet
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary.duty import SkillLevel, Strategy
from quarterdeck.services.models import Service


class SkillQuerySet(models.QuerySet["Skill"]):
    """Who may know what people are able to do."""

    def visible_to(self, user: User) -> Self:
        """Everybody at the desk may: it says whom to ask."""
        return self.filter() if holds(user, *DESK_READERS) else self.none()


class Skill(Noun):
    """How well a person can work on tickets of a service, or of a category and all below it.

    What a job demands is a *competency* and stands in its class; this is what assigns tickets.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="skills")
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="skills"
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="skills"
    )
    level = models.PositiveSmallIntegerField(choices=SkillLevel.choices, default=SkillLevel.ABLE)

    objects = SkillQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(service__isnull=True, category__isnull=False)
                | Q(service__isnull=False, category__isnull=True),
                name="a_skill_is_in_a_service_or_a_category",
            ),
            models.CheckConstraint(
                condition=Q(level__range=(SkillLevel.LEARNING.value, SkillLevel.EXPERT.value)),
                name="a_skill_has_a_level",
            ),
            models.UniqueConstraint(fields=["person", "service"], name="skill_once_a_service"),
            models.UniqueConstraint(fields=["person", "category"], name="skill_once_a_category"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.service or self.category}"

    def clean(self) -> None:
        """Refuse a skill in nothing, or in two things at once."""
        if (self.service_id is None) == (self.category_id is None):
            raise ValidationError({"service": "Choose a service or a category, one of both."})


class AssignmentPolicyQuerySet(OfTeamQuerySet["AssignmentPolicy"]):
    """How which teams assign."""


class AssignmentPolicy(Noun):
    """How the tickets that come into a team find whoever works on them.

    `least_level` is the skill that a ticket's service or category needs, nothing where none is
    needed. `last_assignee` is whose turn it was last; the row is held while one is chosen.
    """

    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="assignment_policy")
    strategy = models.CharField(max_length=16, choices=Strategy.choices, default=Strategy.BY_HAND)
    least_level = models.PositiveSmallIntegerField(
        choices=SkillLevel.choices, null=True, blank=True
    )
    last_assignee = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AssignmentPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "assignment policies"

    def __str__(self) -> str:
        return f"{self.team}: {self.get_strategy_display().lower()}"


class AssignmentDecisionQuerySet(models.QuerySet["AssignmentDecision"]):
    """Which decisions a reader may see."""

    def visible_to(self, user: User) -> Self:
        """Keep those on tickets that somebody at the desk may see and did not only report."""
        return self.filter(read_at_desk(user), on_visible(user))


class AssignmentDecision(Fact):
    """Whom a strategy gave a ticket that came into a team, or that nobody could get it, and why.

    `considered` holds for each person of the team the name, the load and what stood in the way.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="assignment_decisions"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    strategy = models.CharField(max_length=16, choices=Strategy.choices)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField()
    considered = models.JSONField(default=list)
    at = models.DateTimeField()

    objects = AssignmentDecisionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.ticket.number}: {self.person or 'nobody'}"
