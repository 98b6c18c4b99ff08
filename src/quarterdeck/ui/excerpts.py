"""Texts with the words that were sought marked in them, and of long ones only what is around."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape

from django.utils.safestring import SafeString

from quarterdeck.kernels.joined_words import compounds

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
    place = next((start for start, _ in _found(plain, beginnings)), 0)
    start = plain.find(" ", place - _BEFORE) + 1 if place > _BEFORE else 0
    shown = plain[start : start + _LENGTH]
    if start + _LENGTH < len(plain):
        shown = shown.rpartition(" ")[0] or shown
    before, after = "… " if start else "", " …" if start + len(shown) < len(plain) else ""
    return SafeString(f"{before}{''.join(_pieces(shown, beginnings))}{after}")


def mentions(text: str, words: Sequence[str]) -> bool:
    """Say whether any word of the text begins as one sought."""
    beginnings = _beginnings(words)
    return any(True for _ in _found(text, beginnings))


def _found(text: str, beginnings: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Give where each word begins and ends that begins so, and each joined word of which no single
    one does."""
    joined = list(compounds(text))
    for word in _WORD.finditer(text):
        while joined and joined[0][1] <= word.start():
            joined.pop(0)
        if _folded(word.group()).startswith(beginnings):
            yield word.span()
        elif joined and joined[0][0] == word.start() and _is_found(text, joined[0], beginnings):
            yield joined[0][:2]


def _is_found(
    text: str, joined: tuple[int, int, tuple[str, ...]], beginnings: tuple[str, ...]
) -> bool:
    start, end, words = joined
    parts = _WORD.findall(text[start:end])
    alone = any(_folded(part).startswith(beginnings) for part in parts)
    return not alone and any(_folded(word).startswith(beginnings) for word in words)


def _pieces(text: str, beginnings: tuple[str, ...]) -> Iterator[str]:
    done = 0
    for start, end in _found(text, beginnings):
        yield escape(text[done:start])
        yield f"<mark>{escape(text[start:end])}</mark>"
        done = end
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
