"""What the review page shows of a draft: its source cut into lit pieces, its records in groups."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

from quarterdeck.kernels.wording import Stretch
from quarterdeck.people import rules
from quarterdeck.people.models import DraftedRecord, JobDraft
from quarterdeck.people.models.description import target_text
from quarterdeck.people.models.drafts import SEVERAL_JOBS
from quarterdeck.people.queries.differences import Difference, Standing, difference_of
from quarterdeck.people.queries.fields import decimal_of, shown_payload, target_of
from quarterdeck.people.vocabulary import (
    DraftState,
    RecordConfidence,
    RecordKind,
    RecordState,
)


@dataclass(frozen=True)
class Piece:
    """A stretch of the source, and the records that were read from it, the smallest first.

    Blanks alone are lit by nothing.
    """

    text: str
    records: tuple[DraftedRecord, ...]


@dataclass(frozen=True)
class Card:
    """One record as the page shows it, with what hangs on it."""

    record: DraftedRecord
    hanging: "tuple[Card, ...]" = ()
    standing: Standing | None = None
    line: int = 0
    notes: tuple[str, ...] = ()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What its further fields say."""
        facts = shown_payload(self.record.kind, self.record.payload)
        return [(title, text) for title, text in facts if text != self.record.text]

    @property
    def target(self) -> str:
        """What a measure of success is held against, as it stands."""
        is_measure = self.record.kind == RecordKind.MEASURE
        return target_of(self.record.payload) if is_measure else ""

    @property
    def proposal(self) -> str:
        """The other reading that is proposed for a doubtful one."""
        proposed = self.record.payload.get("proposed")
        if not self.record.needs_confirmation or not isinstance(proposed, dict):
            return ""
        value = decimal_of(proposed.get("value"))
        unit = str(proposed.get("unit") or "")
        return "" if value is None else target_text(str(proposed.get("operator")), value, unit)

    @property
    def words(self) -> tuple[Stretch, ...]:
        """Its text against the one before, word by word."""
        return self.standing.words(self.record) if self.standing else ()

    @property
    def can_part(self) -> bool:
        """Whether it may be split or joined."""
        return rules.can_part(self.record)


@dataclass(frozen=True)
class Group:
    """The records of one kind."""

    kind: str
    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Review:
    """A draft with all that its page shows."""

    draft: JobDraft
    records: list[DraftedRecord]

    @cached_property
    def difference(self) -> Difference | None:
        """What it changes in the class that it belongs to, as long as it is in review."""
        if self.draft.state != DraftState.IN_REVIEW:
            return None
        return difference_of(self.draft, self.records)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many records are in each state, and how many need a person's confirmation."""
        found = [record.state for record in self.records]
        counts = {state.value: found.count(state) for state in RecordState}
        counts["doubtful"] = sum(record.needs_confirmation for record in self.records)
        counts["carried"] = counts[RecordState.UNCONFIRMED] - counts["doubtful"]
        counts["kept"] = len(found) - counts[RecordState.DROPPED]
        counts["settled"] = counts["kept"] - counts[RecordState.UNCONFIRMED]
        return counts

    @property
    def doubtful(self) -> DraftedRecord | None:
        """The first record that needs a person's confirmation."""
        return next((record for record in self.records if record.needs_confirmation), None)

    @cached_property
    def confident(self) -> list[tuple[int, str, int]]:
        """For each confidence, how many unconfirmed records were read at least so surely."""
        waiting = [
            record.confidence
            for record in self.records
            if record.state == RecordState.UNCONFIRMED and not record.needs_confirmation
        ]
        amounts = [
            (level, sum(each >= level for each in waiting)) for level in reversed(RecordConfidence)
        ]
        return [(level.value, str(level.label), amount) for level, amount in amounts if amount]

    @cached_property
    def _hanging(self) -> dict[int, list[DraftedRecord]]:
        found: dict[int, list[DraftedRecord]] = defaultdict(list)
        for record in self.records:
            if record.parent_id is not None:
                found[record.parent_id].append(record)
        return found

    def card(self, record: DraftedRecord) -> Card:
        """Return a record with what hangs on it."""
        standings = self.difference.standings if self.difference else {}
        first = record.spans[0][0] if record.spans else None
        return Card(
            record,
            tuple(self.card(each) for each in self._hanging.get(record.pk, ())),
            standings.get(record.pk),
            0 if first is None else self.line_of(first),
            self._notes.get(record.pk, ()),
        )

    def line_of(self, place: int) -> int:
        """Return the number of the source's line that a character stands in, from 1."""
        return bisect_right(self._line_starts, place)

    @cached_property
    def _line_starts(self) -> list[int]:
        lengths = (len(line) for line in self.draft.text.splitlines(keepends=True))
        return [0, *accumulate(lengths)]

    @cached_property
    def warnings(self) -> list[tuple[str, DraftedRecord | None]]:
        """What the reading wants a person to look at, each with the record that it is about."""
        return [
            (str(warning["message"]), self._at(warning.get("spans")))
            for warning in self.draft.warnings
            if warning.get("kind") != SEVERAL_JOBS
        ]

    @property
    def several_jobs(self) -> str:
        """What is said of a page that describes several jobs."""
        told = (each["message"] for each in self.draft.warnings if each.get("kind") == SEVERAL_JOBS)
        return str(next(told, ""))

    @cached_property
    def _notes(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for message, record in self.warnings:
            if record is not None and not record.needs_confirmation:
                found[record.pk] = (*found.get(record.pk, ()), message)
        return found

    def _at(self, spans: Any) -> DraftedRecord | None:
        """Return the record that was read from the same place, the smallest if several were."""
        for place in _spans(spans or ()):
            within = [
                (end - start, record.pk, record)
                for record in self.records
                for start, end in _spans(record.spans)
                if start < place[1] and end > place[0]
            ]
            if within:
                return min(within)[2]
        return None

    @cached_property
    def groups(self) -> list[Group]:
        """The records by kind, in the order of a class page; what hangs on another is with it."""
        return [
            Group(kind.value, str(kind.label), cards)
            for kind in RecordKind
            if (cards := tuple(self._cards(kind)))
        ]

    def _cards(self, kind: RecordKind) -> Iterator[Card]:
        for record in self.records:
            if record.kind == kind and record.parent_id is None:
                yield self.card(record)

    @cached_property
    def lines(self) -> list[list[Piece]]:
        """The source line by line, each cut where a record begins or ends."""
        return lines_of(self.draft.text, self.records)


def review_of(draft: JobDraft) -> Review:
    """Return a draft with its records."""
    return Review(draft, list(draft.records.in_order().select_related("parent")))


def lines_of(text: str, records: Iterable[DraftedRecord]) -> list[list[Piece]]:
    """Cut a text at its line ends and wherever a kept record begins or ends."""
    lit = [
        (start, end, record)
        for record in records
        if record.state != RecordState.DROPPED
        for start, end in _spans(record.spans)
        if start < end <= len(text)
    ]
    lit.sort(key=lambda each: each[1] - each[0])
    lines, start = [], 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        within = [each for each in lit if each[0] < end and each[1] > start]
        lines.append(_pieces(text, start, end, within))
        start = end
    return lines


def _spans(spans: Any) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, end in spans]


def _pieces(
    text: str, start: int, end: int, lit: list[tuple[int, int, DraftedRecord]]
) -> list[Piece]:
    borders = {start, end}
    for low, high, _ in lit:
        borders |= {max(low, start), min(high, end)}
    return [
        Piece(text[low:high], _over(low, high, lit) if text[low:high].strip() else ())
        for low, high in pairwise(sorted(borders))
    ]


def _over(
    low: int, high: int, lit: list[tuple[int, int, DraftedRecord]]
) -> tuple[DraftedRecord, ...]:
    return tuple(record for first, last, record in lit if first <= low and last >= high)
