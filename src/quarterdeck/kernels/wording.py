"""What differs between two texts, word by word, and how near two texts are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)


class Fate(StrEnum):
    """What became of a stretch of words on the way from one text to the other."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that stand in both texts, or in one of them only."""

    fate: Fate
    text: str


def words_between(before: str, after: str) -> tuple[Stretch, ...]:
    """Return the stretches of both texts in order.

    What is the same and what is gone make up `before`, what is the same and what is new `after`.
    The match is that of Ratcliff and Obershelp ("Pattern Matching: The Gestalt Approach", 1988) on
    words, blanks and signs.
    """
    return tuple(_stretches(_WORD.findall(before), _WORD.findall(after)))


def _stretches(left: list[str], right: list[str]) -> Iterator[Stretch]:
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield Stretch(Fate.SAME, "".join(left[start:end]))
            continue
        if start < end:
            yield Stretch(Fate.GONE, "".join(left[start:end]))
        if other_start < other_end:
            yield Stretch(Fate.NEW, "".join(right[other_start:other_end]))


def nearness(one: str, other: str) -> float:
    """Return how much of two texts is the same, from 0 to 1: twice the words in common over all.

    Case and blanks do not count. Two empty texts are the same.
    """
    left, right = (re.findall(r"\w+", text.lower()) for text in (one, other))
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
