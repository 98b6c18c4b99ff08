"""What somebody shall do because something was not as it should be."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Fact, Noun, Person
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.planning.vocabulary import ActionState

STEERING_ROLES = (Role.IT_MANAGER, Role.DIRECTOR, Role.ADMINISTRATOR)


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    """Named filters on corrective actions."""

    def open(self) -> Self:
        """Keep what is neither done nor cancelled."""
        return self.filter(state=ActionState.OPEN)

    def about(self, measure: str, scope: str) -> Self:
        """Keep the actions that one measure at one scope gave rise to."""
        return self.filter(measure=measure, scope=scope)

    def visible_to(self, user: User) -> Self:
        """Keep one's own and one's teams'; those who steer and the auditor see all."""
        sight = sight_of(user, NounClass.ORDINARY)
        if sight.everything or holds(user, *STEERING_ROLES, Role.AUDITOR):
            return self.all()
        mine = Q(pk__in=())
        if sight.person_key is not None:
            mine |= Q(owner=sight.person_key)
        if sight.team_keys:
            members = Person.objects.filter(memberships__team__in=sight.team_keys)
            mine |= Q(owner__in=members)
        return self.filter(mine)


class CorrectiveAction(Noun):
    """Something that its owner does by a day, because a target was missed or something was found.

    `measure`, `scope` and `period` name the reading that gave rise to it, and are empty where none
    did; `target` and `reading` say in words what was wanted and what was found.
    """

    title = models.CharField(max_length=200)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="corrective_actions")
    due_on = models.DateField()
    state = models.CharField(max_length=16, choices=ActionState.choices, default=ActionState.OPEN)
    finding = models.TextField(blank=True)
    what_was_done = models.TextField(blank=True)
    effect = models.TextField(blank=True)
    measure = models.CharField(max_length=120, blank=True)
    scope = models.CharField(max_length=240, blank=True)
    period = models.CharField(max_length=64, blank=True)
    target = models.CharField(max_length=64, blank=True)
    reading = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure", "scope"],
                condition=Q(state=ActionState.OPEN) & ~Q(measure=""),
                name="one_open_action_for_a_measure",
            ),
            models.CheckConstraint(
                condition=Q(state=ActionState.OPEN, ended_on__isnull=True)
                | (~Q(state=ActionState.OPEN) & Q(ended_on__isnull=False)),
                name="ended_action_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], name="action_due"),
            models.Index(fields=["measure", "scope", "period"], name="action_of_measure"),
        ]

    def __str__(self) -> str:
        return self.title


class ActionNote(Fact):
    """Something that became known about a corrective action later, such as another missed month."""

    action = models.ForeignKey(CorrectiveAction, on_delete=models.DO_NOTHING, related_name="notes")
    text = models.TextField()
    period = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["action", "period"],
                condition=~Q(period=""),
                name="period_noted_on_an_action_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.text}"
