"""How alike the names of people are, as two systems write them.

Names are compared without case, accents, order and signs: *Berg, Nils* is *Nils Berg*. An initial
stands for each word that begins with it. The rest is how many pairs of neighbouring letters two
words share (L. R. Dice, "Measures of the Amount of Ecologic Association Between Species", Ecology
26, 1945). A result is a suggestion to a person, and never proof that two names are one person's.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping

_WORD = re.compile(r"[^\W\d_]+")
# What a matching initial counts, against 1 for the whole word.
_INITIAL = 0.8
# Names that are less alike than this are no help.
_LEAST = 0.6
_BEGINNING = 2


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in small letters without accents, in order of the alphabet."""
    plain = unicodedata.normalize("NFKD", name.partition("@")[0]).casefold()
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(sorted(_WORD.findall(bare)))


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1 for the same words in whatever order.

    Each word is held against the word of the other name that is most like it, and each is used
    once; words without a partner count as not alike.
    """
    return _likeness(words_of(one), words_of(other))


def _likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    pairs = sorted(
        ((-_alike(a, b), i, j) for i, a in enumerate(one) for j, b in enumerate(other)),
    )
    left, right, total = set[int](), set[int](), 0.0
    for less, i, j in pairs:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            total -= less
    return total / max(len(one), len(other), 1)


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if one[0] == other[0] and 1 in {len(one), len(other)}:
        return _INITIAL
    first, second = _pairs(one), _pairs(other)
    shared = (first & second).total()
    return 2 * shared / max(first.total() + second.total(), 1)


def _pairs(word: str) -> Counter[str]:
    return Counter(word[place : place + 2] for place in range(len(word) - 1))


class NameIndex:
    """Names by their keys, prepared so that few of them are looked at for each question."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._words = {key: words_of(name) for key, name in names.items()}
        self._beginning: defaultdict[str, set[int]] = defaultdict(set)
        for key, words in self._words.items():
            for word in words:
                self._beginning[word[:_BEGINNING]].add(key)

    def most_alike(self, name: str, amount: int = 3) -> list[tuple[int, float]]:
        """Return the keys of the names most like this one, each with its likeness, the best first.

        Only names of which a word begins with the same two letters are looked at.
        """
        words = words_of(name)
        near = {key for word in words for key in self._beginning.get(word[:_BEGINNING], ())}
        found = [(key, _likeness(words, self._words[key])) for key in near]
        good = [(key, alike) for key, alike in found if alike >= _LEAST]
        return sorted(good, key=lambda each: (-each[1], each[0]))[:amount]
