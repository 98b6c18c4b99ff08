"""Parts that apps above add to the page of any record, such as comments and files."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quarterdeck.core.permission import User
from quarterdeck.core.records import Record


@dataclass(frozen=True)
class Panel:
    """A part of a page: its template, and what that shows as `panel`."""

    template: str
    context: Any


Provider = Callable[[Record, Any, User], Panel | None]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let every page of a record show what `provider` answers for its row and reader."""
    if provider not in _providers:
        _providers.append(provider)


def panels_of(record: Record, row: Any, user: User) -> list[Panel]:
    """Return the parts of one page, in the order in which their providers came."""
    panels = (provider(record, row, user) for provider in _providers)
    return [panel for panel in panels if panel]
