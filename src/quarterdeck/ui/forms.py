"""Forms made from records: one input for each field that the record's `form` names."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict

from quarterdeck.core.permission import User
from quarterdeck.core.records import Record
from quarterdeck.ui.time_inputs import day_input, minute_input

VERSION = "version"
_ROWS_OF_A_TEXT = 6
_NOTHING_CHOSEN = "—"
# More options than this are slow to send and to look through.
OPTION_LIMIT = 500
# A key is a 64-bit integer: more digits would be refused by the database.
_KEY_DIGITS = 18


class RecordForm(forms.Form):
    """What is typed into the fields of one record; made by `form_of`."""

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, once it has been found valid."""
        return {name: self.cleaned_data[name] for name in self.fields}

    def show_errors(self, errors: Mapping[str, list[str]]) -> None:
        """Put what a verb said beside the fields, and the rest above all."""
        for name, texts in errors.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


def form_of(
    record: Record,
    user: User,
    *,
    row: models.Model | None = None,
    given: Mapping[str, str] | None = None,
    data: QueryDict | None = None,
    names: tuple[str, ...] = (),
) -> RecordForm:
    """Return the form of a record, or some of its fields: filled from a row or from what is given.

    With `data` it holds what was typed. A foreign key offers what the reader may see.
    """
    chosen = names or record.form
    if row is not None and not names:
        chosen = tuple(name for name in record.form if name in record.changed_fields)
    fields = {name: field_of(record, name, user, row) for name in chosen}
    initial = dict(given or {})
    if row is not None:
        initial = {name: _value(record, row, name) for name in chosen}
    made: type[RecordForm] = type("FormOfRecord", (RecordForm,), fields)
    return made(data, initial=initial)


def grouped_fields(record: Record, form: forms.Form) -> list[tuple[str, list[forms.BoundField]]]:
    """Return the fields of a form under the headings of its record; those that stand under none
    come first, without one."""
    left = {bound.name: bound for bound in form}
    groups = [
        (title, [left.pop(name) for name in names if name in left])
        for title, names in record.form_groups.items()
    ]
    return [(title, found) for title, found in [("", list(left.values())), *groups] if found]


def _value(record: Record, row: models.Model, name: str) -> Any:
    field = record.model._meta.get_field(name)
    return field.value_from_object(row) if isinstance(field, models.Field) else None


def field_of(record: Record, name: str, user: User, row: models.Model | None = None) -> forms.Field:
    """Return the input for one column of a record."""
    field = record.model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{record.key} has {name} in its form, which is not a column.")
    ways: dict[str, Any] = {"label": record.title_of(name)}
    if isinstance(field, models.ForeignKey):
        rows = in_order_of_names(record.offered(name, user, row))
        if _is_long(rows):
            return NamedRowField(rows, required=not field.blank, help_text=field.help_text, **ways)
        ways |= {"queryset": rows, "empty_label": _NOTHING_CHOSEN}
    else:
        ways |= _ways_of(field)
    made: forms.Field | None = field.formfield(**ways)
    if made is None:
        raise TypeError(f"{record.key} has {name} in its form, which cannot be typed in.")
    return made


def _is_long(rows: models.QuerySet[Any]) -> bool:
    """Say whether there are more rows than a list of options should have, and names to type."""
    has_name = any(field.name == "name" for field in rows.model._meta.fields)
    return has_name and rows.order_by().values("pk")[: OPTION_LIMIT + 1].count() > OPTION_LIMIT


class NamedRowField(forms.CharField):
    """A row of a long table, typed by its name; `#17` is the one with that key."""

    def __init__(self, rows: models.QuerySet[Any], **ways: Any) -> None:
        """Take the rows among which the name is looked for."""
        help_text = ways.pop("help_text", "") or "Type the name."
        super().__init__(help_text=help_text, **ways)
        self.rows = rows

    def prepare_value(self, value: Any) -> Any:
        """Show the name of the row, or its key where others have the same name."""
        row = self.rows.filter(pk=value).first() if isinstance(value, int) else None
        if row is None:
            return value
        is_only = self.rows.filter(name=row.name).count() == 1
        return row.name if is_only else f"#{row.pk}"

    def clean(self, value: Any) -> Any:
        """Return the row that is meant."""
        text = str(super().clean(value))
        if not text:
            return None
        key = text.removeprefix("#")
        is_key = (
            text.startswith("#") and key.isascii() and key.isdigit() and len(key) <= _KEY_DIGITS
        )
        found = list(self.rows.filter(**({"pk": key} if is_key else {"name__iexact": text}))[:5])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(f"There is nothing called “{text}”.")
        keys = ", ".join(f"#{row.pk}" for row in found)
        raise forms.ValidationError(f"Several are called so: type {keys} for the one you mean.")


def _ways_of(field: "models.Field[Any, Any]") -> dict[str, Any]:
    if field.choices:
        may_be_empty = field.blank or not field.has_default()
        nothing = [("", _NOTHING_CHOSEN)]
        return {"choices": field.get_choices(include_blank=may_be_empty, blank_choice=nothing)}
    if isinstance(field, models.DateTimeField):
        return {"widget": minute_input()}
    if isinstance(field, models.DateField):
        return {"widget": day_input()}
    if isinstance(field, models.TextField):
        return {"widget": forms.Textarea({"rows": _ROWS_OF_A_TEXT})}
    if isinstance(field, models.URLField):
        return {"assume_scheme": "https"}
    return {}


def in_order_of_names(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Return rows by name, where they have one, unless they have an order of their own."""
    if rows.query.order_by:
        return rows
    names = {each.name for each in rows.model._meta.fields}
    return rows.order_by("name" if "name" in names else "pk")
