"""Finds names and addresses in texts by digests alone, and puts a word in their place.

Who was erased must be known again when an old file comes in once more, and must stand nowhere. So
a name is kept as a salted digest of its words: small letters, without the marks between them. A
text is looked through in runs of as many words as an erased name has. What may be a common word is
looked for as the whole of a text.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

REDACTED = "[redacted]"

# Of how many words a name consists that is sought as the whole of a text alone.
WHOLE = 0

_WORD = re.compile(r"[^\W_](?:[\w.@+'’-]*[^\W_])?")
_PART = re.compile(r"[^._'’-]+")


def _words(text: str) -> list[tuple[int, int, str]]:
    """Return where each word of a text begins and ends, and how it is compared.

    What a full stop, hyphen, apostrophe or low line holds together are words of their own, as in
    `Berg's` or `Berg-Team`; but not before an `@`, where they make it another address.
    """
    return [
        (found.start() + start, found.start() + end, _compared(found[0][start:end]))
        for found in _WORD.finditer(text)
        for start, end in _parts(found[0])
    ]


def _parts(word: str) -> Iterator[tuple[int, int]]:
    start, after = 0, word.rfind("@") + 1
    for part in _PART.finditer(word, after):
        yield start if after else part.start(), part.end()
        after = 0


def _compared(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def digest_of(name: str, salt: str) -> tuple[int, str]:
    """Return of how many words a name consists, and what tells it whatever its case and marks."""
    words = [word for _, _, word in _words(name)]
    return len(words), _digest(words, salt)


def whole_digest_of(name: str, salt: str) -> tuple[int, str]:
    """Return the same of a name that is sought where a text is nothing but this name."""
    return WHOLE, _digest(["", _compared(name.strip())], salt)


def is_one_word(name: str) -> bool:
    """Whether a name, such as a user name, may well be somebody else's or a common word."""
    return len(name.split()) == 1 and "@" not in name


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
        return self._is_whole(text) or next(self._places(text), None) is not None

    def masked(self, text: str) -> str:
        """Return a text with each erased name in it redacted."""
        return REDACTED if self._is_whole(text) else self._masked_within(text)

    def _masked_within(self, text: str) -> str:
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
            # A key that is a common word is the name of a column, and of nobody.
            return {self._masked_within(k): self.masked_value(each) for k, each in value.items()}
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
        return sorted(self.digests.keys() - {WHOLE}, reverse=True)

    def _is_whole(self, text: str) -> bool:
        held = self.digests.get(WHOLE)
        return held is not None and whole_digest_of(text, self.salt)[1] in held

    def _is(self, words: list[tuple[int, int, str]], place: int, length: int) -> bool:
        run = words[place : place + length]
        return len(run) == length and (
            _digest([word for _, _, word in run], self.salt) in self.digests[length]
        )
