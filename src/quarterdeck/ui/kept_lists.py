"""What readers keep of a list: its columns and its views. An app above supplies it."""

from collections.abc import Callable
from dataclasses import dataclass

from quarterdeck.core.permission import User
from quarterdeck.core.records import Record


@dataclass(frozen=True)
class KeptView:
    """A view that somebody has saved: the parameters of the list's address under a name."""

    name: str
    parameters: str
    is_shared: bool
    is_own: bool
    remove_address: str


@dataclass(frozen=True)
class KeptList:
    """What one reader finds at a list, and where it is kept; without addresses nothing can be."""

    columns: tuple[str, ...] = ()
    views: tuple[KeptView, ...] = ()
    columns_address: str = ""
    views_address: str = ""
    may_share: bool = False


Provider = Callable[[Record, User], KeptList]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let `provider` answer what is kept; the last one registered does."""
    _providers.append(provider)


def kept_of(record: Record, user: User) -> KeptList:
    """Return what this reader finds at the record's list."""
    return _providers[-1](record, user) if _providers else KeptList()
