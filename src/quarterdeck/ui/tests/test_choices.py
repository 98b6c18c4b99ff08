"""The selects of a page are read in one statement, and offer what Django would have offered."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.directory import found_unit
from quarterdeck.core.models import Account, Unit
from quarterdeck.ui.choices import read_choices

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, tzinfo=UTC)


class _Form(forms.Form):
    """Three selects: one of rows, one of the same, and one that nothing can be chosen in."""

    unit = forms.ModelChoiceField(Unit.objects.order_by("pk"))
    other = forms.ModelChoiceField(Unit.objects.order_by("pk"), empty_label=None)
    nobody = forms.ModelChoiceField(Unit.objects.none(), empty_label="Nobody yet")


def options(form: forms.Form, name: str) -> list[tuple[Any, str]]:
    return list(form.fields[name].choices)  # type: ignore[attr-defined]  # a select has them


def test_a_select_without_rows_is_empty_beside_one_that_has_some(operator: Account) -> None:
    root = Unit.objects.get()
    town = found_unit(name="Town", parent=root, actor=operator, at=AT)
    form = _Form()

    with CaptureQueriesContext(connection) as asked:
        read_choices([form])

    rows = [(root.pk, str(root)), (town.pk, "Town")]
    assert len(asked) == 1
    assert options(form, "unit") == [("", "---------"), *rows]
    assert options(form, "other") == rows
    assert options(form, "nobody") == [("", "Nobody yet")]


def test_selects_of_which_none_has_rows_ask_for_nothing() -> None:
    class Empty(forms.Form):
        """Nothing to choose."""

        first = forms.ModelChoiceField(Unit.objects.none())
        second = forms.ModelChoiceField(Account.objects.none(), empty_label="None")

    form = Empty()

    with CaptureQueriesContext(connection) as asked:
        read_choices([form])

    assert len(asked) == 0
    assert options(form, "first") == [("", "---------")]
    assert options(form, "second") == [("", "None")]
