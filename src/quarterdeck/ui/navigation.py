"""The side navigation: apps register entries, and each reader sees those that concern them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from quarterdeck.core.permission import User, only_asks

SECTIONS = (
    "Today",
    "Scorecard",
    "Desk",
    "Services",
    "Assets",
    "Assurance",
    "Continuity",
    "People",
    "Money",
    "Portfolio",
    "Planning",
    "Office",
)


def _everybody(_user: User) -> bool:
    return True


@dataclass(frozen=True)
class Entry:
    """A place to go: its section, its title, the name of its address, and who may see it.

    What is arranged once and looked at seldom `is_arranged`: it is folded away below the others.
    Whoever only asks for help sees what is `for_requesters` and nothing else: other pages would
    answer them too, and would be a long list of what is not theirs.
    """

    section: str
    title: str
    address: str
    icon: str
    may_see: Callable[[User], bool] = _everybody
    is_arranged: bool = False
    for_requesters: bool = False

    def __post_init__(self) -> None:
        if self.section not in SECTIONS:
            raise ValueError(f"There is no section “{self.section}” in the navigation.")


@dataclass(frozen=True)
class Place:
    """An entry as one page shows it."""

    title: str
    address: str
    icon: str
    is_current: bool


@dataclass(frozen=True)
class Section:
    """Entries that belong together."""

    title: str
    places: tuple[Place, ...]
    arranged: tuple[Place, ...] = ()

    @property
    def is_unfolded(self) -> bool:
        """Whether the page is one of those that are folded away elsewhere."""
        return any(place.is_current for place in self.arranged)

    @property
    def needs_heading(self) -> bool:
        """Whether its entries do not say by themselves where they belong."""
        return [place.title for place in self.places] != [self.title]


_entries: list[Entry] = []


def register(*entries: Entry) -> None:
    """Add entries; within a section they keep the order in which they came."""
    _entries.extend(entry for entry in entries if entry not in _entries)


@cache
def _address_of(name: str) -> str:
    return reverse(name)


def sections_for(user: User, path: str) -> tuple[Section, ...]:
    """Return what this reader may see, in the product's order, with the place of `path` marked."""
    is_short = only_asks(user)
    offered = [entry for entry in _entries if entry.for_requesters or not is_short]
    visible = [entry for entry in offered if entry.may_see(user)]
    current = _longest_prefix([_address_of(entry.address) for entry in visible], path)
    inside: dict[str, list[Entry]] = {title: [] for title in SECTIONS}
    for entry in visible:
        inside[entry.section].append(entry)
    return tuple(_section(title, each, current) for title, each in inside.items() if each)


def _section(title: str, inside: list[Entry], current: str) -> Section:
    # What the section is named after comes first.
    in_order = sorted(inside, key=lambda entry: entry.title != title)
    places = tuple(_place(entry, current) for entry in in_order if not entry.is_arranged)
    arranged = tuple(_place(entry, current) for entry in in_order if entry.is_arranged)
    return Section(title, places, arranged)


def section_place(title: str) -> int:
    """Return where a section stands in the product's order; what is in none comes last."""
    return SECTIONS.index(title) if title in SECTIONS else len(SECTIONS)


def _place(entry: Entry, current: str) -> Place:
    address = _address_of(entry.address)
    return Place(entry.title, address, entry.icon, is_current=address == current)


def _longest_prefix(addresses: list[str], path: str) -> str:
    """The address nearest to the path: `/` stands for itself, others also for what is below."""
    near = [a for a in addresses if path == a or (a != "/" and path.startswith(a))]
    return max(near, key=len, default="")
