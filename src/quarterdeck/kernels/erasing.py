"""Finds names and addresses in texts by digests alone, and puts a word in their place.

Who was erased must be known again when an old file comes in once more, and must stand nowhere. So
a name is kept as a salted digest of its words: small letters, without the marks between them. A
text is looked through in runs of as many words as an erased name has.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

REDACTED = "[redacted]"

_WORD = re.compile(r"[^\W_](?:[\w.@+'’-]*[^\W_])?")


def _words(text: str) -> list[tuple[int, int, str]]:
    """Return where each word of a text begins and ends, and how it is compared."""
    return [
        (found.start(), found.end(), unicodedata.normalize("NFKC", found[0]).casefold())
        for found in _WORD.finditer(text)
    ]


def length_of(name: str) -> int:
    """Return of how many words a name consists."""
    return len(_words(name))


def digest_of(name: str, salt: str) -> str:
    """Return what tells a name, in hexadecimal, whatever its case and the marks in it."""
    return _digest([word for _, _, word in _words(name)], salt)


def _digest(words: Iterable[str], salt: str) -> str:
    return hashlib.sha256(f"{salt}\x1f{' '.join(words)}".encode()).hexdigest()


def orders_of(name: str) -> Iterator[str]:
    """Give a name in the orders in which lists have it: `Mona Berg`, and `Berg, Mona`."""
    yield name
    words = name.replace(",", " ").split()
    if len(words) > 1:
        yield " ".join([words[-1], *words[:-1]])
        yield " ".join([*words[1:], words[0]])


@dataclass(frozen=True)
class Erased:
    """The digests of erased names, by the number of their words."""

    salt: str
    digests: Mapping[int, frozenset[str]]

    def holds(self, text: str) -> bool:
        """Whether an erased name stands in a text."""
        return next(self._places(text), None) is not None

    def masked(self, text: str) -> str:
        """Return a text with each erased name in it redacted."""
        parts, end = list[str](), 0
        for start, stop in self._places(text):
            parts += [text[end:start], REDACTED]
            end = stop
        return "".join([*parts, text[end:]]) if parts else text

    def masked_value(self, value: Any) -> Any:
        """Return a value as JSON holds it, with each of its texts masked."""
        if isinstance(value, str):
            return self.masked(value)
        if isinstance(value, list):
            return [self.masked_value(each) for each in value]
        if isinstance(value, dict):
            return {key: self.masked_value(each) for key, each in value.items()}
        return value

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Give where erased names begin and end, the longest first where several begin."""
        words, place = _words(text), 0
        while place < len(words):
            length = next((each for each in self._lengths if self._is(words, place, each)), 0)
            if length:
                yield words[place][0], words[place + length - 1][1]
            place += length or 1

    @property
    def _lengths(self) -> list[int]:
        return sorted(self.digests, reverse=True)

    def _is(self, words: list[tuple[int, int, str]], place: int, length: int) -> bool:
        run = words[place : place + length]
        return len(run) == length and (
            _digest([word for _, _, word in run], self.salt) in self.digests[length]
        )
