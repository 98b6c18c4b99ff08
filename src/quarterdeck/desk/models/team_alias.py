"""Which teams the groups and queues of a source are."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Noun, Team
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role


class TeamAliasQuerySet(models.QuerySet["TeamAlias"]):
    """Which names of sources mean which team."""

    def said(self) -> Self:
        """Keep those of which somebody has said what they mean."""
        return self.filter(Q(team__isnull=False) | Q(is_no_team=True))

    def visible_to(self, user: User) -> Self:
        """Whoever imports finds them, and auditors do."""
        readers = (Role.ADMINISTRATOR, Role.IT_MANAGER, Role.AUDITOR)
        return self.filter() if holds(user, *readers) else self.none()


class TeamAlias(Noun):
    """A group or queue as a source calls it, and the team of ours that is the same, or that it is
    none.

    Imports write the team in the place of the name, and a worker lets the tickets that are here
    already follow. A name of which nothing is said is a team of its own, which the import founds.

    `followed` has the keys of the teams in which tickets of this name may stand at present, 0 for
    none; while it `waits`, they have not followed yet.
    """

    source = models.CharField(max_length=64, help_text="As the import names it.")
    text = models.CharField(
        max_length=200, verbose_name="name", help_text="As the source writes it."
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="aliases",
        help_text="Leave it empty to let the name be a team of its own again.",
    )

    is_no_team = models.BooleanField(
        default=False,
        verbose_name="no team",
        help_text="The name is no team: its tickets come in without one.",
    )
    followed = models.JSONField(default=list, blank=True, editable=False)
    waits = models.BooleanField(default=False, editable=False)

    objects = TeamAliasQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "team aliases"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "text"],
                name="team_alias_once",
                violation_error_message="It is said already which team this group is.",
            ),
            models.CheckConstraint(
                condition=Q(is_no_team=False) | Q(team__isnull=True),
                name="team_alias_is_a_team_or_none",
                violation_error_message="Either it is a team, or it is none: not both.",
            ),
        ]

    @property
    def is_said(self) -> bool:
        """Whether somebody has said what the name means."""
        return self.is_no_team or self.team_id is not None

    def __str__(self) -> str:
        return f"“{self.text}” of {self.source}"
