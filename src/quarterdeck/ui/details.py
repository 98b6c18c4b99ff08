"""Detail pages, made from records: the fields, the related records, and the history."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from quarterdeck.core.database import single
from quarterdeck.core.permission import User
from quarterdeck.core.records import Record, all_records, is_declared, record_of
from quarterdeck.core.together import Asking, answer_of, side_by_side
from quarterdeck.ui.history import Change, asking_changes
from quarterdeck.ui.list_cells import Column, columns_of, keys_among, rows_markup
from quarterdeck.ui.markup import NOTHING
from quarterdeck.ui.panels import Panel, asking_panels

RELATED_LIMIT = 10


@dataclass(frozen=True)
class Related:
    """The newest rows of another noun that point at this one, and where the rest is.

    `add_address` leads to the form with this one filled in, for whoever may add such a row.
    """

    record: Record
    columns: list[Column]
    body: SafeString
    address: str
    add_address: str = ""


@dataclass(frozen=True)
class Fact:
    """One field of a record as its page shows it."""

    title: str
    shown: SafeString


@dataclass(frozen=True)
class Detail:
    """What the page of one record shows."""

    record: Record
    row: Any
    facts: list[Fact]
    texts: list[Fact]
    related: list[Related]
    changes: list[Change]
    panels: list[Panel]
    may_change: bool = False

    @property
    def absent(self) -> list[Related]:
        """The other nouns that point at rows like this one, and have none for the reader to see,
        each once."""
        return list({each.record.key: each for each in self.related if not each.body}.values())


def find_visible(
    record: Record, key: int, user: User, leading_to: tuple[str, ...] | None = None
) -> Any:
    """Return the row of that key with what it leads to; 404 where the reader may not see it.

    `leading_to` names the foreign keys whose rows come with it, where not all are shown.
    """
    rows = record.visible_to(user)
    if leading_to is None:
        leading_to = tuple(field.name for field in _fields(record))
    row = single(rows.select_related(*keys_among(record, leading_to)).filter(pk=key))
    if row is None:
        raise Http404
    return row


def _fields(record: Record) -> list["models.Field[Any, Any]"]:
    """The fields that the record names, else every column but the technical ones."""
    if record.details:
        named = (record.model._meta.get_field(name) for name in record.details)
        return [field for field in named if isinstance(field, models.Field)]
    hidden = {"id", "version", *getattr(record.model, "history_masked", ())}
    return [field for field in record.model._meta.concrete_fields if field.name not in hidden]


def _is_long(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.TextField)


def facts_of(record: Record, row: Any, user: User, names: tuple[str, ...] = ()) -> list[Fact]:
    """Return the short fields of a row; a foreign key is a link where the reader may follow it."""
    return answer_of(asking_facts(record, row, user, names))


def asking_facts(
    record: Record, row: Any, user: User, names: tuple[str, ...] = ()
) -> Asking[list[Fact]]:
    """Ask for the short fields of a row beside what else a page asks for."""
    short = names or tuple(field.name for field in _fields(record) if not _is_long(field))
    withheld = record.withheld(user)(row)
    columns = [
        column
        for column in columns_of(record, short)
        if column.name not in withheld and (names or _says_something(record, row, column.name))
    ]
    ways = {column.name: _way_to(record, row, column.name, user) for column in columns}
    yield [way for way in ways.values() if way is not None]
    return [_fact(column, row, ways[column.name]) for column in columns]


def _says_something(record: Record, row: Any, name: str) -> bool:
    """Leave out what is kept for programs, and what nobody types in while it is empty."""
    value, field = getattr(row, name), record.model._meta.get_field(name)
    if isinstance(value, dict):
        return False
    return bool(record.details) or getattr(field, "editable", True) or value not in ("", None)


def _fact(column: Column, row: Any, way: models.QuerySet[Any] | None) -> Fact:
    value = getattr(row, column.name)
    if way is not None and not way:
        return Fact(column.title, SafeString(escape(str(value))))
    return Fact(column.title, SafeString(column.show(value) or NOTHING))


def _way_to(record: Record, row: Any, name: str, user: User) -> models.QuerySet[Any] | None:
    """Return the row that a foreign key leads to as far as the reader may see it; None where
    nobody has to be asked."""
    field = record.model._meta.get_field(name)
    target = field.related_model if isinstance(field, models.ForeignKey) else None
    key = getattr(row, field.attname) if isinstance(field, models.ForeignKey) else None
    if key is None or not isinstance(target, type) or not is_declared(target):
        return None
    # What stands for another row leads to that one.
    if stands_for := getattr(target, "stands_for", ""):
        return _way_to(record_of(target), getattr(row, name), stands_for, user)
    return record_of(target).visible_to(user).filter(pk=key).order_by().values_list("pk")


def _asking_related(row: models.Model, user: User) -> Asking[list[Related]]:
    """Ask for the nouns that can be filtered by this one, each with its newest rows."""
    asked = [
        (record, name, _newest(record, name, row, user))
        for record in all_records()
        for name in record.filters
        if _leads_to(record, name, type(row))
    ]
    yield [rows for _, _, rows in asked]
    return [_related(record, name, row, user, rows) for record, name, rows in asked]


def _leads_to(record: Record, name: str, model: type[models.Model]) -> bool:
    field = record.model._meta.get_field(name)
    return isinstance(field, models.ForeignKey) and field.related_model is model


def _newest(record: Record, name: str, row: models.Model, user: User) -> models.QuerySet[Any]:
    rows = record.visible_to(user).filter(**{name: row.pk})
    return rows.select_related(*keys_among(record)).order_by(*record.order)[:RELATED_LIMIT]


def _related(
    record: Record, name: str, row: models.Model, user: User, found: models.QuerySet[Any]
) -> Related:
    rows = list(found)
    shown = tuple(column for column in record.columns_for(user) if column != name)
    columns = columns_of(record, shown)
    record.empty_withheld(rows, shown, user)
    path = reverse(record.list_address)
    body = rows_markup(rows, columns, path)
    asked = f"?{name}={row.pk}"
    is_addable = name in record.form and record.may_add(user)
    add_address = f"{reverse(record.add_address)}{asked}" if is_addable else ""
    return Related(record, columns, SafeString(body), f"{path}{asked}", add_address)


def detail_of(record: Record, key: int, user: User) -> Detail:
    """Gather the page of one record; 404 where the reader may not see it."""
    row = find_visible(record, key, user)
    long = tuple(field.name for field in _fields(record) if _is_long(field))
    texts = [
        Fact(column.title, getattr(row, column.name))
        for column in (columns_of(record, long) if long else [])
        if getattr(row, column.name) not in ("", None, str(row))
    ]
    asked = (
        asking_facts(record, row, user),
        _asking_related(row, user),
        asking_changes(row, user),
        asking_panels(record, row, user),
    )
    facts, related, changes, panels = answer_of(side_by_side(asked))
    return Detail(
        record,
        row,
        facts,
        texts,
        related,
        changes,
        panels,
        bool(record.form) and record.may_change(user, row),
    )


def panels_and_changes(record: Record, row: Any, user: User) -> dict[str, Any]:
    """Return what stands at the end of a page of its own: the parts of apps above, and the
    history."""
    asked = asking_panels(record, row, user), asking_changes(row, user)
    panels, changes = answer_of(side_by_side(asked))
    return {"panels": panels, "changes": changes}


def breadcrumbs(record: Record, title: str) -> list[tuple[str, str]]:
    """Return the way from the list to this page."""
    return [(record.title, reverse(record.list_address)), (title, "")]


def detail_view(record: Record) -> Callable[..., HttpResponse]:
    """Return the view that answers with the page of one record."""

    @require_safe
    def show_detail(request: HttpRequest, key: int) -> HttpResponse:
        detail = detail_of(record, key, request.user)
        context = {"detail": detail, "breadcrumbs": breadcrumbs(record, str(detail.row))}
        return render(request, "ui/detail.html", context)

    return show_detail
