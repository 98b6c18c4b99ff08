"""What everybody should know about the services just now: apps above supply it for the portal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.permission import User
from quarterdeck.core.records import Tone


@dataclass(frozen=True)
class ServiceNews:
    """One line of news, such as a disturbance that is known: how grave it is, and since when."""

    text: str
    tone: Tone = Tone.WARNING
    since: datetime | None = None


Provider = Callable[[User, datetime], Iterable[ServiceNews]]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Ask `provider(reader, at)` too; it says only what that reader may know."""
    if provider not in _providers:
        _providers.append(provider)


def news_for(user: User, at: datetime) -> list[ServiceNews]:
    """Return all news, in the order in which the providers came; nothing where nobody says any."""
    return [each for provider in _providers for each in provider(user, at)]
