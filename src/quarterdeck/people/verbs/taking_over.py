"""What was decided about a class before is taken over into the draft of its next version."""

from collections.abc import Iterable
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.models import Account
from quarterdeck.people.models import DraftedRecord, JobClass, JobDraft
from quarterdeck.people.queries.decisions import Decisions, words_of
from quarterdeck.people.queries.differences import latest_version, place_of, renamed_levels
from quarterdeck.people.vocabulary import RecordState

SETTLED = {RecordState.ACCEPTED, RecordState.CORRECTED, RecordState.ADDED}
_WRITTEN = ["text", "payload", "spans", "state", "needs_confirmation", "reason"]


@verb
def take_over_decisions(
    *,
    draft: JobDraft,
    job_class: JobClass,
    actor: Account,  # noqa: ARG001 — the act is by whoever begins the draft
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Settle what needs no second look.

    What the class says already in the same words is accepted. What the document still says in
    words that a person has corrected, split or joined reads as that person left it, and what was
    left out stays out, in other words too.
    """
    version = latest_version(job_class)
    if version is None:
        return
    decisions = Decisions(version)
    records = list(draft.records.in_order().select_related("parent", "draft"))
    waiting = _accept_the_same(records, decisions)
    waiting = _join_again(waiting, decisions)
    for record in waiting:
        parts = decisions.corrected.get(words_of(record), [])
        if parts:
            _correct_again(record, parts, version.number)
        elif old := decisions.left_out(record):
            record.state, record.needs_confirmation = RecordState.DROPPED, False
            record.reason = f"Left out of version {version.number}: “{old}”."
    _keep_what_others_hang_on(records)
    DraftedRecord.objects.bulk_update(records, _WRITTEN)


def _accept_the_same(records: list[DraftedRecord], decisions: Decisions) -> list[DraftedRecord]:
    """Accept what stands word by word; return the rest."""
    settled = [record for record in decisions.kept if record.state in SETTLED]
    known = {(*place_of(record), record.text): record for record in settled}
    renamed = renamed_levels(decisions.kept, records)
    rest = []
    for record in records:
        before = known.get((*place_of(record, renamed), record.text))
        if before is None:
            rest.append(record)
            continue
        level = record.payload.get("level")
        payload = {**before.payload, "level": level} if level else before.payload
        _settle(record, before.text, payload, f"As confirmed in version {decisions.version.number}")
    return rest


def _join_again(records: list[DraftedRecord], decisions: Decisions) -> list[DraftedRecord]:
    """Join what was joined before, where all of its parts are read again; return the rest."""
    rest = {words_of(record): record for record in records}
    others = [record for record in records if rest[words_of(record)] is not record]
    for parts, joined in decisions.joined:
        if not all(words in rest for words in parts):
            continue
        first, *more = (rest.pop(words) for words in dict.fromkeys(parts))
        reason = f"As joined in version {decisions.version.number}"
        first.spans = sorted([*first.spans, *(span for each in more for span in each.spans)])
        _settle(first, joined.text, joined.payload, reason)
        for each in more:
            each.state, each.needs_confirmation = RecordState.DROPPED, False
            each.reason = f"{reason}, with “{first}”."[:500]
    return _in_order([*rest.values(), *others])


def _keep_what_others_hang_on(records: list[DraftedRecord]) -> None:
    """Ask again about what was left out, where something hangs on it now that was not."""
    known = {record.pk: record for record in records}
    for record in records:
        holder = known.get(record.parent_id or 0)
        if holder and RecordState.DROPPED == holder.state != record.state:
            holder.state, holder.reason = RecordState.UNCONFIRMED, "Something new hangs on it."


def _in_order(records: Iterable[DraftedRecord]) -> list[DraftedRecord]:
    return sorted(records, key=lambda record: (record.order, record.pk))


def _correct_again(record: DraftedRecord, parts: list[DraftedRecord], number: int) -> None:
    """Let a record read as it was corrected; what it was split into follows it."""
    first, *more = parts
    reason = f"As corrected in version {number}"
    for part in more:
        DraftedRecord.objects.create(
            draft=record.draft,
            order=record.order,
            kind=record.kind,
            text=part.text,
            payload=part.payload,
            parent=record.parent,
            spans=record.spans,
            confidence=record.confidence,
            reason=f"{reason}.",
            state=RecordState.ACCEPTED,
        )
    _settle(record, first.text, first.payload, reason)


def _settle(record: DraftedRecord, text: str, payload: dict[str, object], reason: str) -> None:
    record.text, record.payload, record.reason = text, payload, f"{reason}."
    record.state, record.needs_confirmation = RecordState.ACCEPTED, False
