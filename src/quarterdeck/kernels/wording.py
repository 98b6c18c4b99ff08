"""What differs between two texts, word by word, and how near two texts are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

_FEWEST_WORDS = 3
# Matching takes time with the square of the words: texts longer than this are matched by lines.
_LONGEST_BY_WORDS = 20_000
_LINE = re.compile(r".*\n|.+")
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
    words, blanks and signs. A word or two that happen to be the same between two changes count as
    changed, so that a reader sees clauses and no confetti. Of long texts whole lines are matched.
    """
    unit = _WORD if len(before) + len(after) <= _LONGEST_BY_WORDS else _LINE
    return tuple(_gathered(_stretches(unit.findall(before), unit.findall(after))))


def _stretches(left: list[str], right: list[str]) -> list[tuple[bool, str, str]]:
    """Return, in order: whether the stretch counts as the same, and how either text has it."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    codes = matcher.get_opcodes()
    found = []
    for place, (tag, start, end, other, last) in enumerate(codes):
        old, new = "".join(left[start:end]), "".join(right[other:last])
        is_between = 0 < place < len(codes) - 1
        is_short = len(re.findall(r"\w+", old)) < _FEWEST_WORDS
        found.append((tag == "equal" and not (is_between and is_short), old, new))
    return found


def _gathered(stretches: list[tuple[bool, str, str]]) -> Iterator[Stretch]:
    """Join neighbouring changes: first all that is gone, then all that is new."""
    for is_same, group in groupby(stretches, key=lambda stretch: stretch[0]):
        texts = list(group)
        old = "".join(text for _, text, _ in texts)
        new = "".join(text for _, _, text in texts)
        if is_same:
            yield Stretch(Fate.SAME, old)
            continue
        if old:
            yield Stretch(Fate.GONE, old)
        if new:
            yield Stretch(Fate.NEW, new)


def nearness(one: str, other: str) -> float:
    """Return how much of two texts is the same, from 0 to 1: twice the words in common over all.

    Case and blanks do not count. Two empty texts are the same.
    """
    left, right = (re.findall(r"\w+", text.lower()) for text in (one, other))
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
