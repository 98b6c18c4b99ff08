"""How alike short reports are, by their words, and what the nearest of them say.

Reports are vectors of words: (1 + ln count) × inverse document frequency, made one long, so that
the product of two is their cosine (G. Salton and C. Buckley, "Term-weighting approaches in
automatic text retrieval", Information Processing & Management 24, 1988). A word of the title counts
as several of the description. Words are compared, not meanings; so a result is a suggestion to a
person, with the words that explain it. `bench` holds this against the same without weights and
against BM25F.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from quarterdeck.kernels.similarity import words_of

__all__ = [
    "Likeness",
    "Rarities",
    "Report",
    "Vector",
    "Vote",
    "cosine",
    "counts_of",
    "most_alike",
    "shared_words",
    "vector_of",
    "votes",
]

Vector = Mapping[str, float]

TITLE_WEIGHT = 3
# What stands further below in a description is a log or a signature more often than a report.
MOST_WORDS = 400
# Reports of one fault come close together: one of the same day gains half, and it wears off.
_GAIN, _WEARS_OFF_DAYS = 0.5, 90


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its key, its title and description, and its day as a number of days."""

    key: int
    title: str
    description: str
    day: float = 0.0


@dataclass(frozen=True)
class Rarities:
    """In how many of all reports each word stands; a word that nobody has used is the rarest."""

    reports: int
    holders: Mapping[str, int] = field(default_factory=dict)

    def of(self, word: str) -> float:
        """Return ln((reports + 1) / (holders + 1)) + 1, which is never below 1 for a real count."""
        held = min(self.holders.get(word, 0), self.reports)
        return math.log((self.reports + 1) / (held + 1)) + 1


@dataclass(frozen=True, slots=True)
class Likeness:
    """A report that resembles another.

    `strength` is their cosine: 1 for the same words in the same measure, 0 for none in common.
    `score` is what they are ranked by: the strength, and up to half as much again for nearness in
    time. `words` are those in common, each with its part of the strength, the most telling first.
    """

    key: int
    strength: float
    score: float
    words: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """What neighbours say: one of their labels, its share of all votes, and how many said so."""

    label: str
    share: float
    voters: int


def counts_of(title: str, description: str) -> Counter[str]:
    """Return how often each word stands in a report, by its stem; a title's word counts thrice."""
    counts: Counter[str] = Counter()
    for _, stem in words_of(title):
        counts[stem] += TITLE_WEIGHT
    for _, stem in words_of(description)[:MOST_WORDS]:
        counts[stem] += 1
    return counts


def vector_of(counts: Mapping[str, int], rarities: Rarities) -> dict[str, float]:
    """Return the vector of a report, one long; nothing for a report without a telling word."""
    weights = {
        word: (1 + math.log(count)) * rarities.of(word) for word, count in counts.items() if count
    }
    length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}


def cosine(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors that are one long each."""
    short, long = sorted((one, other), key=len)
    return math.fsum(weight * long[word] for word, weight in short.items() if word in long)


def shared_words(one: Vector, other: Vector) -> tuple[tuple[str, float], ...]:
    """Return the words in common with their parts of the cosine, the most telling first."""
    parts = {word: weight * other[word] for word, weight in one.items() if word in other}
    return tuple(sorted(parts.items(), key=lambda part: (-part[1], part[0])))


def most_alike(
    report: Report,
    others: Iterable[Report],
    rarities: Rarities,
    *,
    limit: int = 10,
    least: float = 0.0,
) -> list[Likeness]:
    """Return the others that resemble a report, the most alike first, ties by the greatest key.

    None has a strength below `least` or of 0, and there are `limit` at most.
    """
    own = vector_of(counts_of(report.title, report.description), rarities)
    found = []
    for other in others:
        vector = vector_of(counts_of(other.title, other.description), rarities)
        strength = cosine(own, vector)
        if strength > 0 and strength >= least:
            score = strength * (1 + _nearness(report.day, other.day))
            found.append((score, other.key, strength, vector))
    found.sort(key=lambda one: (-one[0], -one[1]))
    return [
        Likeness(key, min(1.0, strength), score, shared_words(own, vector))
        for score, key, strength, vector in found[:limit]
    ]


def _nearness(one: float, other: float) -> float:
    return _GAIN * math.exp(-abs(one - other) / _WEARS_OFF_DAYS)


def votes(neighbours: Sequence[tuple[str, float]]) -> list[Vote]:
    """Return what neighbours say, each a label with the strength of its vote, the most first.

    Neighbours without a label do not vote.
    """
    weights: defaultdict[str, float] = defaultdict(float)
    voters: Counter[str] = Counter()
    for label, strength in neighbours:
        if label:
            weights[label] += strength
            voters[label] += 1
    whole = math.fsum(weights.values())
    found = [Vote(label, weight / whole, voters[label]) for label, weight in weights.items()]
    return sorted(found, key=lambda vote: (-vote.share, vote.label))
