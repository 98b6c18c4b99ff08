"""How one cell of a file is read: each kind of column says what it takes and refuses the rest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from quarterdeck.core.date_forms import ISO, moment_of

Cells = Sequence[str]
Read = Callable[[Cells], Any]
Places = Mapping[str, int]


# Other years are slips of a source, and some zone cannot hold the first and the last year at all.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


class BadCell(ValueError):
    """One cell does not hold what its column must hold."""

    def __init__(self, column: str, found: str, expected: str) -> None:
        """Say where, what stands there, and what was expected."""
        super().__init__(f"column {column}: “{found}”; expected {expected}")
        self.column, self.found, self.expected = column, found, expected


class Column(Protocol):
    """One field of ours, read from one or more columns of a file."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the file that it needs."""

    def reader(self, places: Places, unknown: frozenset[str], zone: ZoneInfo) -> Read:
        """Return a function from a line's cells to a value that JSON can hold, None for unknown."""


@dataclass(frozen=True)
class Text:
    """Words, kept as they stand and cut at `longest` characters only by refusal."""

    name: str
    longest: int = 200
    required: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The one column."""
        return (self.name,)

    def reader(self, places: Places, unknown: frozenset[str], zone: ZoneInfo) -> Read:  # noqa: ARG002 — every column has the same signature
        """Return a reader of stripped text."""
        place = places[self.name]

        def read(cells: Cells) -> str | None:
            text = cells[place].strip()
            if text in unknown:
                if self.required:
                    raise BadCell(self.name, text, "a value")
                return None
            if len(text) > self.longest:
                raise BadCell(self.name, f"{text[:40]}…", f"at most {self.longest} characters")
            return text

        return read


@dataclass(frozen=True)
class Joined:
    """Several columns together, such as the parts of an event's identity."""

    parts: tuple[str, ...]
    longest: int = 120

    @property
    def names(self) -> tuple[str, ...]:
        """All parts."""
        return self.parts

    def reader(self, places: Places, unknown: frozenset[str], zone: ZoneInfo) -> Read:  # noqa: ARG002 — every column has the same signature
        """Return a reader that joins the cells by a bar."""
        at = [places[name] for name in self.parts]

        def read(cells: Cells) -> str:
            text = "|".join(cells[place].strip() for place in at)
            if len(text) > self.longest:
                expected = f"at most {self.longest} characters"
                raise BadCell(" + ".join(self.parts), f"{text[:40]}…", expected)
            return text

        return read


@dataclass(frozen=True)
class Choice:
    """One of the listed words, or combinations of words, each with what it means to us."""

    parts: tuple[str, ...]
    # Mapping does not vary in its keys, and a literal of one-word keys has a narrower type.
    meanings: Mapping[Any, Any]
    required: bool = False
    # What a person said of a word that stands alone, whatever its case: by the word in small
    # letters.
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns whose words are looked up together."""
        return self.parts

    def reader(self, places: Places, unknown: frozenset[str], zone: ZoneInfo) -> Read:  # noqa: ARG002 — every column has the same signature
        """Return a reader that looks the words up."""
        at = [places[name] for name in self.parts]
        meanings, said = self.meanings, self.said

        def read(cells: Cells) -> Any:
            words = tuple(cells[place].strip() for place in at)
            word = words[0].casefold()
            # What a person says of a word goes before what the tool usually means by it.
            if word in said and (len(words) == 1 or words not in meanings):
                return said[word]
            if words in meanings:
                return meanings[words]
            if not self.required and all(word in unknown for word in words):
                return None
            known = ", ".join("/".join(key) for key in meanings)
            raise BadCell(" + ".join(self.parts), "/".join(words), f"one of {known}")

        return read


@dataclass(frozen=True)
class Day:
    """A day, read as ISO 8601 text; a time of day beside it is left out."""

    name: str
    form: str
    example: str

    @property
    def names(self) -> tuple[str, ...]:
        """The one column."""
        return (self.name,)

    def reader(self, places: Places, unknown: frozenset[str], zone: ZoneInfo) -> Read:  # noqa: ARG002 — every column has the same signature
        """Return a reader of days."""
        place = places[self.name]

        def read(cells: Cells) -> str | None:
            text = cells[place].strip()
            if text in unknown:
                return None
            moment = moment_of(self.form, text) or moment_of(ISO, text)
            if moment is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
                raise BadCell(self.name, text[:40], f"a day such as {self.example}")
            return moment.date().isoformat()

        return read


@dataclass(frozen=True)
class Word:
    """One word, with the meaning that the import's mapping gives it; `blank` means not known."""

    name: str
    meaning: Callable[[str], str | None]
    blank: str = "?"

    @property
    def names(self) -> tuple[str, ...]:
        """The one column."""
        return (self.name,)

    def reader(self, places: Places, unknown: frozenset[str], zone: ZoneInfo) -> Read:  # noqa: ARG002 — every column has the same signature
        """Return a reader that looks the word up; a word without a meaning is refused."""
        place = places[self.name]

        def read(cells: Cells) -> str | None:
            text = cells[place].strip()
            if text in unknown:
                return None
            meaning = self.meaning(text)
            if meaning is None:
                raise BadCell(self.name, text[:40], "a word to which the mapping gives a meaning")
            return None if meaning == self.blank else meaning

        return read


@dataclass(frozen=True)
class Flag:
    """True or false."""

    name: str

    @property
    def names(self) -> tuple[str, ...]:
        """The one column."""
        return (self.name,)

    def reader(self, places: Places, unknown: frozenset[str], zone: ZoneInfo) -> Read:
        """Return a reader of true and false in any case."""
        meanings = {
            (w,): w.lower() == "true" for w in ("true", "false", "TRUE", "FALSE", "True", "False")
        }
        return Choice((self.name,), meanings).reader(places, unknown, zone)


@dataclass(frozen=True)
class Whole:
    """A whole number from zero to `largest`."""

    name: str
    largest: int = 1_000_000

    @property
    def names(self) -> tuple[str, ...]:
        """The one column."""
        return (self.name,)

    def reader(self, places: Places, unknown: frozenset[str], zone: ZoneInfo) -> Read:  # noqa: ARG002 — every column has the same signature
        """Return a reader of plain ASCII digits."""
        place = places[self.name]

        def read(cells: Cells) -> int | None:
            text = cells[place].strip()
            if text in unknown:
                return None
            if not (text.isascii() and text.isdigit()) or len(text) > len(str(self.largest)):
                raise BadCell(self.name, text[:40], "a whole number")
            if (value := int(text)) > self.largest:
                raise BadCell(self.name, text, f"at most {self.largest}")
            return value

        return read


# Logs repeat their instants; reading each text once makes dates cheap without keeping a whole file.
_REMEMBERED_INSTANTS = 50_000
_EPOCH, _SECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(seconds=1)


@dataclass(frozen=True)
class Stamp:
    """An instant, read as seconds since 1970 UTC; a time without a zone is in the import's zone.

    `form` is a strptime format, "iso" for ISO 8601, or "iso-day" for its days alone; `example`
    shows a person what is expected. With `or_iso` a text in ISO 8601 is read too: dates of a
    workbook come so, whatever the texts beside them look like. A local time that a clock skips is
    refused; one that a clock shows twice is read as the first.
    """

    name: str
    form: str
    example: str
    required: bool = False
    or_iso: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The one column."""
        return (self.name,)

    def reader(self, places: Places, unknown: frozenset[str], zone: ZoneInfo) -> Read:
        """Return a reader that remembers what it has read."""
        place = places[self.name]
        seen: dict[str, int] = {}

        def read(cells: Cells) -> int | None:
            text = cells[place].strip()
            if (value := seen.get(text)) is not None:
                return value
            if text in unknown:
                if self.required:
                    raise BadCell(self.name, text, self._expected())
                return None
            if len(seen) >= _REMEMBERED_INSTANTS:
                seen.clear()
            seen[text] = value = self._seconds(text, zone)
            return value

        return read

    def _expected(self) -> str:
        return f"a date and time such as {self.example}"

    def _seconds(self, text: str, zone: ZoneInfo) -> int:
        instant = moment_of(self.form, text)
        if instant is None and self.or_iso:
            instant = moment_of(ISO, text)
        if instant is None:
            raise BadCell(self.name, text[:40], self._expected())
        if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
            raise BadCell(self.name, text[:40], f"a date from {_FIRST_YEAR} to {_LAST_YEAR}")
        if instant.tzinfo is None:
            instant = self._in_zone(instant, zone)
        return int((instant - _EPOCH) / _SECOND)

    def _in_zone(self, local: datetime, zone: ZoneInfo) -> datetime:
        instant = local.replace(tzinfo=zone)
        if _is_skipped(instant):
            expected = f"a time that the clocks of {zone.key} show"
            raise BadCell(self.name, local.isoformat(" "), expected)
        return instant


def _is_skipped(instant: datetime) -> bool:
    """Say whether the clocks go from before a local time to after it.

    There alone the offset before the change, which fold 0 takes, is less than that after it, which
    fold 1 takes (PEP 495).
    """
    before, after = instant.utcoffset(), instant.replace(fold=1).utcoffset()
    return before is not None and after is not None and before < after
