"""The words of a table that nobody has explained: where they stand, and how many lines wait.

A person is asked of the first lines of a table before it is read. What comes later is found while a
worker reads it, and can be explained before anything is taken in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.mapping import (
    ColumnMapping,
    FieldKind,
    MappedField,
    MappedProfile,
    unknown_words,
)
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import Format
from quarterdeck.kernels.erasing import Erased
from quarterdeck.office.models import ImportBatch, ImportFinding
from quarterdeck.office.queries import held
from quarterdeck.office.vocabulary import FindingKind

Line = tuple[int, list[str]]

# More words than these are no list of states or priorities but texts.
MOST_WORDS = 40
_LONGEST_WORD, _MOST_KNOWN = 200, 10_000


@dataclass
class _Watched:
    """One column of words: those that are known, and those that are not with their first line and
    how many lines have them."""

    head: str
    place: int
    wanted: MappedField
    mapping: ColumnMapping
    known: set[str] = field(default_factory=set)
    unknown: dict[str, list[int]] = field(default_factory=dict)
    spelt: dict[str, str] = field(default_factory=dict)

    def note(self, line: int, word: str) -> None:
        """Look at a word that is not among the known."""
        if not unknown_words(self.wanted, self.mapping, (word,)):
            if len(self.known) < _MOST_KNOWN:
                self.known.add(word)
            return
        folded = word.casefold()
        if folded in self.unknown:
            self.unknown[folded][1] += 1
        elif len(self.unknown) < MOST_WORDS and len(word) <= _LONGEST_WORD:
            self.unknown[folded], self.spelt[folded] = [line, 1], word


class WordWatch:
    """Looks at the columns of words of a table while it is read."""

    def __init__(self, batch: ImportBatch, profile: Format, header: Sequence[str]) -> None:
        """Watch the columns that the batch's mapping names; nothing where there is no mapping."""
        self._columns: list[_Watched] = []
        if isinstance(profile, MappedProfile) and batch.mapping:
            mapping = ColumnMapping.restored(batch.mapping)
            self._columns = [
                _Watched(head, header.index(head), each, mapping)
                for each in profile.fields
                if each.kind is FieldKind.WORD
                and (head := mapping.columns.get(each.name, "")) in header
            ]

    def over(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Hand lines on, and note the words in them."""
        watched = [(each.place, each.known, each.note) for each in self._columns]
        for number, cells in lines:
            for place, known, note in watched:
                if place < len(cells) and (word := cells[place].strip()) and word not in known:
                    note(number, word)
            yield number, cells

    def found(self, erased: Erased | None) -> list[ImportFinding]:
        """Return the words that wait to be explained, but for those that name somebody erased."""
        return [
            ImportFinding(
                kind=FindingKind.WORD,
                line=line,
                column=each.head,
                found=each.spelt[folded],
                expected=f"what it means; {_lines(count)} for that",
            )
            for each in self._columns
            for folded, (line, count) in each.unknown.items()
            if erased is None or erased.masked(each.spelt[folded]) == each.spelt[folded]
        ]


def _lines(count: int) -> str:
    return "1 line waits" if count == 1 else f"{count:,} lines wait"


@verb
def keep_unexplained_words(
    *,
    batch: ImportBatch,
    words: Sequence[ImportFinding],
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Keep with a batch the words of its file that somebody has to explain."""
    held(batch)
    ImportFinding.objects.filter(batch=batch, kind=FindingKind.WORD).delete()
    for each in words:
        each.batch = batch
    ImportFinding.objects.bulk_create(words)
