"""Which entries of a vocabulary the duties and competencies of a class resemble."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from quarterdeck.kernels.similarity import Entry, Index, Suggestion
from quarterdeck.people.models import (
    ClassVersion,
    Competency,
    Duty,
    Vocabulary,
    VocabularyEntry,
    VocabularyLink,
)

# Below, a suggestion is right less than a third of the time (docs/job-descriptions.md).
LEAST, LIMIT = 0.2, 3


@dataclass(frozen=True)
class Offered:
    """One suggestion: the entry, how much of the text it shares, and the words in common."""

    entry: VocabularyEntry
    strength: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A duty or competency of a class: what it is linked to, and what it resembles."""

    item: Duty | Competency
    text: str
    links: tuple[VocabularyLink, ...]
    offered: tuple[Offered, ...]


def lines_of(version: ClassVersion, vocabulary: Vocabulary) -> list[Line]:
    """Return the duties and competencies of a version with the likest entries of a vocabulary."""
    items: list[tuple[Duty | Competency, str]] = [
        *((item, item.text) for item in _duties(version)),
        *((item, _words_of(item)) for item in _competencies(version)),
    ]
    links = _links(version)
    index = _index(vocabulary.pk, str(vocabulary), vocabulary.imported_at)
    found = [index.suggest(text, limit=LIMIT, least=LEAST) for _, text in items]
    keys = {int(one.entry.key) for suggestions in found for one in suggestions}
    entries = VocabularyEntry.objects.in_bulk(keys)
    return [
        _line(item, links[item.text], list(_offered(entries, suggestions)))
        for (item, _), suggestions in zip(items, found, strict=True)
    ]


def _line(item: Duty | Competency, links: list[VocabularyLink], offered: list[Offered]) -> Line:
    linked = {link.entry_id for link in links}
    rest = tuple(one for one in offered if one.entry.pk not in linked)
    return Line(item, item.text, tuple(links), rest)


def _duties(version: ClassVersion) -> Iterator[Duty]:
    yield from Duty.objects.filter(class_version=version, clause="").order_by("order")


def _competencies(version: ClassVersion) -> Iterator[Competency]:
    named = Competency.objects.filter(class_version=version).exclude(text="")
    yield from named.order_by("order").prefetch_related("anchors")


def _words_of(competency: Competency) -> str:
    """Return the name and the anchors: a name alone is too short to resemble anything."""
    return " ".join([competency.text, *(anchor.text for anchor in competency.anchors.all())])


def _links(version: ClassVersion) -> defaultdict[str, list[VocabularyLink]]:
    kept = VocabularyLink.objects.filter(job_class=version.job_class_id)
    links: defaultdict[str, list[VocabularyLink]] = defaultdict(list)
    for link in kept.select_related("entry__vocabulary").order_by("pk"):
        links[link.text].append(link)
    return links


def _offered(
    entries: dict[int, VocabularyEntry], suggestions: list[Suggestion]
) -> Iterator[Offered]:
    for one in suggestions:
        words = tuple(word for word, _ in one.words)
        yield Offered(entries[int(one.entry.key)], one.strength, words)


# An edition never changes, so what was made of it stays true as long as the process lives.
@lru_cache(maxsize=4)
def _index(vocabulary: int, _name: str, _imported_at: datetime) -> Index:
    rows = VocabularyEntry.objects.filter(vocabulary=vocabulary).values_list("pk", "text")
    return Index(Entry(str(key), text) for key, text in rows)
