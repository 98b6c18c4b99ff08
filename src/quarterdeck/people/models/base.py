"""What the nouns of a class description share."""

from typing import ClassVar, Self, TypeVar

from django.db import models

from quarterdeck.core.models import Noun
from quarterdeck.core.permission import User

M = TypeVar("M", bound=models.Model)

# The domain of evidence that tells who has a current description.
DESCRIPTIONS = "people.descriptions"


class OpenQuerySet(models.QuerySet[M]):
    """Rows that are no secret: class descriptions are public inside the house."""

    def visible_to(self, user: User) -> Self:
        """Job classes are open to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()


LONGEST_TITLE = 80


def shortened(text: str) -> str:
    """Return what a long text is called in titles and links."""
    return text if len(text) <= LONGEST_TITLE else f"{text[:LONGEST_TITLE]}…"


class ClassItem(Noun):
    """One thing that a version of a class says; `text` is as it was approved.

    `is_confirmed` says whether a person has looked at it, `record` is the record of the draft that
    it came from, and so the way to its place in the source.
    """

    class_version = models.ForeignKey(
        "people.ClassVersion", on_delete=models.PROTECT, related_name="%(class)s_items"
    )
    order = models.PositiveIntegerField()
    text = models.TextField()
    is_confirmed = models.BooleanField("confirmed")
    record = models.ForeignKey(
        "people.DraftedRecord",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="drafted record",
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["class_version", "order"], name="%(class)s_order_once_in_version"
            )
        ]
