"""What the categories of a source mean to us."""

from datetime import date
from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Noun
from quarterdeck.core.permission import User
from quarterdeck.desk.models.category import LONGEST_PATH, Category
from quarterdeck.desk.models.routine import DOMAIN, sorted_since


class CategoryAliasQuerySet(models.QuerySet["CategoryAlias"]):
    """Which texts of sources mean what."""

    def visible_to(self, user: User) -> Self:
        """What tickets are sorted by is told to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()


class CategoryAlias(Noun):
    """What a source calls a category of ours, or that it is none of ours.

    Tickets keep the source's text. They count as of our category as long as the alias says so, from
    the moment at which it does; a text that reads as the path of a category needs none.
    """

    evidence_domain = DOMAIN

    source = models.CharField(max_length=64)
    text = models.CharField(max_length=LONGEST_PATH)
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="aliases",
        help_text="Leave it empty for a text that is none of ours.",
    )

    objects = CategoryAliasQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "category aliases"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "text"],
                name="category_alias_once",
                violation_error_message="It is said already what this text of this source means.",
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.text}” of {self.source}"

    def evidence_since(self) -> date:
        """Return the first day on which figures depend on it."""
        return sorted_since()
