"""Django's form renderer, which writes the options of a select in Python.

Django's templates include one template for each option and another for its attributes: where a page
offers teams, people and categories, that took a third of its time.
"""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString

SELECT = "django/forms/widgets/select.html"


class FormRenderer(DjangoTemplates):
    """Writes what Django's own renderer writes, but for white space."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """Return the markup of a widget."""
        if template_name == SELECT:
            return _select(context["widget"])
        return SafeString(super().render(template_name, context, request))


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
