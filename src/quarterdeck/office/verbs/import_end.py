"""The end of an import: it counts at once, or is rejected, only tried, or taken back."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account
from quarterdeck.office import rules
from quarterdeck.office.models import ImportBatch, ImportProgress, PreparedRow, StagedRecord
from quarterdeck.office.queries import changed_records, held, profile_of_batch, taken_over
from quarterdeck.office.verbs.imports import move_import
from quarterdeck.office.vocabulary import Accept, BatchState, Outcome


@verb
def recount_import(*, batch: ImportBatch, actor: Account, at: datetime) -> ImportBatch:
    """Let a batch go to its end with what was found at its application, which can be more than the
    dry run found; one of which all or none was to come in is rejected then."""
    progress = held(batch)
    if batch.created or batch.updated:
        found = {outcome: progress.outcomes.get(outcome, 0) for outcome in Outcome.values}
        found[Outcome.REJECTED] += batch.nameless_lines
        if found[Outcome.REJECTED] > batch.rejected and batch.accept == Accept.ALL:
            more = found[Outcome.REJECTED] - batch.rejected
            reason = (
                f"{more} records have errors that they did not have when they were examined, and "
                "all or none were to be accepted. Import the file again."
            )
            return reject_import(batch=batch, reason=reason, actor=actor, at=at)
        for outcome, number in found.items():
            setattr(batch, outcome, number)
        batch.save(update_fields=list(Outcome.values))
    move_import(batch=batch, state=BatchState.FINISHING, actor=actor, at=at)
    return batch


@verb
def prepare_records(
    *, batch: ImportBatch, after: str, external_ids: Sequence[str], actor: Account, at: datetime
) -> None:
    """Work out, for the changed records that follow `after`, what stands once the batch counts.

    No reader sees it; the end of the import then only has to write it.
    """
    if batch.state != BatchState.FINISHING:
        raise Refused(f"{batch} is not at its end.")
    progress = held(batch)
    if progress.done_through != after:
        raise taken_over(batch)
    profile_of_batch(batch).prepare(batch.pk, external_ids, actor=actor, at=at)
    progress.done_through = external_ids[-1]
    progress.records_done += len(external_ids)
    progress.save(update_fields=["done_through", "records_done"])


@verb
def finish_import(*, batch: ImportBatch, actor: Account, at: datetime) -> ImportBatch:
    """Let the whole batch count at once; what it changes was worked out before.

    The first of the changed records are written with it, others by `settle_import`: by whoever
    runs the import, or by a worker should that run be killed.
    """
    progress = held(batch)
    batch.state, batch.applied_at = BatchState.SETTLING, at
    batch.covers_from, batch.covers_until = _coverage(batch, progress)
    batch.save(update_fields=["state", "applied_at", "covers_from", "covers_until"])
    progress.done_through, progress.records_done = "", 0
    _settle(batch, progress, actor, at)
    if rules.can_settle(batch):
        enqueue("office.settle_import", batch_key=batch.pk)
    return batch


def _coverage(
    batch: ImportBatch, progress: ImportProgress
) -> tuple[datetime | None, datetime | None]:
    """Return from when until when a file tells all: as it was declared, else as far as its evidence
    reaches; no file tells of what came after it, whatever dates it holds. What is made of what was
    here already tells of no time."""
    profile = profile_of_batch(batch)
    if not profile.is_file:
        return None, None
    first, last = profile.declared_coverage(ZoneInfo(batch.zone))
    first = first or progress.evidence_from
    last = last or progress.evidence_until
    if first is None or last is None or first > batch.begun_at:
        return None, None
    return first, max(first, min(last, batch.begun_at))


@verb
def settle_import(*, batch: ImportBatch, actor: Account, at: datetime) -> ImportBatch:
    """Let the next records catch up with a batch that counts, or no longer counts."""
    progress = held(batch)
    if not rules.can_settle(batch):
        raise Refused(f"{batch} is {batch.get_state_display().lower()}: nothing has to catch up.")
    _settle(batch, progress, actor, at)
    return batch


def _settle(batch: ImportBatch, progress: ImportProgress, actor: Account, at: datetime) -> None:
    """Rebuild a chunk of what the batch changes; readings come only when all is done."""
    profile = profile_of_batch(batch)
    done = profile.settle(batch.pk, progress.done_through, actor=actor, at=at)
    progress.done_through, progress.records_done = (
        done.through,
        progress.records_done + done.records,
    )
    progress.save(update_fields=["done_through", "records_done"])
    if done.through:
        return
    batch.state = BatchState.APPLIED if batch.counts else BatchState.WITHDRAWN
    batch.save(update_fields=["state"])
    told = [batch.covers_from, progress.evidence_from, batch.covers_until, progress.evidence_until]
    if instants := [each for each in told if each is not None]:
        touch(profile.domain, min(instants), max(*instants, at))


@verb
def reject_import(
    *,
    batch: ImportBatch,
    reason: str,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> ImportBatch:
    """Close a batch of which nothing comes in, and say why."""
    held(batch)
    if not rules.can_discard(batch):
        raise Refused(f"{batch} is {batch.get_state_display().lower()} already.")
    batch.state, batch.failure, batch.withdrawn_at = BatchState.REJECTED, reason, at
    batch.save(update_fields=["state", "failure", "withdrawn_at"])
    return batch


@verb
def withdraw_import(*, batch: ImportBatch, actor: Account, at: datetime) -> ImportBatch:
    """Take a batch back: its rows stay, and every reading leaves them out with that reason.

    They are left out at once. Of records that it had changed, the first are put back with it, and
    the others by a worker.
    """
    if not rules.may_import(actor, batch.profile):
        raise Refused("You may not withdraw imports.")
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == BatchState.WITHDRAWING:
        return batch
    if rules.can_discard(batch):
        enqueue("office.clear_import", batch_key=batch.pk)
        return reject_import(batch=batch, reason="Discarded by hand.", actor=actor, at=at)
    if not rules.can_withdraw(batch):
        raise Refused(
            f"{batch} is {batch.get_state_display().lower()}; only an applied one can be withdrawn."
        )
    if (later := rules.built_upon_by(batch)) is not None:
        raise Refused(
            f"{later} builds on {batch}: it {_rests_on(later)}. "
            f"Withdraw it first (undo {later.pk}); its file can be imported again."
        )
    if (beside := ImportBatch.objects.unfinished().filter(source=batch.source).first()) is not None:
        raise Refused(
            f"{beside} is unfinished and was compared with {batch}: "
            f"finish it, or discard it (undo {beside.pk}), first."
        )
    _begin_withdrawal(batch, at)
    progress = held(batch)
    progress.done_through, progress.records_done = "", 0
    progress.records_staged = changed_records(batch).count()
    progress.save(update_fields=["records_staged"])
    _settle(batch, progress, actor, at)
    if rules.can_settle(batch):
        enqueue("office.settle_import", batch_key=batch.pk)
    return batch


def _begin_withdrawal(batch: ImportBatch, at: datetime) -> None:
    """Let the batch count no more; of an import that begins at this moment, one of both is told."""
    batch.state, batch.withdrawn_at = BatchState.WITHDRAWING, at
    try:
        with transaction.atomic():
            batch.save(update_fields=["state", "withdrawn_at"])
    except IntegrityError as problem:
        raise Refused(
            f"Another import of the source {batch.source} began just now: "
            "finish or discard it first."
        ) from problem


def _rests_on(later: ImportBatch) -> str:
    """Say what a batch would lose with an earlier one."""
    changed = f"changed {later.updated:,} records" if later.updated else ""
    same = f"left {later.unchanged:,} as told before, without rows of its own"
    told = [text for text in (changed, same if later.unchanged else "") if text]
    return " and ".join(told) or "speaks of the same records"


@verb
def end_dry_run(*, batch: ImportBatch, actor: Account, at: datetime) -> ImportBatch:  # noqa: ARG001 — the act is written for this actor
    """Close a dry run that has been examined: what it found stays, and nothing of it comes in."""
    held(batch)
    if not batch.is_dry_run or batch.state != BatchState.EXAMINED:
        raise Refused(f"{batch} is no dry run that has been examined.")
    batch.state = BatchState.TRIED
    batch.save(update_fields=["state"])
    return batch


@verb
def clear_staging(*, batch: ImportBatch, most: int, actor: Account, at: datetime) -> int:  # noqa: ARG001 — the act is written for this actor
    """Remove up to `most` working rows of a finished batch; return how many went."""
    gone = 0
    for rows in (StagedRecord.objects, PreparedRow.objects):
        keys = rows.filter(batch=batch).order_by("pk").values_list("pk", flat=True)[: most - gone]
        gone += rows.filter(pk__in=list(keys)).delete()[0]
    return gone
