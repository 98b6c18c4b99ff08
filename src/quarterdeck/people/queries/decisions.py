"""What people decided about earlier documents of a class, so that a new one asks nothing twice."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from quarterdeck.kernels.wording import nearness
from quarterdeck.people.models import ClassVersion, DraftedRecord
from quarterdeck.people.queries.differences import NEAR
from quarterdeck.people.vocabulary import RecordState

_CHANGED = (RecordState.CORRECTED, RecordState.DROPPED)

Words = tuple[str, str]


def words_of(record: DraftedRecord, spans: list[list[int]] | None = None) -> Words:
    """Return the kind of a record and what its source says at its places, whatever it says now."""
    places = record.spans if spans is None else spans
    said = " ".join(record.draft.text[start:end] for start, end in places)
    return record.kind, " ".join(said.split())


@dataclass(frozen=True)
class Decisions:
    """What was corrected, split, joined and left out on the way to the version that stands."""

    version: ClassVersion

    @cached_property
    def kept(self) -> list[DraftedRecord]:
        """The records that the version was made of."""
        kept = self.version.draft.records.kept().in_order()
        return list(kept.select_related("parent", "draft"))

    @cached_property
    def _decided(self) -> list[DraftedRecord]:
        drafts = DraftedRecord.objects.filter(
            draft__made_version__job_class=self.version.job_class, state__in=_CHANGED
        )
        return list(drafts.in_order().select_related("draft"))

    @cached_property
    def _standing(self) -> dict[Words, DraftedRecord]:
        return {(record.kind, record.text): record for record in self.kept}

    @cached_property
    def corrected(self) -> dict[Words, list[DraftedRecord]]:
        """What still stands of corrected records, by what their source says; parts together."""
        found: dict[Words, list[DraftedRecord]] = defaultdict(list)
        for record in self._decided:
            standing = self._standing.get((record.kind, record.text))
            if len(record.spans) == 1 and standing and standing not in found[words_of(record)]:
                found[words_of(record)].append(standing)
        return {words: records for words, records in found.items() if records}

    @cached_property
    def joined(self) -> list[tuple[list[Words], DraftedRecord]]:
        """What still stands of joined records, each behind what its several places say."""
        return [
            ([words_of(record, [span]) for span in record.spans], self._standing[kind, text])
            for record in self._decided
            if len(record.spans) > 1
            and (kind := record.kind, text := record.text) in self._standing
        ]

    def left_out(self, record: DraftedRecord) -> DraftedRecord | None:
        """Return what was dropped and resembles a record more than anything that was kept does."""
        dropped = [
            (nearness(old.text, record.text), old)
            for old in self._decided
            if old.state == RecordState.DROPPED
            and old.kind == record.kind
            and (old.kind, old.text) not in self._standing
        ]
        best = max(dropped, key=lambda pair: pair[0], default=None)
        if best is None or best[0] < NEAR:
            return None
        kept = (nearness(old.text, record.text) for old in self.kept if old.kind == record.kind)
        return best[1] if best[0] > max(kept, default=0.0) else None
