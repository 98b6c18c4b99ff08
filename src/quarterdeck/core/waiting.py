"""Waiting items: what waits for one account, told by every app and shown on one page.

An app registers a source in its `ready`; the Today page asks them all. A source answers with the
account's own items only, so that nobody reads what waits for somebody else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from quarterdeck.core.models import Account

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


Source = Callable[[Account, datetime], Iterable[WaitingItem]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Ask `source(account, at)` too; a source that is known already is not asked twice."""
    if source not in _sources:
        _sources.append(source)


def waiting_for(account: Account, at: datetime) -> tuple[WaitingItem, ...]:
    """Return what waits for the account: gravest consequence first, then what is due first."""
    if not account.is_active:
        return ()
    return in_order(item for source in _sources for item in source(account, at))


def in_order(items: Iterable[WaitingItem]) -> tuple[WaitingItem, ...]:
    """Return items with the gravest consequence first, then what is due first."""
    return tuple(sorted(items, key=_order))


def anything_waits_for(account: Account, at: datetime) -> bool:
    """Say whether anything waits for the account; no further app is asked after the first item."""
    return account.is_active and any(True for source in _sources for _ in source(account, at))


def _order(item: WaitingItem) -> tuple[int, datetime, str]:
    return -item.consequence, item.due_at or _NO_DATE, item.title
