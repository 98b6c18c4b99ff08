"""The menus of a list's filters as markup: there are many of them on each list, and as templates
they took a tenth of its time. What HTML lets be left out is, as in the navigation."""

from collections.abc import Iterable
from datetime import date
from html import escape

from django.utils.safestring import SafeString

from quarterdeck.ui.list_filters import DayFilter, Menu, Option


def menus_markup(menus: Iterable[Menu]) -> SafeString:
    """Return the menus; of one that is closed there is only the way to what it holds."""
    return SafeString("".join(map(_menu, menus)))


def content_markup(menu: Menu) -> SafeString:
    """Return what stands in a menu: what may be chosen, or what is chosen and the way to all."""
    title, name = escape(menu.filter.title), escape(menu.filter.name)
    way = f'<a href="{escape(menu.address)}">Choose</a>' if menu.address else ""
    legend = "" if menu.address else f"<legend>{title}</legend>"
    if isinstance(menu.filter, DayFilter) and not menu.address:
        first, last = menu.filter.first, menu.filter.last
        days = _day("From", f"{name}_from", first) + _day("Until", f"{name}_until", last)
        return SafeString(f"{legend}<div class=q-dates>{days}</div>")
    options = "".join(_option(name, each) for each in menu.options)
    if not options and not menu.address:
        options = "<p class=q-quiet>Nothing to choose from yet.</p>"
    return SafeString(f"{legend}{options}{way}")


def _menu(menu: Menu) -> str:
    is_set = ' class="q-menu is-set"' if menu.filter.is_set else " class=q-menu"
    asked = f' hx-get="{escape(menu.address)}"' if menu.address else ""
    is_open = " open" if menu.is_opened and not menu.address else ""
    return (
        f"<details{is_set} name=filter{asked}{is_open}>"
        f"<summary>{escape(menu.filter.title)}</summary>"
        f"<fieldset class=q-box>{content_markup(menu)}</fieldset></details>"
    )


def _option(name: str, option: Option) -> str:
    chosen = " checked" if option.is_chosen else ""
    value = escape(option.value)
    return (
        f'<label><input type=checkbox name={name} value="{value}"{chosen}>'
        f"{escape(option.text)}</label>"
    )


def _day(title: str, name: str, day: date | None) -> str:
    value = day.isoformat() if day else ""
    entry = f'<input class=form-control type=date name={name} value="{value}">'
    return f"<label>{title} {entry}</label>"
