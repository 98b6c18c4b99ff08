"""The views above a list: those of its record, and those that somebody has kept."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

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
