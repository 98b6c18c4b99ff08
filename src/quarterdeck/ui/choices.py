"""What the forms of a page offer to choose from, read once for all of them.

Django asks for the rows of each select by itself, and once more to see whether the first of them
is empty: https://docs.djangoproject.com/en/5.2/ref/forms/fields/#fields-which-handle-relationships
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from quarterdeck.core.together import Asking, answer_of


def read_choices(shown: Iterable[forms.Form]) -> None:
    """Read the rows that all selects of these forms offer in one statement, equal ones once."""
    answer_of(asking_choices(shown))


def asking_choices(shown: Iterable[forms.Form]) -> Asking[None]:
    """Ask for the rows of these forms' selects beside what else a page asks for."""
    fields = [
        field
        for form in shown
        for field in form.fields.values()
        if isinstance(field, forms.ModelChoiceField)
        and isinstance(field.choices, forms.models.ModelChoiceIterator)
    ]
    rows: dict[str, QuerySet[Any]] = {}
    offered = [(field, rows.setdefault(_question(found), found)) for field, found in _asked(fields)]
    yield rows.values()
    for field, found in offered:
        none = [] if field.empty_label is None else [("", field.empty_label)]
        told = [(field.prepare_value(row), field.label_from_instance(row)) for row in found]
        field.choices = [*none, *told]


def _question(rows: QuerySet[Any]) -> str:
    """Return what tells equal questions; rows that nothing can match are asked for in no words."""
    try:
        return str(rows.query)
    except EmptyResultSet:
        return ""


def _asked(
    fields: Iterable["forms.ModelChoiceField[Any]"],
) -> Iterable[tuple["forms.ModelChoiceField[Any]", QuerySet[Any]]]:
    # A field gives a copy of its rows each time.
    return ((field, field.queryset) for field in fields if field.queryset is not None)
