"""Tables of tickets whose columns are known beforehand; a file with other heads is mapped as any.

What the tool's own words mean is known too; what a person says of one of them goes before that,
since an installation can use its words otherwise.
"""

from collections.abc import Mapping
from dataclasses import replace

from quarterdeck.core.mapping import ColumnMapping
from quarterdeck.desk.profiles.ticket_table import BoundTable, TicketTable
from quarterdeck.desk.profiles.tickets import TicketProfile

Words = Mapping[str, Mapping[str, str]]


class KnownTable(TicketTable):
    """A table of tickets as one tool writes it by itself."""

    def __init__(self, key: str, title: str, usual: ColumnMapping) -> None:
        """Keep which column of the tool holds what, and what its words mean."""
        self.key, self.title, self.usual = key, title, usual
        self._words = usual.words
        self.fields = tuple(
            replace(each, known={**each.known, **_spelt(usual.words.get(each.name, {}))})
            for each in self.fields
        )

    def bound(self, mapping: ColumnMapping, batch_key: int) -> TicketProfile:  # noqa: ARG002 — every profile has the same signature
        """Return the profile of one table."""
        words = {
            name: {**self._words.get(name, {}), **mapping.words.get(name, {})}
            for name in {**self._words, **mapping.words}
        }
        return BoundTable(replace(mapping, words=words))


def _spelt(words: Mapping[str, str]) -> dict[str, str]:
    """Return words as a field knows them: in small letters."""
    return {word.casefold(): meaning for word, meaning in words.items()}
