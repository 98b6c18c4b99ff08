"""Django's form renderer, which writes selects, inputs and text areas in Python.

Django's templates include one template for each option and another for its attributes: where a page
offers teams, people and categories, that took a third of its time.
"""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString

_PLACE = "django/forms/widgets/{}.html"
SELECT, TEXTAREA = _PLACE.format("select"), _PLACE.format("textarea")
# What Django writes as one input; all of them share a template.
_KINDS = ("text", "number", "email", "url", "hidden", "password", "checkbox", "date", "datetime")
INPUTS = frozenset(map(_PLACE.format, (*_KINDS, "time", "input")))


class FormRenderer(DjangoTemplates):
    """Writes what Django's own renderer writes, but for white space."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """Return the markup of a widget."""
        if template_name == SELECT:
            return _select(context["widget"])
        if template_name in INPUTS:
            return _input(context["widget"])
        if template_name == TEXTAREA:
            return _textarea(context["widget"])
        return SafeString(super().render(template_name, context, request))


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    given = "" if value is None else f' value="{conditional_escape(str(value))}"'
    named = f'type="{escape(widget["type"])}" name="{escape(widget["name"])}"'
    return SafeString(f"<input {named}{given}{_attributes(widget['attrs'])}>")


def _textarea(widget: dict[str, Any]) -> SafeString:
    opening = f'<textarea name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>'
    # Browsers leave out the first line break.
    return SafeString(f"{opening}\n{escape(widget['value'] or '')}</textarea>")


def _select(widget: dict[str, Any]) -> SafeString:
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    opening = f'<select name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>'
    return SafeString(f"{opening}{groups}</select>")


def _group(name: str | None, options: list[dict[str, Any]]) -> str:
    written = "".join(map(_option, options))
    return f'<optgroup label="{escape(name)}">{written}</optgroup>' if name else written


def _option(option: dict[str, Any]) -> str:
    value, attributes = escape(str(option["value"])), _attributes(option["attrs"])
    return f'<option value="{value}"{attributes}>{conditional_escape(option["label"])}</option>'


def _attributes(attributes: dict[str, Any]) -> str:
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not False
    )
