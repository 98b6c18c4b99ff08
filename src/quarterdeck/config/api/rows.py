"""Rows as plain dictionaries: the ways to read them are chosen once for a record."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import models

from quarterdeck.config.api.fields import Column, Read, columns_of, form_of
from quarterdeck.core.records import Record


class Cell(NamedTuple):
    """How one column is read: its name, where the row keeps it, and what makes it JSON."""

    name: str
    source: str
    read: Read


@dataclass(frozen=True)
class Way:
    """How the rows of a record are read: their columns, and which of them lead elsewhere."""

    columns: tuple[Column, ...]
    references: tuple[Column, ...]
    cells: tuple[Cell, ...]

    @classmethod
    def of(cls, record: Record) -> "Way":
        """Return the way for a record."""
        columns = tuple(columns_of(record))
        references = tuple(each for each in columns if each.is_relation)
        plain = [each for each in columns if not each.is_relation]
        cells = tuple(Cell(each.name, each.attname, form_of(each).read) for each in plain)
        return cls(columns, references, cells)

    def needed(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Leave out the columns that nobody sees, where there are any."""
        all_names = {each.name for each in rows.model._meta.concrete_fields}
        names = {column.name for column in self.columns}
        return rows if names == all_names else rows.only(*names)

    def told(self, rows: Iterable[models.Model]) -> list[dict[str, Any]]:
        """Return the rows; one query for each kind of reference finds how these are called."""
        found = [row.__dict__ for row in rows]
        told: list[dict[str, Any]] = [
            {
                name: value if (value := row[source]) is None or read is None else read(value)
                for name, source, read in self.cells
            }
            for row in found
        ]
        for column in self.references:
            titles = _titles(column, found)
            for values, row in zip(told, found, strict=True):
                values[column.name] = titles.get(row[column.attname])
        return told


def _titles(column: Column, rows: list[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """Return what the keys of one column lead to."""
    keys = {row[column.attname] for row in rows} - {None}
    if not keys:
        return {}
    target: Any = column.related_model
    # Whose name an account bears stands in a row of its own.
    whole = [f.name for f in target._meta.concrete_fields if f.one_to_one]
    found = target._default_manager.select_related(*whole).in_bulk(list(keys))
    return {key: {"id": key, "title": str(row)} for key, row in found.items()}
