"""Texts with the words that were sought marked in them, and of long ones only what is around."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape

from django.utils.safestring import SafeString

_WORD = re.compile(r"[^\W_]+")
_LENGTH, _BEFORE = 180, 50
# What is typed with one ending also marks the word with another, as it also finds it.
_ENDINGS = ("ing", "ed", "es", "s", "ion", "ions", "ly")
_SHORTEST = 3


def marked(text: str, words: Sequence[str]) -> SafeString:
    """Return a text as markup, whatever it holds, in which words that begin so are marked."""
    return SafeString("".join(_pieces(text, _beginnings(words))))


def excerpt(text: str, words: Sequence[str]) -> SafeString:
    """Return what stands around the first word sought, or the beginning where there is none."""
    plain = " ".join(text.split())
    beginnings = _beginnings(words)
    place = next((at for at, word in _words(plain) if _folded(word).startswith(beginnings)), 0)
    start = plain.find(" ", place - _BEFORE) + 1 if place > _BEFORE else 0
    shown = plain[start : start + _LENGTH]
    if start + _LENGTH < len(plain):
        shown = shown.rpartition(" ")[0] or shown
    before, after = "… " if start else "", " …" if start + len(shown) < len(plain) else ""
    return SafeString(f"{before}{''.join(_pieces(shown, beginnings))}{after}")


def mentions(text: str, words: Sequence[str]) -> bool:
    """Say whether any word of the text begins as one sought."""
    beginnings = _beginnings(words)
    return any(_folded(word).startswith(beginnings) for _, word in _words(text))


def _words(text: str) -> Iterator[tuple[int, str]]:
    for found in _WORD.finditer(text):
        yield found.start(), found.group()


def _pieces(text: str, beginnings: tuple[str, ...]) -> Iterator[str]:
    done = 0
    for place, word in _words(text):
        if _folded(word).startswith(beginnings):
            yield escape(text[done:place])
            yield f"<mark>{escape(word)}</mark>"
            done = place + len(word)
    yield escape(text[done:])


def _beginnings(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(_without_ending(_folded(word)) for word in words)


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word


def _folded(word: str) -> str:
    """Return a word without case and accents, which do not matter to the search."""
    plain = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
