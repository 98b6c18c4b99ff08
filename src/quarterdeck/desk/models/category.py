"""What tickets may be about: the tree of categories."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from quarterdeck.core.models import Noun
from quarterdeck.core.permission import User
from quarterdeck.desk.models.routine import DOMAIN, sorted_since

SEPARATOR = " / "
LONGEST_PATH = 200
_LONGEST_NAME = 100


def active_paths(tree: Iterable[tuple[str, bool]]) -> list[str]:
    """Return the paths that are neither retired nor below one that is, of paths with that word."""
    known = list(tree)
    closed = tuple(path + SEPARATOR for path, retired in known if retired)
    return [path for path, retired in known if not retired and not path.startswith(closed)]


class CategoryQuerySet(models.QuerySet["Category"]):
    """Which categories there are, and which of them are in use."""

    def visible_to(self, user: User) -> Self:
        """What tickets are sorted by is told to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()

    def in_use(self) -> Self:
        """Leave out those that are retired themselves; `active_paths` asks those above too."""
        return self.filter(retired=False)

    def outside(self, row: "Category | None") -> Self:
        """Keep what a category may stand below: nothing retired, nor itself or what it is above.

        Where it stands already is kept, also if that is retired.
        """
        closed = models.Q(retired=True)
        for path in self.filter(retired=True).values_list("path", flat=True):
            closed |= models.Q(path__startswith=path + SEPARATOR)
        rows = self.exclude(closed)
        if row is not None:
            rows |= self.filter(pk=row.parent_id)
            below = models.Q(pk=row.pk) | models.Q(path__startswith=row.path + SEPARATOR)
            rows = rows.exclude(below)
        return rows.order_by("path")

    def active_paths(self) -> list[str]:
        """Return the paths on offer, in their order: not retired, nor below one that is."""
        return active_paths(self.order_by("path").values_list("path", "retired"))


class Category(Noun):
    """What a ticket may be about, such as Printer below Hardware; retired, it is not offered.

    Tickets keep the path as text, as it read when it was given: neither another name nor another
    place nor retirement rewrites them, and what a source says is no category of this tree unless
    it reads the same. Where a tree is renamed, older tickets therefore go by the older path, and
    the history of the category says when it changed.
    """

    evidence_domain = DOMAIN

    name = models.CharField(max_length=_LONGEST_NAME)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    retired = models.BooleanField(
        default=False,
        help_text="Not offered any more, with all below it; tickets that have it keep it.",
    )
    is_how_to = models.BooleanField(
        "question of use",
        default=False,
        help_text="Somebody did not know how: training shall make its tickets fewer.",
    )
    # The names from the top to the category itself, such as "Hardware / Printer"; `save` keeps it.
    path = models.CharField(max_length=LONGEST_PATH, editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"
        constraints: ClassVar = [
            # Equal names under one parent are equal paths, and so are they at the top.
            models.UniqueConstraint(
                Lower("path"),
                name="category_path_once",
                violation_error_message="There is a category of this name in this place already.",
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="category_not_its_own_parent",
                violation_error_message="A category cannot stand below itself.",
            ),
        ]

    def __str__(self) -> str:
        return self.path

    def evidence_since(self) -> date:
        """Return the first day on which figures depend on it."""
        return sorted_since()

    def clean(self) -> None:
        """Refuse a ring, and a name or place with which paths would be ambiguous or too long."""
        self.name = self.name.strip()
        if not self.name or "/" in self.name:
            raise ValidationError({"name": "A name has letters, and no “/”: that parts a path."})
        below = self._below() if self.pk else []
        if self.parent_id is not None and self.parent_id in {self.pk, *(each.pk for each in below)}:
            told = f"“{self.name}” cannot stand below itself or below what stands below it."
            raise ValidationError({"parent": told})
        if self._is_moved() and self.parent and not self._is_in_use(self.parent):
            told = f"“{self.parent}” is retired: choose one that is in use."
            raise ValidationError({"parent": told})
        before, self.path = self.path, self.path_by_place()
        deepest = max((len(each.path) - len(before) for each in below), default=0)
        if len(self.path) + deepest > LONGEST_PATH:
            told = f"The path would be longer than {LONGEST_PATH} characters: choose a shorter name"
            raise ValidationError({"name": f"{told} or a higher place."})

    def _is_moved(self) -> bool:
        return not Category.objects.filter(pk=self.pk, parent=self.parent_id).exists()

    def _is_in_use(self, other: "Category") -> bool:
        return Category.objects.outside(None).filter(pk=other.pk).exists()

    def save(self, **how: Any) -> None:
        """Store it with its path, and give everything below the path that follows from it."""
        self.path = self.path_by_place()
        if how.get("update_fields") is not None:
            how["update_fields"] = {*how["update_fields"], "path"}
        super().save(**how)
        for child in self.children.all():
            if child.path != child.path_by_place():
                child.version += 1
                child.save(update_fields=["version"])

    def path_by_place(self) -> str:
        """Return the path that follows from the name and from what stands above it."""
        above = "" if self.parent is None else self.parent.path + SEPARATOR
        return above + self.name

    def _below(self) -> Sequence["Category"]:
        """Return everything below it; the tree is small, so it is walked level by level."""
        found: list[Category] = []
        level = list(self.children.all())
        while level:
            found += level
            seen = {self.pk, *(each.pk for each in found)}
            level = list(Category.objects.filter(parent__in=level).exclude(pk__in=seen))
        return found
