"""Rows as plain dictionaries: the ways to read them are chosen once for a record."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from quarterdeck.config.api.fields import Column, Read, columns_of, form_of
from quarterdeck.core.records import Record

Shape = tuple[tuple[str, Read | None], ...]


@dataclass(frozen=True)
class Way:
    """How the rows of a record are read: their columns, and which of them lead elsewhere."""

    columns: tuple[Column, ...]
    references: tuple[Column, ...]

    @classmethod
    def of(cls, record: Record) -> "Way":
        """Return the way for a record."""
        columns = tuple(columns_of(record))
        return cls(columns, tuple(each for each in columns if each.is_relation))

    @property
    def names(self) -> list[str]:
        """The columns that are needed from the database."""
        return [column.name for column in self.columns]

    def told(self, rows: Iterable[models.Model]) -> list[dict[str, Any]]:
        """Return the rows; one query for each kind of reference finds how these are called."""
        found = [row.__dict__ for row in rows]
        titles = {each.name: _titles(each, found) for each in self.references}
        told: list[dict[str, Any]] = [{} for _ in found]
        for column in self.columns:
            name, source = column.name, column.attname
            known = titles.get(name)
            if known is not None:
                for values, row in zip(told, found, strict=True):
                    values[name] = known.get(row[source])
                continue
            read = form_of(column).read
            for values, row in zip(told, found, strict=True):
                value = row[source]
                values[name] = None if value is None else read(value)
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
