"""Groups of short reports that resemble one another, without comparing each with each.

A report joins the group whose centre it is nearest to, or begins one of its own (leader clustering,
J. Hartigan, "Clustering Algorithms", 1975, chapter 3), and is placed once more when all centres are
known. Only groups that share one of its rare words are looked at, so that the work grows with the
reports and not with their square. The same reports in the same order give the same groups.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest

from quarterdeck.kernels.likeness import (
    Rarities,
    Report,
    Vector,
    cosine,
    counts_of,
    shared_words,
    vector_of,
)

__all__ = ["Cluster", "Member", "clusters_of"]

JOINS, STAYS, FEWEST = 0.4, 0.3, 3
# What a report is known by and a centre is known by; how many words lead to centres, to how many
# of them each, and how many of these are then compared in full.
_WORDS_OF_REPORT, _WORDS_OF_CENTRE = 24, 24
_BLOCKING_WORDS, _LED_TO, _COMPARED = 8, 400, 12


@dataclass(frozen=True, slots=True)
class Member:
    """A report in a group: how near it is to the centre, and by which words."""

    key: int
    strength: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Reports that resemble one another, the nearest to the centre first.

    `profile` is the centre, one long. `words` say what holds the group together: each with its
    share of the likeness of all members, the most telling first.
    """

    members: tuple[Member, ...]
    profile: Vector
    words: tuple[tuple[str, float], ...]


@dataclass
class _Group:
    """A group in the making: the sum of its members' vectors, and the centre that follows."""

    total: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    centre: dict[str, float] = field(default_factory=dict)

    def add(self, vector: Vector) -> None:
        for word, weight in vector.items():
            self.total[word] += weight
        self.centre = _trimmed(self.total, _WORDS_OF_CENTRE)


def clusters_of(reports: Iterable[Report], *, fewest: int = FEWEST) -> list[Cluster]:
    """Return the groups of at least so many reports, the largest first, ties by the first key.

    Reports without a telling word are in no group.
    """
    bags = {one.key: counts_of(one.title, one.description) for one in reports}
    rarities = Rarities(len(bags), Counter(word for bag in bags.values() for word in bag))
    vectors = {
        key: _trimmed(vector_of(bag, rarities), _WORDS_OF_REPORT) for key, bag in bags.items()
    }
    vectors = {key: vector for key, vector in vectors.items() if vector}
    placed = _placed(vectors, _grown(vectors, rarities), rarities)
    found = [_cluster(keys, vectors) for keys in placed if len(keys) >= fewest]
    return sorted(found, key=lambda one: (-len(one.members), min(m.key for m in one.members)))


def _grown(vectors: Mapping[int, Vector], rarities: Rarities) -> list[_Group]:
    """Let each report join the nearest group, or begin one."""
    groups: list[_Group] = []
    leading: defaultdict[str, list[int]] = defaultdict(list)
    for vector in vectors.values():
        nearest, strength = _nearest(vector, groups, leading, rarities)
        if strength < JOINS:
            nearest = len(groups)
            groups.append(_Group())
        before = groups[nearest].centre.keys()
        groups[nearest].add(vector)
        for word in sorted(groups[nearest].centre.keys() - before):
            leading[word].append(nearest)
    return groups


def _nearest(
    vector: Vector,
    groups: Sequence[_Group],
    leading: Mapping[str, Sequence[int]],
    rarities: Rarities,
) -> tuple[int, float]:
    """Return the group whose centre is nearest, of those that the rare words lead to.

    A word that no other report has leads nowhere.
    """
    shared = [word for word in vector if rarities.holders[word] > 1]
    rare = sorted(shared, key=lambda word: (-rarities.of(word), word))[:_BLOCKING_WORDS]
    promise: defaultdict[int, float] = defaultdict(float)
    for word in rare:
        for place in leading.get(word, ())[-_LED_TO:]:
            promise[place] += vector[word] * groups[place].centre.get(word, 0.0)
    best, strength = -1, 0.0
    for place in nlargest(_COMPARED, promise, key=lambda place: (promise[place], -place)):
        near = cosine(vector, groups[place].centre)
        if near > strength:
            best, strength = place, near
    return best, strength


def _placed(
    vectors: Mapping[int, Vector], groups: Sequence[_Group], rarities: Rarities
) -> list[list[int]]:
    """Put every report into the group whose centre is the nearest now."""
    leading: defaultdict[str, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        for word in group.centre:
            leading[word].append(place)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for key, vector in vectors.items():
        place, strength = _nearest(vector, groups, leading, rarities)
        if strength >= STAYS:
            found[place].append(key)
    return [found[place] for place in sorted(found)]


def _cluster(keys: Sequence[int], vectors: Mapping[int, Vector]) -> Cluster:
    group = _Group()
    for key in keys:
        group.add(vectors[key])
    members, weights = [], defaultdict[str, float](float)
    for key in keys:
        shared = shared_words(vectors[key], group.centre)
        for word, part in shared:
            weights[word] += part
        told = tuple(word for word, _ in shared)
        members.append(Member(key, min(1.0, math.fsum(part for _, part in shared)), told))
    whole = math.fsum(weights.values())
    words = sorted(weights, key=lambda word: (-weights[word], word))
    return Cluster(
        members=tuple(sorted(members, key=lambda one: (-one.strength, one.key))),
        profile=group.centre,
        words=tuple((word, weights[word] / whole) for word in words),
    )


def _trimmed(weights: Vector, most: int) -> dict[str, float]:
    """Return the heaviest words, one long again."""
    kept = sorted(weights, key=lambda word: (-weights[word], word))[:most]
    length = math.sqrt(math.fsum(weights[word] ** 2 for word in kept))
    return {word: weights[word] / length for word in kept} if length else {}
