"""Pages cut by keyset: as fast at the millionth row as at the first, and stable as rows come in.

A cursor holds the values of the ordering columns of the row next to which the page begins, not a
position and not a key, so that it survives the row's removal.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import (
    EmptyResultSet,
    FieldDoesNotExist,
    SuspiciousOperation,
    ValidationError,
)
from django.db import connections, models
from django.db.models import Q
from django.db.models.expressions import RawSQL

PAGE_SIZE = 50
COUNT_LIMIT = 1_000


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the cursors of its neighbours: empty where there is none."""

    rows: list[Any]
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Count:
    """How many rows there are, counted up to a limit."""

    amount: int
    is_bounded: bool

    def __str__(self) -> str:
        return f"{self.amount:,}{'+' if self.is_bounded else ''}"


class Parts:
    """Rows in parts that may share some, each of them found by an index in the order of a list.

    For conditions joined by OR, databases fetch and sort all rows that meet one of them, and look
    them all up before they count any.
    """

    def __init__(self, every: Sequence[models.QuerySet[Any]], order: Sequence[str]) -> None:
        """Take at least one part, and the order in which their rows are served."""
        self.model: type[models.Model] = every[0].model
        self._every, self._order = every, tuple(order)

    def filter(self, condition: Q) -> "Parts":
        """Narrow every part."""
        return Parts([part.filter(condition) for part in self._every], self._order)

    def first(self, order: Sequence[str], size: int) -> models.QuerySet[Any]:
        """Return the first rows of every part: among them are the first of all.

        They are joined as text: to take them into another query Django goes through each anew.
        """
        if tuple(order) != self._order:
            return Parts(self._every, order).first(order, size)
        text, values = self._joined(size)
        rows = self.model._base_manager
        if not text:
            return rows.none()
        return rows.filter(pk__in=RawSQL(text, values))  # noqa: S611 — Django's own text, values apart

    def count(self, limit: int) -> int:
        """Count the first rows of every part, each once."""
        text, values = self._joined(limit)
        if not text:
            return 0
        with connections[self._every[0].db].cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({text}) AS every", values)  # noqa: S608 — Django's own text, values apart
            found: int = cursor.fetchone()[0]
        return found

    def _joined(self, size: int) -> tuple[str, list[Any]]:
        """Return a statement for the keys of the first rows of every part, and its values."""
        texts = [
            f"SELECT * FROM ({text} LIMIT {size}) AS part"  # noqa: S608 — Django's own text and a whole number
            for text, _ in self._statements
        ]
        return " UNION ".join(texts), [value for _, values in self._statements for value in values]

    @cached_property
    def _statements(self) -> list[tuple[str, tuple[Any, ...]]]:
        """What is asked for each part; written once for a page and for the count beside it."""
        found = []
        for part in self._every:
            try:
                found.append(part.order_by(*self._order).values("pk").query.sql_with_params())
            except EmptyResultSet:
                continue
        return found


Rows = models.QuerySet[Any] | Parts


def count_up_to(rows: Rows, limit: int = COUNT_LIMIT) -> Count:
    """Count without walking a large table: beyond the limit it only says that there are more."""
    parts = rows if isinstance(rows, Parts) else Parts([rows], order=())
    found = parts.count(limit + 1)
    return Count(min(found, limit), is_bounded=found > limit)


def counted(rows: Collection[Any], limit: int = COUNT_LIMIT) -> Count:
    """Count rows that are read already: up to one more than the limit."""
    return Count(min(len(rows), limit), is_bounded=len(rows) > limit)


def reversed_order(order: Sequence[str]) -> tuple[str, ...]:
    """Return the same columns in the other direction."""
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def cut(
    rows: Rows,
    order: Sequence[str],
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZE,
    shape: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] = lambda rows: rows,
) -> Page:
    """Return the page after or before a cursor, or the first one.

    Every column of `order` is never null, all run in one direction, and the last one is unique.
    `shape` says which columns are fetched. SuspiciousOperation, which Django answers with 400,
    where the cursor is malformed.
    """
    direction = reversed_order(order) if before and not after else tuple(order)
    cursor = after or before
    if cursor:
        rows = rows.filter(_beyond(direction, _values(rows.model, direction, cursor)))
    if isinstance(rows, Parts):
        rows = rows.first(direction, size + 1)
    found = list(shape(rows).order_by(*direction)[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if direction != tuple(order):
        found.reverse()
        return _page(found, order, has_after=True, has_before=has_more)
    return _page(found, order, has_after=has_more, has_before=bool(after))


def _page(found: list[Any], order: Sequence[str], *, has_after: bool, has_before: bool) -> Page:
    if not found:
        return Page([])
    return Page(
        found,
        after=_cursor(found[-1], order) if has_after else "",
        before=_cursor(found[0], order) if has_before else "",
    )


def _column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model.__name__} is ordered by {name}, which is not a column.")
    return field


def _names(order: Sequence[str]) -> list[str]:
    return [name.removeprefix("-") for name in order]


def _cursor(row: models.Model, order: Sequence[str]) -> str:
    values = [_column(type(row), name).value_to_string(row) for name in _names(order)]
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _values(model: type[models.Model], order: Sequence[str], cursor: str) -> list[Any]:
    names = _names(order)
    try:
        texts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [
            _column(model, name).to_python(text) for name, text in zip(names, texts, strict=True)
        ]
    except (ValueError, TypeError, binascii.Error, ValidationError, FieldDoesNotExist) as error:
        raise SuspiciousOperation("The cursor of this page is malformed.") from error


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows past these values: (a ≤ x) and (a < x or beyond the rest), done by index."""
    name, value = order[0].removeprefix("-"), values[0]
    way = "lt" if order[0].startswith("-") else "gt"
    strictly = Q(**{f"{name}__{way}": value})
    if len(order) == 1:
        return strictly
    return Q(**{f"{name}__{way}e": value}) & (strictly | _beyond(order[1:], values[1:]))
