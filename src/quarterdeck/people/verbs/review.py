"""The acts on single records of a draft: accept, correct, split, merge, drop, add, restore."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account
from quarterdeck.people import rules
from quarterdeck.people.models import DraftedRecord, JobDraft
from quarterdeck.people.queries.fields import PARENTS
from quarterdeck.people.vocabulary import RecordConfidence, RecordKind, RecordState

_STEP = 10


@verb
def accept_record(
    *,
    record: DraftedRecord,
    version: int,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> DraftedRecord:
    """Say that a record is right as it was read."""
    row = _locked(record, version, actor)
    if row.needs_confirmation:
        raise Refused("Say first how this is to be read: confirm the proposal, or correct it.")
    if not rules.can_accept(row):
        raise Refused("What was dropped has to be restored before it can be accepted.")
    return _saved(row, state=RecordState.ACCEPTED)


@verb
def confirm_reading(
    *,
    record: DraftedRecord,
    version: int,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> DraftedRecord:
    """Take the reading that is proposed for a doubtful record; its text stays as written."""
    row = _locked(record, version, actor)
    proposed = row.payload.get("proposed")
    if not row.needs_confirmation or not isinstance(proposed, dict):
        raise Refused("No other reading is proposed for this record.")
    payload = {**row.payload, **proposed, "is_confirmed": True}
    return _saved(row, payload=payload, state=RecordState.CORRECTED, needs_confirmation=False)


@verb
def correct_record(
    *,
    record: DraftedRecord,
    version: int,
    text: str,
    payload: Mapping[str, Any],
    parent: DraftedRecord | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> DraftedRecord:
    """Set right what a record says, and its further fields; that also confirms it."""
    row = _locked(record, version, actor)
    if row.state == RecordState.DROPPED:
        raise Refused("What was dropped has to be restored before it can be corrected.")
    if not text.strip():
        raise Refused("A record needs a text; drop it if it is none.")
    was_doubtful = row.needs_confirmation
    changed = {**row.payload, **payload}
    if was_doubtful:
        changed["is_confirmed"] = True
    return _saved(
        row,
        text=" ".join(text.split()),
        payload=changed,
        parent=_parent(row.draft, row.kind, parent) if row.kind in PARENTS else row.parent,
        state=RecordState.ADDED if row.state == RecordState.ADDED else RecordState.CORRECTED,
        needs_confirmation=False,
    )


@verb
def split_record(
    *,
    record: DraftedRecord,
    version: int,
    parts: list[str],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> list[DraftedRecord]:
    """Make several records of one: the parts share its place, its kind and its further fields."""
    row = _locked(record, version, actor)
    texts = [" ".join(part.split()) for part in parts if part.strip()]
    if not rules.can_part(row):
        raise Refused(f"{row.get_kind_display()} cannot be split.")
    if len(texts) < 2:  # noqa: PLR2004 — one part is no split
        raise Refused("Put each part on a line of its own: a split makes at least two.")
    first = _saved(row, text=texts[0], state=RecordState.CORRECTED, needs_confirmation=False)
    rest = [
        DraftedRecord.objects.create(
            draft=row.draft,
            order=row.order,
            kind=row.kind,
            text=text,
            payload={**row.payload},
            parent=row.parent,
            spans=row.spans,
            confidence=row.confidence,
            reason=f"Split from the record before it. {row.reason}"[:500],
            state=RecordState.CORRECTED,
        )
        for text in texts[1:]
    ]
    return [first, *rest]


@verb
def merge_records(
    *,
    record: DraftedRecord,
    version: int,
    into: DraftedRecord,
    into_version: int,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> DraftedRecord:
    """Join a record to the one before it; its text and its place in the source go over."""
    target = _locked(into, into_version, actor)
    row = _locked(record, version, actor)
    if row.pk == target.pk or row.draft_id != target.draft_id or row.kind != target.kind:
        raise Refused("Two records of one kind in one draft can be joined, and no others.")
    if not rules.can_part(row) or RecordState.DROPPED in (row.state, target.state):
        raise Refused(f"{row.get_kind_display()} cannot be joined here.")
    _saved(row, state=RecordState.DROPPED, needs_confirmation=False)
    return _saved(
        target,
        text=f"{target.text} {row.text}",
        spans=sorted({tuple(span) for span in [*target.spans, *row.spans]}),
        state=RecordState.CORRECTED,
        needs_confirmation=False,
    )


@verb
def drop_record(
    *,
    record: DraftedRecord,
    version: int,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> DraftedRecord:
    """Leave a record out of the class, with what hangs on it; it can be restored."""
    row = _locked(record, version, actor)
    children = list(row.children.kept()) if row.kind in PARENTS.values() else []
    for child in children:
        _saved(child, state=RecordState.DROPPED, needs_confirmation=False)
    return _saved(row, state=RecordState.DROPPED)


@verb
def restore_record(
    *,
    record: DraftedRecord,
    version: int,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> DraftedRecord:
    """Take a decision back: the record is unconfirmed again, with what it says now."""
    row = _locked(record, version, actor)
    if row.state == RecordState.UNCONFIRMED:
        raise Refused("Nothing has been decided about this record.")
    if row.parent and row.parent.state == RecordState.DROPPED:
        raise Refused(f"It hangs on “{row.parent}”, which was dropped: restore that first.")
    return _saved(row, state=RecordState.UNCONFIRMED)


@verb
def add_drafted_record(
    *,
    draft: JobDraft,
    kind: RecordKind,
    text: str,
    payload: Mapping[str, Any],
    parent: DraftedRecord | None = None,
    span: tuple[int, int] | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> DraftedRecord:
    """Add what the reading missed, perhaps with its place in the source."""
    held = JobDraft.objects.select_for_update().get(pk=draft.pk)
    if not rules.may_review(actor, held):
        raise Refused(f"“{held}” is not in review.")
    if not text.strip():
        raise Refused("A record needs a text.")
    if span is not None and not 0 <= span[0] < span[1] <= len(held.text):
        raise Refused(f"The source has {len(held.text):,} characters: choose a place in it.")
    return DraftedRecord.objects.create(
        draft=held,
        order=_order_after(held, kind, parent),
        kind=kind,
        text=" ".join(text.split()),
        payload=dict(payload),
        parent=_parent(held, kind, parent),
        spans=[list(span)] if span else [],
        confidence=RecordConfidence.HIGH,
        reason="Added by a person.",
        state=RecordState.ADDED,
    )


@verb
def accept_confident(
    *,
    draft: JobDraft,
    at_least: RecordConfidence,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> int:
    """Accept all that was read at least so surely and needs no confirmation; return how many."""
    held = JobDraft.objects.select_for_update().get(pk=draft.pk)
    if not rules.may_review(actor, held):
        raise Refused(f"“{held}” is not in review.")
    sure = held.records.select_for_update().filter(
        state=RecordState.UNCONFIRMED, needs_confirmation=False, confidence__gte=at_least
    )
    accepted = list(sure)
    for record in accepted:
        record.state = RecordState.ACCEPTED
        record.version += 1
    DraftedRecord.objects.bulk_update(accepted, ["state", "version"])
    return len(accepted)


def _order_after(draft: JobDraft, kind: RecordKind, parent: DraftedRecord | None) -> int:
    """Return the place after the last of its kind and parent, or after all."""
    last = draft.records.filter(kind=kind, parent=parent).order_by("-order").first()
    if last is None and parent is not None:
        return parent.order + 1
    if last is None:
        last = draft.records.order_by("-order").first()
        return last.order + _STEP if last else _STEP
    return last.order


def _parent(draft: JobDraft, kind: str, parent: DraftedRecord | None) -> DraftedRecord | None:
    """Return what a record may hang on; Refused where that is of another kind or draft."""
    wanted = PARENTS.get(RecordKind(kind))
    if parent is None:
        if kind == RecordKind.ANCHOR:
            raise Refused("An anchor belongs to a competency: choose one.")
        return None
    if parent.draft_id != draft.pk or parent.kind != wanted:
        raise Refused(f"“{parent}” is nothing that this can belong to.")
    return parent


def _locked(record: DraftedRecord, version: int, actor: Account) -> DraftedRecord:
    """Return the record as it stands, held; Conflict where it was changed meanwhile."""
    # The draft is held too, so that nobody approves it while one of its records changes.
    held = JobDraft.objects.select_for_update().get(pk=record.draft_id)
    if not rules.may_review(actor, held):
        raise Refused(f"“{held}” is not in review, or not yours to review.")
    row = DraftedRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if row.version != version:
        raise Conflict(row)
    return row


def _saved(row: DraftedRecord, **values: Any) -> DraftedRecord:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*values, "version"])
    return row
