"""The side navigation as markup: it stands on every page, and a template of it takes as long to
render as a list of fifty rows. A class says which icon the style sheet draws, and what HTML lets be
left out is: with it the navigation was a third of a list."""

from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString

from quarterdeck.ui.navigation import Place, Section

# Whoever has the same roles sees the same, with another place marked on each page.
_KEPT = 512


@lru_cache(maxsize=_KEPT)
def navigation_markup(sections: tuple[Section, ...]) -> SafeString:
    """Return the sections with their places; equal sections look the same."""
    return SafeString("".join(_section(*each) for each in enumerate(sections, start=1)))


def _section(number: int, section: Section) -> str:
    title, heading, labelled, of_it = escape(section.title), "", "", ""
    if section.needs_heading:
        heading = f"<p id=nav-{number}>{title}</p>"
        labelled = f" aria-labelledby=nav-{number}"
        of_it = f"<span class=visually-hidden> of {title}</span>"
    shown = f"{heading}<ul{labelled}>{_places(section.places)}</ul>\n"
    if not section.arranged:
        return shown
    is_open = " open" if section.is_unfolded else ""
    more = f"<details class=q-side-more{is_open}><summary>Set up{of_it}</summary>"
    return f"{shown}{more}<ul>{_places(section.arranged)}</ul></details>\n"


def _places(places: tuple[Place, ...]) -> str:
    return "".join(map(_place, places))


@lru_cache(maxsize=_KEPT)
def _place(place: Place) -> str:
    current = " aria-current=page" if place.is_current else ""
    address, title = escape(place.address), escape(place.title)
    return f"<li><a href={address} class=i-{escape(place.icon)}{current}>{title}</a>"
