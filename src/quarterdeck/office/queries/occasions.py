"""Occasions: after what people can be asked, as the apps register it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from quarterdeck.core.errors import Refused


@dataclass(frozen=True)
class Happening:
    """One thing that happened to somebody who can be asked about it.

    `subject` names it as acts do (`desk.ticket:17`), `title` as a person would. Team and service
    are those that it is about; the unit is the person's.
    """

    person_key: int
    subject: str
    title: str
    at: datetime
    team_key: int | None = None
    service: str = ""


@dataclass(frozen=True)
class Occasion:
    """A kind of thing that happens: its key, its name, and what to look it up with.

    `happenings(since, until)` gives what happened after `since` and up to `until`, oldest first.
    What happened is asked about once it has stood for `settles`: a ticket that is reopened within
    that time was not resolved. `asks` introduces the title in mails, as in *Your ticket was
    resolved*.
    """

    key: str
    title: str
    asks: str
    happenings: Callable[[datetime, datetime], Iterable[Happening]]
    settles: timedelta = timedelta()


_occasions: dict[str, Occasion] = {}


def register_occasion(occasion: Occasion) -> None:
    """Let surveys be bound to the occasion; ValueError where another one has its key."""
    if _occasions.setdefault(occasion.key, occasion) != occasion:
        raise ValueError(f"The occasion {occasion.key} is registered twice.")


def all_occasions() -> tuple[Occasion, ...]:
    """Return every registered occasion, by title."""
    return tuple(sorted(_occasions.values(), key=lambda each: each.title))


def occasion_named(key: str) -> Occasion:
    """Return the occasion of that key; Refused where no app registers it."""
    if key not in _occasions:
        known = ", ".join(sorted(_occasions))
        raise Refused(f"There is no occasion “{key}” for a survey: expected one of {known}.")
    return _occasions[key]
