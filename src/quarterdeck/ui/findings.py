"""What a search over everything shows: groups of hits, one for each record that has any."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from quarterdeck.core.permission import User
from quarterdeck.core.records import Record, all_records
from quarterdeck.core.search import Found, Order, can_be_searched, marks_of, search_all
from quarterdeck.ui.excerpts import excerpt, marked, mentions
from quarterdeck.ui.markup import badge
from quarterdeck.ui.navigation import section_place
from quarterdeck.ui.paging import Count

MOST_COUNTED = 100


@dataclass(frozen=True)
class Hit:
    """One row that was found: what it is called, where it stands, and what it says of the words."""

    title: SafeString
    address: str
    badge: SafeString
    excerpt: SafeString


@dataclass(frozen=True)
class Group:
    """The hits among the rows of one record; `address` is its list with the same search."""

    record: Record
    hits: list[Hit]
    count: Count
    address: str

    @property
    def has_more(self) -> bool:
        """Whether there are more hits than are shown."""
        return self.count.is_bounded or self.count.amount > len(self.hits)


def groups_of(
    text: str, user: User, *, shown: int, order: Order = Order.NEWEST, counted: int = MOST_COUNTED
) -> list[Group]:
    """Return the groups that have hits, in the order of the product's sections."""
    records = [record for record in all_records() if can_be_searched(record)]
    records.sort(key=lambda record: section_place(record.section))
    found = search_all(records, text, user, shown=shown, counted=counted, order=order)
    words = marks_of(text)
    for each in found:
        each.record.empty_withheld(each.rows, each.record.badges, user)
    return [_group(each, text, words) for each in found if each.rows]


def _group(found: Found, text: str, words: Sequence[str]) -> Group:
    record = found.record
    return Group(
        record,
        [_hit(record, row, words) for row in found.rows],
        Count(found.amount, is_bounded=found.is_bounded),
        f"{reverse(record.list_address)}?{urlencode({'q': text})}",
    )


def _hit(record: Record, row: Any, words: Sequence[str]) -> Hit:
    title = str(row)
    return Hit(
        marked(title, words),
        reverse(record.detail_address, args=[row.pk]),
        _badge(record, row),
        _excerpt(record, row, title, words),
    )


def _badge(record: Record, row: Any) -> SafeString:
    """Return the badge of the first column that has badges, such as a ticket's state."""
    name = next(iter(record.badges), "")
    value = getattr(row, name, None) if name else None
    known = record.badges[name].get(value) if name else None
    if known is None:
        return SafeString("")
    display = getattr(row, f"get_{name}_display", lambda: value)
    return badge(known.text or display(), known.tone)


def _excerpt(record: Record, row: Any, title: str, words: Sequence[str]) -> SafeString:
    """Return the text in which the words stand, else the longest one beside the title."""
    texts = [str(getattr(row, name) or "") for name in record.searched]
    others = [text for text in texts if text not in title]
    telling = next((text for text in others if mentions(text, words)), "")
    return excerpt(telling or max(others, key=len, default=""), words)
