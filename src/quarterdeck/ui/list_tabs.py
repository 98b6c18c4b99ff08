"""The views above a list: those of its record, and those that somebody has kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl

from django.utils.safestring import SafeString

from quarterdeck.ui.list_headers import IN_PLACE
from quarterdeck.ui.lists import Listing


@dataclass(frozen=True)
class Tab:
    """A view of the list as the page shows it."""

    title: str
    address: str
    is_current: bool


def tabs_of(listing: Listing) -> list[Tab]:
    """Return the views, the whole list first and the kept ones last; none where there are none."""
    asked = sorted(parse_qsl(listing.parameters))
    kept = [
        Tab(
            view.name,
            f"?{view.parameters}",
            is_current=bool(asked) and sorted(parse_qsl(view.parameters)) == asked,
        )
        for view in listing.kept.views
    ]
    views = listing.record.views_for(listing.user)
    if not views and not kept:
        return []
    is_kept = any(tab.is_current for tab in kept)
    whole = Tab("All", listing.asked(view=""), is_current=listing.view is None and not is_kept)
    others = [
        Tab(
            view.title,
            listing.asked(view=view.filter),
            is_current=view == listing.view and not is_kept,
        )
        for view in views
    ]
    return [whole, *others, *kept]


def tabs_markup(tabs: Iterable[Tab]) -> SafeString:
    """Return the tabs without what HTML lets be left out; nothing where there are none."""
    shown = "".join(map(_tab, tabs))
    start = f"<nav class=q-tabs aria-label=Views {IN_PLACE}><ul>"
    return SafeString(f"{start}{shown}</ul></nav>" if shown else "")


def _tab(tab: Tab) -> str:
    current = " aria-current=page" if tab.is_current else ""
    return f'<li><a href="{escape(tab.address)}"{current}>{escape(tab.title)}</a>'
