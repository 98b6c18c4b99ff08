"""The headers of a list: which columns it can be sorted by, and by which it is.

They are written in Python, since a template could not leave out what HTML lets be left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from quarterdeck.ui import markup
from quarterdeck.ui.list_cells import Column
from quarterdeck.ui.lists import Listing
from quarterdeck.ui.sorting import sort_key

_WAYS = {True: "descending", False: "ascending"}
_ARROWS = {"descending": "arrow-down", "ascending": "arrow-up"}
# A click takes the list's place, and not the page's.
IN_PLACE = "hx-boost:inherited=true hx-target:inherited=#list hx-swap:inherited=outerHTML"
_ALL = (
    "<th scope=col class=q-check>"
    '<input type=checkbox data-selects=row aria-label="Select all of this page">'
)


@dataclass(frozen=True)
class Header:
    """The header of one column; `state` is how the list is sorted by it, in the words of ARIA, and
    `address` is where it is sorted so, or the other way round."""

    column: Column
    state: str = ""
    address: str = ""


def headers_of(listing: Listing) -> Iterator[Header]:
    """Give the headers of the columns shown, in their order.

    A list of more rows than are counted is sorted by the order of its index alone.
    """
    usual, back = listing.usual_sort
    found = listing.sorted_by
    for column in listing.columns:
        if found and column.name == found.name:
            other = column.name if found.is_descending else f"-{column.name}"
            yield Header(column, _WAYS[found.is_descending], listing.asked(sort=other))
        elif column.name == usual:
            state = "" if found else _WAYS[listing.order[0].startswith("-")]
            yield Header(column, state, listing.asked(sort="" if found else back))
        elif listing.count.is_bounded or sort_key(listing.record, column.name) is None:
            yield Header(column)
        else:
            yield Header(column, "", listing.asked(sort=column.name))


def head_markup(listing: Listing) -> SafeString:
    """Return the head of the table."""
    cells = "".join(map(_cell, headers_of(listing)))
    return SafeString(f"<thead {IN_PLACE}><tr>{_ALL if listing.may_select else ''}{cells}")


def _cell(header: Header) -> str:
    style = f" class={header.column.style}" if header.column.style else ""
    title, state = escape(header.column.title), ""
    if header.state:
        state = f" aria-sort={header.state}"
        title += markup.icon(_ARROWS[header.state])
    if header.address:
        title = f'<a href="{escape(header.address)}">{title}</a>'
    return f"<th scope=col{style}{state}>{title}"
