"""What people at the desk keep for use again: for themselves, for a team, or for all of them."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Noun, Team
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.vocabulary.ticket_life import Audience

# Who works at the desk, and who looks at how it works.
DESK_READERS = (
    Role.TECHNICIAN,
    Role.TEAM_LEAD,
    Role.IT_MANAGER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)

M = TypeVar("M", bound="Kept")


class KeptQuerySet(models.QuerySet[M]):
    """Who finds what is kept."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own, and what is for everybody or for a team that one reaches."""
        if not isinstance(user, Account) or not holds(user, *DESK_READERS):
            return self.none()
        sight = sight_of(user, NounClass.ORDINARY)
        teams = Q(audience=Audience.TEAM)
        if not sight.everything:
            teams &= Q(team__in=sight.team_keys)
        return self.filter(Q(owner=user) | Q(audience=Audience.EVERYBODY) | teams)

    def in_use(self) -> Self:
        """Keep what is not retired."""
        return self.filter(retired=False)


class Kept(Noun):
    """What canned replies and macros share: a name, an owner, and who else finds them."""

    name = models.CharField(max_length=120)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(
        max_length=16, choices=Audience.choices, default=Audience.OWN, verbose_name="for"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired = models.BooleanField(default=False)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(audience=Audience.TEAM, team__isnull=False)
                | (~Q(audience=Audience.TEAM) & Q(team__isnull=True)),
                name="%(class)s_of_a_team_names_it",
            ),
        ]

    def __str__(self) -> str:
        return self.name
