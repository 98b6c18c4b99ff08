"""Words that are written in more than one way: *Wi-Fi* and *wifi*, *log in* and *login*.

A search cuts texts at whatever is neither letter nor digit, so that one way would not find the
other. What hyphens hold together is therefore indexed as one word too, and what is sought may
stand joined with its neighbour, or apart before such as *in*, *up* or *name*.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

__all__ = [
    "HYPHENS",
    "LONGEST_INDEXED",
    "compounds",
    "in_two",
    "joined_words",
    "ways_to_write",
    "with_joined_words",
]

# A hyphen, the soft one, which is seen at the end of a line alone, and those of Unicode.
HYPHENS = "-\u00ad\u2010\u2011"
# Longer texts fit into no index of PostgreSQL's, and a write must not fail for the sake of it.
LONGEST_INDEXED = 100_000
# A word is taken whole and begins where a run of letters begins: each is then read once, where
# trying all its ends from all its letters would take the square of its length.
_WORD = r"[^\W_]++"
_CUT = re.compile(_WORD)
_HYPHENATED = rf"(?<![^\W_]){_WORD}(?:[{HYPHENS}]{_WORD})+"
# What English writes both apart and together after a short word: log in, back up, user name.
_SECOND_HALF = r"(?:in|on|up|out|off|down|name|site|base|mail)"
_IN_TWO = re.compile(rf"([a-z]{{1,8}}?)({_SECOND_HALF})", re.IGNORECASE)
_JOINED = re.compile(_HYPHENATED)
_COMPOUND = re.compile(rf"{_HYPHENATED}|\b[a-z]{{1,8}} {_SECOND_HALF}\b", re.IGNORECASE)


def compounds(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Give where each compound begins and ends in a text, and what it is as one word.

    *Log in* is one, as is all that hyphens hold together.
    """
    for found in _COMPOUND.finditer(text):
        yield found.start(), found.end(), _as_one(found.group())


def _as_one(compound: str) -> tuple[str, ...]:
    """Return a compound as one word; of more than two parts, each two neighbours as one as well.

    Of *Wi-Fi-Router* these are `WiFiRouter`, `WiFi` and `FiRouter`.
    """
    parts = _CUT.findall(compound)
    pairs = dict.fromkeys(first + second for first, second in pairwise(parts))
    return tuple({"".join(parts): None, **pairs})


def joined_words(text: str) -> list[str]:
    """Return what hyphens hold together in a text as one word each, in their order."""
    composed = _composed(text)
    return [word for found in _JOINED.findall(composed) for word in _as_one(found)]


def with_joined_words(text: str) -> str:
    """Return a text with its joined words after it, as it is indexed: as far as it is."""
    indexed = text[:LONGEST_INDEXED]
    joined = joined_words(indexed)
    return f"{indexed} {' '.join(joined)}" if joined else indexed


def ways_to_write(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of a text in its order, each once, with what may stand in its place.

    That is the word in two, the word joined with the one before or after it, however they are
    parted, and all of what hyphens hold together: `e-mail` is `(("e", "email"), ("mail", "email"))`
    and `login` is `(("login", "log in"),)`.
    """
    composed = _composed(text)
    cuts = list(_CUT.finditer(composed))
    words = [cut.group() for cut in cuts]
    wholes = [(each.start(), each.end(), each.group()) for each in _JOINED.finditer(composed)]
    found: dict[str, dict[str, None]] = {}
    for place, cut in enumerate(cuts):
        ways = found.setdefault(words[place], dict.fromkeys((words[place], *in_two(words[place]))))
        neighbours = (words[each : each + 2] for each in (place - 1, place) if each >= 0)
        ways.update(dict.fromkeys("".join(pair) for pair in neighbours if len(pair) > 1))
        around = (_as_one(whole)[0] for start, end, whole in wholes if start <= cut.start() < end)
        ways.update(dict.fromkeys(around))
    return tuple(map(tuple, found.values()))


def in_two(word: str) -> Iterator[str]:
    """Give a word as it is written apart, with a blank between: *log in* for *login*."""
    if found := _IN_TWO.fullmatch(word):
        yield " ".join(found.groups())


def _composed(text: str) -> str:
    """Return a text of which no accent stands apart from its letter, where it would end a word."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
