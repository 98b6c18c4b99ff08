"""What a draft says otherwise than the version that stands: the difference of two sets of records.

Records are compared by kind, by what they hang on and by their text; what is neither the same nor
near to a record of before is new.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from quarterdeck.kernels.wording import Stretch, nearness, words_between
from quarterdeck.people.models import ClassVersion, DraftedRecord, JobClass, JobDraft
from quarterdeck.people.vocabulary import RecordKind, RecordState

# Two sentences with three words in five in common are taken for one that was reworded.
NEAR = 0.6
# Kinds that say how the document is built, not what the class is.
_NOT_COMPARED = {RecordKind.PASSAGE, RecordKind.STATED_NONE}


class Change(StrEnum):
    """What became of a record between a version and a draft."""

    SAME = "same"
    NEW = "new"
    REWORDED = "reworded"


@dataclass(frozen=True)
class Standing:
    """How one record of a draft stands to the version before: the same, new, or reworded."""

    change: Change
    before: DraftedRecord | None = None

    def words(self, record: DraftedRecord) -> tuple[Stretch, ...]:
        """Return the record's text against the one before, word by word."""
        return words_between(self.before.text if self.before else "", record.text)


@dataclass(frozen=True)
class Difference:
    """A draft against the version before: each record's standing by key, and what is gone."""

    version: ClassVersion
    standings: Mapping[int, Standing]
    gone: tuple[DraftedRecord, ...]

    @cached_property
    def counts(self) -> dict[Change, int]:
        """How many records are the same, new, reworded."""
        found = [standing.change for standing in self.standings.values()]
        return {change: found.count(change) for change in Change}

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not self.gone and all(
            standing.change is Change.SAME for standing in self.standings.values()
        )

    def summary(self, records: Iterable[DraftedRecord]) -> str:
        """Return the line that the history of the class is offered."""
        kinds = {
            record.get_kind_display().lower()
            for record in records
            if record.pk in self.standings and self.standings[record.pk].change is not Change.SAME
        } | {record.get_kind_display().lower() for record in self.gone}
        parts = [
            f"{amount} {word}"
            for amount, word in (
                (self.counts[Change.NEW], "new"),
                (self.counts[Change.REWORDED], "reworded"),
                (len(self.gone), "gone"),
            )
            if amount
        ]
        if not parts:
            return "Nothing changed"
        return f"{', '.join(parts)} ({', '.join(sorted(kinds))})"


def latest_version(job_class: JobClass) -> ClassVersion | None:
    """Return the version of a class that was approved last."""
    versions = ClassVersion.objects.filter(job_class=job_class).select_related("draft")
    return versions.order_by("-number").first()


def difference_of(draft: JobDraft, records: list[DraftedRecord]) -> Difference | None:
    """Return what the draft changes; None where it is to become a class of its own."""
    version = latest_version(draft.job_class) if draft.job_class else None
    if version is None:
        return None
    before = list(version.draft.records.kept().in_order().select_related("parent"))
    kept = [record for record in records if record.state != RecordState.DROPPED]
    return Difference(version, *_compared(kept, before))


def place_of(
    record: DraftedRecord, renamed: Mapping[str, str] | None = None
) -> tuple[str, str, str]:
    """Return where a record belongs: its kind, its level, and what it hangs on.

    `renamed` gives the former names of levels.
    """
    parent = record.parent.text if record.parent else ""
    level = str(record.payload.get("level") or "")
    return record.kind, (renamed or {}).get(level, level), parent


def renamed_levels(
    before: Iterable[DraftedRecord], after: Iterable[DraftedRecord]
) -> dict[str, str]:
    """Return the former name of each level that is called otherwise now, told by its rank."""
    old, new = (
        {str(r.payload.get("rank")): str(r.payload.get("name") or r.text) for r in records}
        for records in (
            [record for record in before if record.kind == RecordKind.LEVEL],
            [record for record in after if record.kind == RecordKind.LEVEL],
        )
    )
    return {
        name: old[rank]
        for rank, name in new.items()
        if rank in old and name not in old.values() and old[rank] not in new.values()
    }


def _compared(
    records: list[DraftedRecord], before: list[DraftedRecord]
) -> tuple[dict[int, Standing], tuple[DraftedRecord, ...]]:
    left = {
        kind: [record for record in before if record.kind == kind]
        for kind in {record.kind for record in before} - _NOT_COMPARED
    }
    standings: dict[int, Standing] = {}
    renamed = renamed_levels(before, records)
    compared = [record for record in records if record.kind not in _NOT_COMPARED]
    # What others hang on comes first, so that a name of its own changes nothing for them.
    for is_hanging in (False, True):
        layer = [record for record in compared if (record.parent_id is not None) == is_hanging]
        _pair(layer, left, renamed, standings)
    gone = (record for rest in left.values() for record in rest)
    return standings, tuple(sorted(gone, key=lambda record: (record.order, record.pk)))


def _pair(
    records: list[DraftedRecord],
    left: Mapping[str, list[DraftedRecord]],
    renamed: Mapping[str, str],
    standings: dict[int, Standing],
) -> None:
    """Find what each record was before, among what is left; what is found is left no more."""
    # What is the same is paired first, so that no near sentence takes its place.
    for record in records:
        alike = (old for old in left.get(record.kind, ()) if _is_same(old, record, renamed))
        same = next((old for old in alike if _hangs_alike(old, record, standings)), None)
        if same is not None:
            left[record.kind].remove(same)
            standings[record.pk] = Standing(Change.SAME, same)
    for record in records:
        if record.pk in standings:
            continue
        near = _nearest(record, left.get(record.kind, []), renamed)
        if near is not None:
            left[record.kind].remove(near)
        change = Change.NEW if near is None else Change.REWORDED
        standings[record.pk] = Standing(change, near)


def _hangs_alike(old: DraftedRecord, new: DraftedRecord, standings: Mapping[int, Standing]) -> bool:
    """Tell whether two records hang on the same, whatever that is called now."""
    if old.parent is None or new.parent is None:
        return old.parent is new.parent
    standing = standings.get(new.parent.pk)
    if standing is not None and standing.before is not None:
        return standing.before.pk == old.parent.pk
    return old.parent.text == new.parent.text


def _is_same(old: DraftedRecord, new: DraftedRecord, renamed: Mapping[str, str]) -> bool:
    return old.text == new.text and place_of(old)[:2] == place_of(new, renamed)[:2]


def _nearest(
    record: DraftedRecord, among: list[DraftedRecord], renamed: Mapping[str, str]
) -> DraftedRecord | None:
    former = renamed.get(str(record.payload.get("name") or record.text))
    if record.kind == RecordKind.LEVEL and former:
        return next((old for old in among if former in {old.payload.get("name"), old.text}), None)
    near = ((nearness(old.text, record.text), old) for old in among)
    best = max(near, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= NEAR else None
