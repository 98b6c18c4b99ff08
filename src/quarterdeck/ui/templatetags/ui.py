"""The components for templates: `{% load ui %}`."""

from functools import cache
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.safestring import SafeString

from quarterdeck.core.measures import Unit
from quarterdeck.ui import formats, markup
from quarterdeck.ui.markdown import markdown
from quarterdeck.ui.menus_markup import menus_markup

register = template.Library()

_CLASSES = {
    "select": "form-select",
    "selectmultiple": "form-select",
    "checkbox": "form-check-input",
}

register.filter("stamp", markup.stamp, is_safe=True)
register.filter("day", markup.day, is_safe=True)
register.filter("parameter", markup.parameter)
register.filter("duration", markup.duration, is_safe=True)
register.filter("share", formats.share_text)
register.filter("count", formats.count_text)
register.filter("markdown", markdown, is_safe=True)
register.filter("coverage", markup.coverage, is_safe=True)
register.simple_tag(menus_markup, name="menus")
register.simple_tag(markup.icon, name="icon")
register.simple_tag(markup.badge, name="badge")
register.simple_tag(markup.progress, name="progress")


@register.simple_tag
@cache
def asset(path: str) -> str:
    """Return the address of a static file; every page has ten, and they stay as they are."""
    return static(path)


@register.filter(is_safe=True)
def business_duration(seconds: formats.Number | None) -> SafeString:
    """Show business time, which has hours and no days."""
    return markup.duration(seconds, days=False)


@register.filter
def figure(value: formats.Number | None, unit: Unit) -> str:
    """Show a measure's value in its unit."""
    return formats.figure_text(value, unit)


@register.inclusion_tag("ui/components/empty.html")
def empty(
    title: str, text: str = "", address: str = "", action: str = "", icon: str = "list"
) -> dict[str, str]:
    """Say that there is nothing here, and what to do next."""
    return {"title": title, "text": text, "address": address, "action": action, "icon": icon}


@register.inclusion_tag("ui/components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Show one field of a form: label, input, help and errors, tied together for screen readers."""
    described = [f"{bound.auto_id}-help"] if bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}-errors")
    kind = _CLASSES.get(bound.widget_type, "form-control")
    is_group = bound.widget_type == "checkboxselectmultiple"
    attributes: dict[str, str | bool] = {}
    # What a group is given, Django gives to each of its boxes as well.
    if not is_group:
        attributes["class"] = f"{kind} is-invalid" if bound.errors else kind
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "bound": bound,
        "widget": bound.as_widget(attrs=attributes),
        "is_checkbox": bound.widget_type == "checkbox",
        "is_group": is_group,
    }


@register.inclusion_tag("ui/components/definition.html")
def definition(title: str, text: str) -> dict[str, str]:
    """Offer the definition of a term or measure on demand."""
    return {"title": title, "text": text}


@register.inclusion_tag("ui/components/facts.html")
def facts(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Show names and values in a list."""
    return {"pairs": pairs}


@register.inclusion_tag("ui/components/tabs.html")
def tabs(entries: list[Any], label: str) -> dict[str, Any]:
    """Show tabs that are links: each entry has `title`, `address` and `is_current`."""
    return {"entries": entries, "label": label}
