"""Parts that apps above add to the page of any record, such as comments and files."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from quarterdeck.core.permission import User
from quarterdeck.core.records import Record
from quarterdeck.core.together import Asking, answer_of, side_by_side


@dataclass(frozen=True)
class Panel:
    """A part of a page: its template, and what that shows as `panel`."""

    template: str
    context: Any


# One that asks the database on every page says before what it reads, so that it is read together.
Provider = Callable[[Record, Any, User], Panel | Asking[Panel | None] | None]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let every page of a record show what `provider` answers for its row and reader."""
    if provider not in _providers:
        _providers.append(provider)


def panels_of(record: Record, row: Any, user: User) -> list[Panel]:
    """Return the parts of one page, in the order in which their providers came."""
    return answer_of(asking_panels(record, row, user))


def asking_panels(record: Record, row: Any, user: User) -> Asking[list[Panel]]:
    """Ask for the parts of one page beside what else it asks for."""
    told = [provider(record, row, user) for provider in _providers]
    answered = iter((yield from side_by_side(e for e in told if isinstance(e, Generator))))
    panels = [next(answered) if isinstance(each, Generator) else each for each in told]
    return [panel for panel in panels if panel]
