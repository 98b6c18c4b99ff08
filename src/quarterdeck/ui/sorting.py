"""Lists in the order of any of their columns, where few rows are found.

A large table is served in the order of an index alone. As many rows as a list counts are put in
order at once: their keys are read, cut into pages, and only the rows of one page are fetched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower, NullIf

from quarterdeck.core.database import Among
from quarterdeck.core.records import Record, is_declared, record_of
from quarterdeck.ui.list_cells import columns_to_choose
from quarterdeck.ui.paging import COUNT_LIMIT, PAGE_SIZE, Page

MOST_SORTED = COUNT_LIMIT
_IN_THEIR_OWN_ORDER = (
    models.BooleanField,
    models.DateField,
    models.DecimalField,
    models.DurationField,
    models.FloatField,
    models.IntegerField,
    models.TimeField,
)
Shape = Callable[[models.QuerySet[Any]], models.QuerySet[Any]]


@dataclass(frozen=True)
class Sorting:
    """A column by which rows are put in order, from the least to the greatest or back.

    What has no value comes last both ways. Choices stand in the order in which they are declared,
    and what a foreign key leads to by what it is called; capitals make no difference.
    """

    name: str
    key: Any
    is_descending: bool = False

    @property
    def parameter(self) -> str:
        """What an address says: the name of the column, with a minus before it to run back."""
        return f"-{self.name}" if self.is_descending else self.name

    @property
    def order(self) -> tuple[OrderBy | str, ...]:
        """What the rows are ordered by; of equals the newest comes first."""
        return OrderBy(self.key, descending=self.is_descending, nulls_last=True), "-pk"

    def cut(self, rows: models.QuerySet[Any], *, after: str, before: str, shape: Shape) -> Page:
        """Return the page after or before the row with a key, or the first one; `shape` says which
        columns are fetched. SuspiciousOperation where the key is none."""
        keys = list(rows.order_by(*self.order).values_list("pk", flat=True)[:MOST_SORTED])
        start = _start(keys, after, before)
        wanted = keys[start : start + PAGE_SIZE]
        found = {row.pk: row for row in shape(rows.order_by().filter(Among("pk", wanted)))}
        return Page(
            [found[key] for key in wanted if key in found],
            after=str(wanted[-1]) if start + PAGE_SIZE < len(keys) else "",
            before=str(wanted[0]) if start else "",
        )


def sorting_of(record: Record, asked: str) -> Sorting | None:
    """Return the order that an address asks for; None where there is no such."""
    name = asked.removeprefix("-")
    key = sort_key(record, name) if name else None
    return None if key is None else Sorting(name, key, is_descending=asked.startswith("-"))


def sort_key(record: Record, name: str) -> Any:
    """Return by what rows are sorted for a column of a list; None where they cannot be.

    What is guarded sorts nothing: the order would tell what the rows withhold.
    """
    if name not in columns_to_choose(record) or record.guards([name]):
        return None
    return _key_of(record.model._meta.get_field(name), name)


def _key_of(field: Any, path: str) -> Any:
    if isinstance(field, models.ForeignKey):
        return _key_of_target(field, path)
    if field.choices:
        places = enumerate(value for value, _ in field.flatchoices)
        return Case(*(When(**{path: value}, then=Value(place)) for place, value in places))
    if isinstance(field, models.CharField):
        return NullIf(Lower(path), Value(""))
    return F(path) if isinstance(field, _IN_THEIR_OWN_ORDER) else None


def _key_of_target(field: Any, path: str) -> Any:
    """Sort by the first column of what a key leads to, which names it on its own list."""
    target = field.related_model
    if not is_declared(target) or getattr(target, "named_by", None):
        return None
    first = record_of(target).columns[0]
    called = target._meta.get_field(first)
    is_key = isinstance(called, models.ForeignKey)
    return None if is_key else _key_of(called, f"{path}__{first}")


def _start(keys: Sequence[int], after: str, before: str) -> int:
    """Return where a page begins; at the beginning where the row beside it is there no more."""
    cursor = after or before
    if not cursor:
        return 0
    if not cursor.isdecimal():
        raise SuspiciousOperation("The cursor of this page is malformed.")
    place = keys.index(int(cursor)) if int(cursor) in keys else -1
    return place + 1 if after else max(0, place - PAGE_SIZE)
