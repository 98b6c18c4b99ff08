"""Which teams the groups and queues of a source are."""

from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Noun, Team
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role


class TeamAliasQuerySet(models.QuerySet["TeamAlias"]):
    """Which names of sources mean which team."""

    def visible_to(self, user: User) -> Self:
        """Whoever imports finds them, and auditors do."""
        readers = (Role.ADMINISTRATOR, Role.IT_MANAGER, Role.AUDITOR)
        return self.filter() if holds(user, *readers) else self.none()


class TeamAlias(Noun):
    """A group or queue as a source calls it, and the team of ours that is the same.

    Imports write the team in the place of the name. A name of which nothing is said is a team of
    its own, which the import founds.
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

    objects = TeamAliasQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "team aliases"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "text"],
                name="team_alias_once",
                violation_error_message="It is said already which team this group is.",
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.text}” of {self.source}"
