"""The cells of a record's table: chosen once for a column, then run for each row, in plain Python.

A page of 50 rows and 11 columns has 550 cells; a template spends 3 to 30 µs on each, these about
one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from types import MappingProxyType
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from quarterdeck.core import clock
from quarterdeck.core.records import Badge, Record, Tone, is_declared, record_of
from quarterdeck.ui import markup
from quarterdeck.ui.formats import count_text

# What has no value is shown as nothing; the style sheet puts a dash there.
Show = Callable[[Any], str]


@dataclass(frozen=True)
class Column:
    """One column of a table: its name, title, the class of its cells, and how a value is shown."""

    name: str
    title: str
    style: str
    show: Show
    stand_ins: "tuple[Column, ...]" = ()

    def cell(self, row: models.Model) -> str:
        """Return the cell of one row."""
        shown = self.show(getattr(row, self.name))
        return f"{self.opening}{shown or self.stood_in(row)}</td>"

    def stood_in(self, row: models.Model) -> str:
        """Return what stands in the place of a blank value, in the quiet colour."""
        told = (each.show(getattr(row, each.name)) for each in self.stand_ins)
        shown = next(filter(None, told), "")
        return f"<span class=q-quiet>{shown}</span>" if shown else ""

    def naming(self, row: models.Model) -> str:
        """Return what names a row whose first cell is of this column, as an attribute's value."""
        named = name_inside_link(self, row)
        return strip_tags(named) if "<" in named else named

    @property
    def opening(self) -> str:
        """The tag that a cell begins with."""
        return f"<td class={self.style}>" if self.style else "<td>"


def columns_of(record: Record, names: tuple[str, ...] = ()) -> list[Column]:
    """Return the columns that the record names, or these of them."""
    return [_column(record, name) for name in names or record.columns]


def _column(record: Record, name: str) -> Column:
    field = record.model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{record.key} lists {name}, which is not a column.")
    style, show = _way_to_show(record, field)
    stand_ins = tuple(_column(record, each) for each in record.stand_ins.get(name, ()))
    return Column(name, record.title_of(name), style, show, stand_ins)


def _way_to_show(record: Record, field: "models.Field[Any, Any]") -> tuple[str, Show]:
    if field.choices or field.name in record.badges:
        return "", _badges(field, record.badges.get(field.name, {}))
    if field.primary_key:
        # A key names a row and counts nothing.
        return "", _text
    if isinstance(field, models.ForeignKey):
        return "", _link_to(field.related_model)
    if isinstance(field, models.DateTimeField):
        is_deadline = field.name in record.deadlines
        return "", _deadline(clock.now()) if is_deadline else _moments()
    for kind, style, show in _BY_KIND:
        if isinstance(field, kind):
            return style, show
    return "", _text


def _text(value: Any) -> str:
    return "" if value is None else escape(str(value))


def _moments() -> Show:
    """Return how an instant is shown to the minute, in the zone that the foot of the page names."""
    zone = timezone.get_current_timezone()

    def show(instant: datetime | None) -> str:
        return "" if instant is None else instant.astimezone(zone).isoformat(" ", "minutes")[:16]

    return show


def _deadline(now: datetime) -> Show:
    """Return how a due time is shown: one that is past is called so in a word."""
    overdue, moment = f"{markup.badge('Overdue', Tone.BAD)} ", _moments()

    def show(due: datetime | None) -> str:
        return f"{overdue if due is not None and due < now else ''}{moment(due)}"

    return show


def _day(value: date | None) -> str:
    return "" if value is None else markup.day(value)


def _amount(value: Any) -> str:
    return "" if value is None else count_text(value)


def _truth(value: bool | None) -> str:
    return "" if value is None else ("Yes" if value else "No")


def _several(value: Any) -> str:
    return _text(", ".join(map(str, value)) if isinstance(value, list) else value)


_BY_KIND: tuple[tuple[type["models.Field[Any, Any]"], str, Show], ...] = (
    (models.DateField, "", _day),
    (models.BooleanField, "", _truth),
    (models.DecimalField, "q-number", _amount),
    (models.IntegerField, "q-number", _amount),
    (models.JSONField, "", _several),
)


def _badges(field: "models.Field[Any, Any]", badges: Mapping[object, Badge]) -> Show:
    """Return a look-up of ready markup: a column has few values."""
    texts: dict[object, str] = dict(field.flatchoices)
    ready: dict[object, str] = {None: "", "": ""}
    for value in {**texts, **dict(badges)}:
        shown = badges.get(value, Badge(Tone.NEUTRAL))
        text = shown.text or texts.get(value) or str(value)
        is_plain = value not in badges
        ready.setdefault(value, escape(str(text)) if is_plain else markup.badge(text, shown.tone))
    return lambda value: ready[value] if value in ready else markup.badge(value)


def _link_to(target: type[models.Model]) -> Show:
    """Return a link to the detail page where the noun has one, or to that of what it stands for:
    an account's page is its keepers' alone, and everybody may open that of its person."""
    stands_for = getattr(target, "stands_for", "")
    noun = target._meta.get_field(stands_for).related_model if stands_for else target
    if not isinstance(noun, type) or not is_declared(noun):
        return _text
    prefix = reverse(record_of(noun).list_address)
    key_of = f"{stands_for}_id" if stands_for else "pk"

    def link(value: models.Model | None) -> str:
        if value is None:
            return ""
        key, name = getattr(value, key_of), escape(str(value))
        return name if key is None else f"<a href={prefix}{key}/>{name}</a>"

    return link


def columns_to_choose(record: Record) -> list[str]:
    """Return every column that a list may show: the record's own, then the rest of its page."""
    hidden = {"id", "version", *getattr(record.model, "history_masked", ())}
    fields = [field for field in record.model._meta.concrete_fields if field.name not in hidden]
    others = record.details or [field.name for field in fields]
    short = {field.name for field in fields if not isinstance(field, models.TextField)}
    return list(dict.fromkeys([*record.columns, *(name for name in others if name in short)]))


def keys_among(record: Record, names: tuple[str, ...] = ()) -> list[str]:
    """Return those of the record's columns, or of these, that are foreign keys, with the keys that
    the names of what they lead to are made of: a model says them as `named_by`."""
    fields = (record.model._meta.get_field(name) for name in names or record.columns)
    keys = [field for field in fields if isinstance(field, models.ForeignKey)]
    further = [
        f"{key.name}__{each}" for key in keys for each in getattr(key.related_model, "named_by", ())
    ]
    return [*(key.name for key in keys), *further]


def name_inside_link(first: Column, row: models.Model) -> str:
    """Return what names a row, inside the link to it: what it leads to is no second link there."""
    value = getattr(row, first.name)
    return escape(str(value)) if isinstance(value, models.Model) else first.show(value)


def _marked(badge: Badge | None) -> str:
    return "" if badge is None else f" {markup.badge(badge.text, badge.tone)}"


def rows_markup(
    rows: list[Any],
    columns: list[Column],
    prefix: str,
    lead: Show = lambda _row: "",
    marks: Mapping[int, Badge] = MappingProxyType({}),
) -> str:
    """Return the table's body; the first cell of a row names it and leads to `prefix` + its key.

    `lead` may put a cell before it, and `marks` badges behind the names of some rows. What HTML
    lets be left out is: end tags of cells, quotes around addresses, and the scope of a header in
    the first column, which is its row (HTML, 4.9.12). It would be a fifth of a long list.
    """
    first = columns[0]
    others = [(each.opening, each.name, each.show, each.stood_in) for each in columns[1:]]
    return "".join(
        f"<tr>{lead(row)}<th><a href={prefix}{row.pk}/>{name_inside_link(first, row)}</a>"
        f"{_marked(marks.get(row.pk))}"
        + "".join(
            opening + (show(getattr(row, name)) or instead(row))
            for opening, name, show, instead in others
        )
        for row in rows
    )
