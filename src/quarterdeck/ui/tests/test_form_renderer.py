"""A widget written in Python is the one that Django's templates write."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from quarterdeck.ui.form_renderer import FormRenderer

CHOICES = [
    ("", "---------"),
    (1, "Desk & <Field>"),
    ("Teams", [("a'b", "“Night” shift"), ('q"', "Öl")]),
    ("<script>", [(None, "Nobody")]),
]


class Tokens(HTMLParser):
    """The tags and texts of some markup, without white space."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


WIDGETS = (
    *(forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.HiddenInput),
    *(forms.PasswordInput, forms.CheckboxInput, forms.Textarea),
)


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("value", [None, "", 0, 'a\'b "<q>" & ö\nline', True, date(2026, 2, 1)])
def test_a_field_is_written_as_by_djangos_templates(
    widget: type[forms.Widget], value: object
) -> None:
    attributes = {
        "class": 'a"b',
        "required": True,
        "disabled": False,
        "data-x": 1,
        "maxlength": "9",
    }

    ours = widget(attrs=attributes).render("of<", value, renderer=FormRenderer())
    djangos = widget(attrs=attributes).render("of<", value, renderer=DjangoTemplates())

    assert ours == djangos


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
@pytest.mark.parametrize("value", [None, 1, "1", "a'b", ["1", 'q"'], True])
def test_it_is_written_as_by_djangos_templates(widget: type[forms.Select], value: object) -> None:
    attributes = {"class": 'a"b', "required": True, "disabled": False, "data-x": 1}
    select = widget(attrs=attributes, choices=CHOICES)

    ours = select.render("of<", value, renderer=FormRenderer())
    djangos = select.render("of<", value, renderer=DjangoTemplates())

    assert Tokens(ours).found == Tokens(djangos).found
