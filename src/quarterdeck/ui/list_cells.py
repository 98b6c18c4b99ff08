"""The cells of a record's table: chosen once for a column, then run for each row, in plain Python.

A page of 50 rows and 11 columns has 550 cells; a template spends 3 to 30 µs on each, these about
one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db import models
from django.urls import reverse

from quarterdeck.core.records import Badge, Record, Tone, is_declared, record_of
from quarterdeck.ui import markup
from quarterdeck.ui.formats import count_text
from quarterdeck.ui.markup import NOTHING

Show = Callable[[Any], str]

# Longer texts may be cut off by the width of a column.
_FITS = 32


@dataclass(frozen=True)
class Column:
    """One column of a table: its name, title, the class of its cells, and how a value is shown."""

    name: str
    title: str
    style: str
    show: Show

    def cell(self, row: models.Model) -> str:
        """Return the cell of one row."""
        return f'<td class="{self.style}">{self.show(getattr(row, self.name))}</td>'


def columns_of(record: Record, names: tuple[str, ...] = ()) -> list[Column]:
    """Return the columns that the record names, or these of them."""
    return [_column(record, name) for name in names or record.columns]


def _column(record: Record, name: str) -> Column:
    field = record.model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{record.key} lists {name}, which is not a column.")
    style, show = _way_to_show(record, field)
    return Column(name, record.title_of(name), style, show)


def _way_to_show(record: Record, field: "models.Field[Any, Any]") -> tuple[str, Show]:
    if field.choices or field.name in record.badges:
        return "q-tight", _badges(field, record.badges.get(field.name, {}))
    if isinstance(field, models.ForeignKey):
        return "q-text", _link_to(field.related_model)
    for kind, style, show in _BY_KIND:
        if isinstance(field, kind):
            return style, show
    return "q-text", _text


def _text(value: Any) -> str:
    text = "" if value is None else escape(str(value))
    return f'<span title="{text}">{text}</span>' if len(text) > _FITS else text or NOTHING


def _truth(value: bool | None) -> str:
    return NOTHING if value is None else ("Yes" if value else "No")


def _several(value: Any) -> str:
    return _text(", ".join(map(str, value)) if isinstance(value, list) else value)


_BY_KIND: tuple[tuple[type["models.Field[Any, Any]"], str, Show], ...] = (
    (models.DateTimeField, "q-tight", markup.stamp),
    (models.DateField, "q-tight", markup.day),
    (models.BooleanField, "q-tight", _truth),
    (models.DecimalField, "q-number", count_text),
    (models.IntegerField, "q-number", count_text),
    (models.JSONField, "q-text", _several),
)


def _badges(field: "models.Field[Any, Any]", badges: Mapping[object, Badge]) -> Show:
    """Return a look-up of ready markup: a column has few values."""
    texts: dict[object, str] = dict(field.flatchoices)
    ready: dict[object, str] = {None: NOTHING, "": NOTHING}
    for value in {**texts, **dict(badges)}:
        shown = badges.get(value, Badge(Tone.NEUTRAL))
        text = shown.text or texts.get(value) or str(value)
        is_plain = value not in badges
        ready.setdefault(value, escape(str(text)) if is_plain else markup.badge(text, shown.tone))
    return lambda value: ready.get(value) or markup.badge(value)


def _link_to(target: type[models.Model]) -> Show:
    """Return a link to the detail page where the noun has one."""
    if not is_declared(target):
        return _text
    prefix = reverse(record_of(target).list_address)

    def link(value: models.Model | None) -> str:
        return (
            NOTHING if value is None else f'<a href="{prefix}{value.pk}/">{escape(str(value))}</a>'
        )

    return link


def rows_markup(rows: list[Any], columns: list[Column], prefix: str) -> str:
    """Return the table's body; the first cell of a row names it and leads to `prefix` + its key."""
    first, others = columns[0], columns[1:]
    return "".join(
        f'<tr><th scope="row"><a href="{prefix}{row.pk}/">'
        f"{first.show(getattr(row, first.name))}</a></th>"
        f"{''.join(column.cell(row) for column in others)}</tr>"
        for row in rows
    )
