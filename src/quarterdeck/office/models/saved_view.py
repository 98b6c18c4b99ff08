"""Views of lists that people keep."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Noun
from quarterdeck.core.permission import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Whose views somebody finds."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own and those shared with everybody, columns chosen for a list aside."""
        return self.kept_for(user).exclude(name="")

    def kept_for(self, user: User) -> Self:
        """Keep all that the lists of this reader know: views, and chosen columns."""
        if not isinstance(user, Account):
            return self.none()
        return self.found_by(user.pk)

    def found_by(self, owner: Any) -> Self:
        """Keep those of an account, by its key or a slot for it, and those for everybody."""
        return self.filter(Q(owner=owner) | Q(is_shared=True))


class SavedView(Noun):
    """What somebody asks of a list again and again: filters, order and columns, under a name.

    `record` is the key of the list's noun and `parameters` what follows the question mark of its
    address. The view without a name holds the columns that its owner has chosen for the list.
    """

    record = models.CharField(max_length=80)
    name = models.CharField(max_length=80, blank=True)
    parameters = models.TextField(max_length=4_000, blank=True)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="saved_views")
    is_shared = models.BooleanField(default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "record", "name"], name="saved_view_name_once_an_owner"
            ),
            models.CheckConstraint(
                condition=Q(is_shared=False) | ~Q(name=""), name="a_shared_view_has_a_name"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["record"], condition=Q(is_shared=True), name="saved_view_shared"),
        ]

    def __str__(self) -> str:
        return self.name or f"Columns of {self.record}"
