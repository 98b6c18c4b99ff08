"""Import profiles: the mapping of one source's format onto one of our nouns.

This module declares what a profile is and registers them; `office` runs them, and the app that owns
the noun supplies them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from quarterdeck.core.columns import Cells
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account

Row = list[Any]
ReadRow = Callable[[Cells], Row]


@dataclass(frozen=True)
class Finding:
    """What an import found at one place: an error, a difference, or a notice."""

    kind: str
    line: int | None
    column: str
    found: str
    expected: str


@dataclass(frozen=True)
class StagedRow:
    """One parsed line: its number in the file, and its values or the errors in their place."""

    line: int
    values: Row
    errors: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """What an import would do with one record, with all its rows taken together."""

    external_id: str
    outcome: str
    facts: Any = None
    findings: tuple[Finding, ...] = field(default=())


class Settled(NamedTuple):
    """How far the settling of a batch has come: through which place, nothing once it is done, and
    how many records that was."""

    through: str
    records: int


ALL_SETTLED = Settled("", 0)


class Format(ABC):
    """What a file can be said to be when it is imported."""

    key: str
    title: str
    noun: str
    domain: ClassVar[str]
    # Whether somebody brings its files: some batches are made of what is here already.
    is_file: ClassVar[bool] = True

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that a file must have under these very heads, whatever a person says of the
        others."""
        return ()


class Profile(Format):
    """One format of one source: which columns it needs, and how records come of its rows."""

    longest_key: ClassVar[int] = 200

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The columns that a file must have."""

    @property
    def needed(self) -> tuple[str, ...]:
        """All of them."""
        return self.columns

    @property
    @abstractmethod
    def identity(self) -> str:
        """The column that says to which record a line belongs."""

    @property
    def identities(self) -> tuple[str, ...]:
        """All columns that say to which record a line belongs, where one alone does not."""
        return (self.identity,)

    def record_key(self, cells: Sequence[str]) -> str:
        """Return the key of a line's record from its cells in `identities`; empty for no record."""
        return cells[0]

    @abstractmethod
    def row_reader(self, header: Sequence[str], zone: ZoneInfo) -> ReadRow:
        """Return a function from a line's cells to values that JSON can hold; it raises BadCell."""

    def unmentioned(self) -> Sequence[str]:
        """Return the records of which the staged file says something by not naming them.

        They are judged without rows.
        """
        return ()

    def declared_coverage(
        self,
        zone: ZoneInfo,  # noqa: ARG002 — most files declare nothing
    ) -> tuple[datetime | None, datetime | None]:
        """Return from when until when a person says that the file names everything; None where
        nobody does, so that its evidence alone tells."""
        return None, None

    @abstractmethod
    def judge(
        self, source: str, records: Sequence[tuple[str, Sequence[StagedRow]]]
    ) -> list[Judgement]:
        """Compare records with what stands; reads only."""

    @abstractmethod
    def apply(
        self, batch_key: int, judgements: Sequence[Judgement], *, actor: Account, at: datetime
    ) -> tuple[datetime, datetime] | None:
        """Write new and changed records as rows of the batch; return the span of their evidence."""

    def prepare(
        self, batch_key: int, external_ids: Sequence[str], *, actor: Account, at: datetime
    ) -> None:
        """Work out, unseen by readers, what settling will make of these changed records."""

    @abstractmethod
    def settle(self, batch_key: int, after: str, *, actor: Account, at: datetime) -> Settled:
        """Rebuild the next of what derives from evidence, once a batch counts or no longer counts.

        It goes on after the place that the last call has told; the first place is the empty one.
        """


_profiles: dict[str, Format] = {}


def register(*profiles: Format) -> None:
    """Make profiles known by their keys."""
    for profile in profiles:
        if profile.key in _profiles:
            message = f"the profile {profile.key} is registered twice"
            raise ValueError(message)
        _profiles[profile.key] = profile


def all_profiles() -> tuple[Format, ...]:
    """Return every registered profile in order of key."""
    return tuple(_profiles[key] for key in sorted(_profiles))


def file_profiles() -> tuple[Format, ...]:
    """Return the profiles of which somebody brings files, in order of key."""
    return tuple(profile for profile in all_profiles() if profile.is_file)


def file_profile_of(key: str) -> Format:
    """Return the profile of files of that key; Refused, naming those known, where there is none."""
    profile = _profiles.get(key)
    if profile is None or not profile.is_file:
        known = ", ".join(each.key for each in file_profiles())
        raise Refused(f"There is no import profile “{key}”. Known: {known}.")
    return profile


def profile_of(key: str) -> Format:
    """Return the profile of that key, of files or not; Refused, naming those of files, where there
    is none."""
    return _profiles[key] if key in _profiles else file_profile_of(key)
