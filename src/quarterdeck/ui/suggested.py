"""What may answer a person before they ask anybody: apps above supply it while words are typed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from quarterdeck.core.permission import User

MOST = 5
# Fewer letters say too little to look for.
FEWEST_LETTERS = 3


@dataclass(frozen=True)
class Suggestion:
    """A page that may help: its title, its address, and one or two words for what it is."""

    title: str
    address: str
    kind: str = ""


Provider = Callable[[str, User], Iterable[Suggestion]]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Ask `provider(words, reader)` too; it answers only what that reader may open."""
    if provider not in _providers:
        _providers.append(provider)


def suggestions_for(words: str, user: User) -> list[Suggestion]:
    """Return the first few answers of every provider, in the order in which they came."""
    asked = words.strip()
    if len(asked) < FEWEST_LETTERS:
        return []
    return [each for provider in _providers for each in list(provider(asked, user))[:MOST]]
