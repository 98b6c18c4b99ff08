"""The typed schemas of one record, made from the fields of its model."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import models
from django.http import QueryDict
from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from quarterdeck.config.api.fields import (
    Column,
    Key,
    Text,
    columns_of,
    description_of,
    form_of,
)
from quarterdeck.core.records import Record
from quarterdeck.ui.list_filters import (
    ChoiceFilter,
    DayFilter,
    Filter,
    GroupFilter,
    KeyFilter,
    filters_of,
)
from quarterdeck.ui.paging import PAGE_SIZE

MOST_ROWS = 200
_LONGEST_CURSOR, _LONGEST_SEARCH = 2_000, 100


class Count(Schema):
    """How many rows the list has in all, counted up to a bound."""

    amount: int = Field(description="The number of rows, or the bound.", examples=[812])
    is_bounded: bool = Field(description="Whether there are more than the bound.")


class Given(Schema):
    """What comes in: unknown names are errors, not ignored."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Schemas:
    """What one record looks like: one of them, a page of them, and what may be written."""

    row: type[Schema]
    page: type[Schema]
    asked: type[Schema]
    added: type[Schema] | None
    changed: type[Schema] | None


def schemas_of(record: Record) -> Schemas:
    """Return the schemas of a record; a record without a form cannot be written."""
    name = record.model.__name__
    row = _model(
        name, _doc(record), {each.name: _shown(record, each) for each in columns_of(record)}
    )
    page = _model(
        f"{name}Page",
        f"One page of {record.title.lower()}.",
        {
            "items": (list[row], Field(description="The rows, in the order of the list.")),  # type: ignore[valid-type]  # made just above
            "count": (Count, Field(description="How many there are in all.")),
            "next": (str | None, Field(description="`after` of the next page; null at the end.")),
        },
    )
    return Schemas(row, page, _asked(record), _added(record), _changed(record))


def _model(
    name: str, doc: str, fields: dict[str, Any], base: type[Schema] = Schema
) -> type[Schema]:
    made: type[Schema] = create_model(name, __base__=base, __doc__=doc, **fields)
    return made


def _doc(record: Record) -> str:
    return " ".join((record.model.__doc__ or record.singular).split())


def _shown(record: Record, column: Column) -> tuple[Any, Any]:
    form = form_of(column)
    is_open = column.null or record.guards([column.name])
    kind = form.shown | None if is_open and form.shown is not Any else form.shown
    extra = {key: value for key, value in form.extra.items() if key != "meanings"}
    example = {"id": 17, "title": "Network"} if column.is_relation else form.example
    return kind, Field(
        description=description_of(record, column),
        examples=[example],
        json_schema_extra=extra or None,
    )


def _columns_named(record: Record, names: tuple[str, ...]) -> list[Column]:
    found = (record.model._meta.get_field(name) for name in names)
    return [each for each in found if isinstance(each, models.Field) and not each.many_to_many]


def _added(record: Record) -> type[Schema] | None:
    columns = _columns_named(record, record.added_fields)
    if not columns:
        return None
    fields = {each.name: _taken(record, each, is_new=True) for each in columns}
    doc = f"What a new {record.singular.lower()} says; references are given by key."
    return _model(f"New{record.model.__name__}", doc, fields, Given)


def _changed(record: Record) -> type[Schema] | None:
    columns = _columns_named(record, record.changed_fields)
    if not columns:
        return None
    fields = {each.name: _taken(record, each, is_new=False) for each in columns}
    doc = f"What changes in the {record.singular.lower()}; what is not named stays."
    return _model(f"{record.model.__name__}Change", doc, fields, Given)


def _taken(record: Record, column: Column, *, is_new: bool) -> tuple[Any, Any]:
    form = form_of(column)
    writing = record.writing
    is_asked = is_new and writing is not None and column.name in writing.needed
    may_be_null = column.null and not is_asked and form.taken is not Any
    taken = Key | Text if column.name in record.named else form.taken
    kind = taken | None if may_be_null else taken
    has_other = column.blank or column.null or column.has_default() or writing is not None
    is_needed = is_new and (is_asked or not has_other)
    # A default that says nothing: what is not given is left out before the verb is called.
    return kind, Field(
        default=... if is_needed else None,
        description=description_of(record, column),
        examples=[form.example],
        json_schema_extra=None if is_needed else without_default,
    )


def without_default(schema: dict[str, Any]) -> None:
    """Leave out of a schema what a value is where none is given."""
    schema.pop("default", None)


def _asked(record: Record) -> type[Schema]:
    """What may be asked of the list; the names are those of the list page."""
    fields: dict[str, Any] = {}
    for each in filters_of(record, QueryDict()):
        fields |= _filter(each)
    if record.views:
        views: Any = Literal[tuple(view.filter for view in record.views)]
        fields["view"] = (views, _optional("A named part of the list."))
    if record.search:
        what = " or ".join(map(record.title_of, record.search)).lower()
        told = f"Keeps what has all of these words, or words that begin so, in its {what}."
        fields["q"] = (Text, _optional(told, max_length=_LONGEST_SEARCH))
    fields["sort"] = (Literal["reversed"], _optional("Turns the order of the list round."))
    told = "The cursor that the page before gave as `next`."
    fields["after"] = (Text, _optional(told, max_length=_LONGEST_CURSOR))
    told = "How many rows at most."
    fields["limit"] = (int, Field(PAGE_SIZE, ge=1, le=MOST_ROWS, description=told))
    return _model(f"{record.model.__name__}Asked", f"What is asked of {record.title}.", fields)


def _optional(told: str, **bounds: Any) -> Any:
    return Field(None, description=told, json_schema_extra=without_default, **bounds)


def _filter(each: Filter) -> dict[str, Any]:
    """Return the parameters of one filter of the list page; days have two."""
    if isinstance(each, DayFilter):
        told = f"{each.title}: the {{}} day, included, in the organisation's zone."
        return {
            f"{each.name}_from": (date, _optional(told.format("first"))),
            f"{each.name}_until": (date, _optional(told.format("last"))),
        }
    kind: Any = Key if isinstance(each, KeyFilter | GroupFilter) else None
    if isinstance(each, ChoiceFilter) and each.choices:
        kind = Literal[tuple(value for value, _ in each.choices)]
    told = f"{each.title}: any of these; may be given several times."
    return {each.name: (list[kind], Field([], description=told))} if kind else {}
