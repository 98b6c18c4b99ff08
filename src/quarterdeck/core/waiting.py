"""Waiting items: what waits for one account, told by every app and shown on one page.

An app registers a source in its `ready`; the Today page asks them all. A source answers with the
account's own items only, so that nobody reads what waits for somebody else.

A source yields the rows that it is about to read before it reads them, and goes on when they are
there: what all sources ask for at a time is read in one statement.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from django.db.models import QuerySet

from quarterdeck.core.models import Account
from quarterdeck.core.together import Posed, read_together

_NO_DATE = datetime.max.replace(tzinfo=UTC)


class Consequence(IntEnum):
    """What happens if the item goes on waiting: usual weights, so that the apps' items compare."""

    SLIGHT = 10
    ORDINARY = 20
    SERIOUS = 30
    SEVERE = 40


@dataclass(frozen=True)
class WaitingItem:
    """One thing that somebody has to do.

    `address` is the page where it is done, `kind` one or two words that say what it is, such as
    “Ticket”. The higher the `consequence`, the sooner it comes; `due_at` is aware, or None where
    nothing is due.
    """

    title: str
    address: str
    due_at: datetime | None
    consequence: int
    kind: str
    detail: str = ""


Asked = Sequence[QuerySet[Any, Any] | Posed]
Told = Iterator[WaitingItem | Asked]
Source = Callable[[Account, datetime], Iterable[WaitingItem | Asked]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Ask `source(account, at)` too; a source that is known already is not asked twice."""
    if source not in _sources:
        _sources.append(source)


def waiting_for(account: Account, at: datetime) -> tuple[WaitingItem, ...]:
    """Return what waits for the account: gravest consequence first, then what is due first."""
    return in_order(told_by(_sources, account, at)) if account.is_active else ()


def told_by(sources: Sequence[Source], account: Account, at: datetime) -> Iterator[WaitingItem]:
    """Give what some sources tell an account; what they ask for meanwhile is read together."""
    telling = [iter(source(account, at)) for source in sources]
    while telling:
        asking, asked = [], list[QuerySet[Any, Any] | Posed]()
        for each in telling:
            for told in each:
                if isinstance(told, WaitingItem):
                    yield told
                    continue
                asked += told
                asking.append(each)
                break
        read_together(asked)
        telling = asking


def in_order(items: Iterable[WaitingItem]) -> tuple[WaitingItem, ...]:
    """Return items with the gravest consequence first, then what is due first."""
    return tuple(sorted(items, key=_order))


def anything_waits_for(account: Account, at: datetime) -> bool:
    """Say whether anything waits for the account; all apps' first questions are read together."""
    return account.is_active and any(True for _ in told_by(_sources, account, at))


def _order(item: WaitingItem) -> tuple[int, datetime, str]:
    return -item.consequence, item.due_at or _NO_DATE, item.title
