"""Which entries of a vocabulary a text resembles, and by which words.

Words are compared, not meanings: two texts that say one thing in different words do not resemble
each other here. So a result is a suggestion to a person, with the words that explain it.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Entry", "Index", "Suggestion", "words_of"]

# BM25 with its usual parameters (S. Robertson and H. Zaragoza, "The Probabilistic Relevance
# Framework: BM25 and Beyond", Foundations and Trends in Information Retrieval 3, 2009): how soon
# repetition stops to help, and how much a long text is held against itself.
_SATURATION, _LENGTH = 1.2, 0.75
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
# Words that stand in any sentence of this kind; what they share says nothing.
_STOP_WORDS = (
    "a all an and any are as at be been by can do does etc for from has have how if in include "
    "includes including into is it its may must no not of on or other own so such than that the "
    "their them these they this those through to use used using was what when where which who "
    "will with within you your we our us"
)
_STOP = frozenset(_STOP_WORDS.split())
# Shorter words, such as "is" and "dns", have no plural to take off.
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a vocabulary: its key, and the text that stands for it."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that a text resembles.

    `strength` is the score over the one that the text has with itself: 1 for the same words, 0
    for none in common. `words` are the words in common as the text writes them, the most telling
    first, each with its part of the strength.
    """

    entry: Entry
    strength: float
    words: tuple[tuple[str, float], ...]


class Index:
    """A vocabulary prepared for suggestions; entries without any telling word are never found."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        counts = [Counter(stem for _, stem in words_of(entry.text)) for entry in self._entries]
        self._mean = sum(count.total() for count in counts) / len(counts) if counts else 0.0
        holders: defaultdict[str, int] = defaultdict(int)
        for count in counts:
            for stem in count:
                holders[stem] += 1
        self._rarity = {stem: _rarity(len(counts), held) for stem, held in holders.items()}
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, count in enumerate(counts):
            for stem, weight in self._weights(count).items():
                self._postings[stem].append((place, weight))

    def __len__(self) -> int:
        return len(self._entries)

    def suggest(self, text: str, *, limit: int = 5, least: float = 0.0) -> list[Suggestion]:
        """Return the entries that resemble the text most, the strongest first, ties by key.

        None is weaker than `least`, and there are `limit` at most.
        """
        words = words_of(text)
        written = {stem: word for word, stem in words}
        own = self._weights(Counter(stem for _, stem in words))
        whole = sum(own.values())
        scores: defaultdict[int, dict[str, float]] = defaultdict(dict)
        for stem in own:
            for place, weight in self._postings.get(stem, ()):
                scores[place][stem] = weight
        found = [
            self._suggestion(place, shared, written, whole) for place, shared in scores.items()
        ]
        strong = [one for one in found if one.strength >= least]
        return sorted(strong, key=lambda one: (-one.strength, one.entry.key))[:limit]

    def _weights(self, count: Counter[str]) -> dict[str, float]:
        """Return what each word of a text weighs; one that no entry has weighs the most."""
        length = count.total() / self._mean if self._mean else 1.0
        damping = _SATURATION * (1 - _LENGTH + _LENGTH * length)
        unseen = _rarity(len(self._entries), 0)
        return {
            stem: self._rarity.get(stem, unseen) * times * (_SATURATION + 1) / (times + damping)
            for stem, times in count.items()
        }

    def _suggestion(
        self, place: int, shared: Mapping[str, float], written: Mapping[str, str], whole: float
    ) -> Suggestion:
        parts = {stem: weight / whole for stem, weight in shared.items()}
        words = sorted(parts, key=lambda stem: (-parts[stem], stem))
        return Suggestion(
            entry=self._entries[place],
            strength=min(1.0, sum(parts.values())),
            words=tuple((written[stem], parts[stem]) for stem in words),
        )


def words_of(text: str) -> list[tuple[str, str]]:
    """Return the telling words of a text in lower case, each with its stem.

    Plurals are taken off by the S-stemmer (D. Harman, "How Effective Is Suffixing?", Journal of
    the American Society for Information Science 42, 1991); anything more lost on the bench.
    """
    words = (word.replace("\u2019", "'") for word in _WORD.findall(text.casefold()))
    return [(word, _singular(word.removesuffix("'s"))) for word in words if word not in _STOP]


def _singular(word: str) -> str:
    if len(word) < _SHORTEST:
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word[:-1] if word.endswith("s") and not word.endswith(("us", "ss")) else word


def _rarity(entries: int, holders: int) -> float:
    """Return the inverse document frequency of BM25, kept above 0 for words that most have."""
    return math.log1p((entries - holders + 0.5) / (holders + 0.5))
