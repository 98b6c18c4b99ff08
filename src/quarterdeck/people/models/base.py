"""What the nouns of a class description share."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

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


class TableRow(Noun):
    """A row that may come in by a table, each line of which is one such row.

    `source` and `external_id` are of the table that it came in by, and empty where it was typed in.
    """

    source = models.CharField(max_length=64, blank=True, editable=False)
    external_id = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="%(class)s_once_at_its_source",
            ),
        ]

    @property
    def fixed(self) -> str:
        """Why no table may change the row now; empty where it may."""
        return ""

    @classmethod
    def standing(
        cls,
        source: str,
        external_id: str,
        values: Mapping[str, Any],  # noqa: ARG003 — some kinds of row are known by their values too
    ) -> "TableRow | None":
        """Return the row of which a line of a table speaks, where it is here already."""
        known = cls._default_manager.filter(source=source, external_id=external_id)
        return known.first()

    @property
    def detail_address(self) -> str:
        """The name of the address of its page, for `reverse` with the primary key."""
        return f"{self._meta.label_lower}.detail"

    def set_texts(self, values: Mapping[str, Any]) -> None:
        """Put what a table says into the row, by the names of its fields.

        What is empty in the table is empty in the row. ValidationError, by field, where a text is
        no such value.
        """
        for name, told in values.items():
            field = self._column(name)
            if told == "" and not field.empty_strings_allowed:
                value = None if field.null else field.get_default()
            else:
                value = told
            setattr(self, field.attname, field.to_python(value))

    def texts(self, names: Iterable[str]) -> dict[str, str]:
        """Return what the row says of these fields, as a table would."""
        said = {name: getattr(self, self._column(name).attname) for name in names}
        return {name: "" if value is None else str(value) for name, value in said.items()}

    def _column(self, name: str) -> "models.Field[Any, Any]":
        field = self._meta.get_field(name)
        if not isinstance(field, models.Field):
            raise TypeError(f"{name} is no column of {self._meta.label}.")
        return field
