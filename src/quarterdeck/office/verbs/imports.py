"""The acts on import batches; each is atomic, and none shows half a batch to a reader."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction

from quarterdeck.core.acts import verb
from quarterdeck.core.database import insert_rows
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.mapping import ColumnMapping, MappedProfile
from quarterdeck.core.mapping_checks import check_mapping
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import Finding, Format, Judgement, profile_of
from quarterdeck.office import rules
from quarterdeck.office.models import ImportBatch, ImportFinding, ImportProgress, StagedRecord
from quarterdeck.office.queries import changed_records, held, profile_of_batch, taken_over
from quarterdeck.office.queries.mappings import is_to_remember
from quarterdeck.office.verbs.mappings import remember_mapping
from quarterdeck.office.vocabulary import Accept, BatchState, FindingKind, Outcome

# Past this many findings a page cannot help any more; the counts stay exact.
MOST_FINDINGS = 1_000

# Heads of a file may be longer than a finding needs to name them.
LONGEST_COLUMN = 200

_STAGED = ("batch", "external_id", "first_line", "rows")


@verb
def begin_import(
    *,
    profile: str,
    source: str,
    file_name: str,
    file_digest: str,
    zone: str,
    accept: str,
    actor: Account,
    at: datetime,
    stored_file: str = "",
    mapping: ColumnMapping | None = None,
    notices: Sequence[Finding] = (),
    dry_run: bool = False,
) -> ImportBatch:
    """Open a batch for a file, or return the unfinished one of the same file to be gone on with.

    A table of any columns waits until somebody says what they hold, unless a mapping is given. A
    dry run stops no import of its source, and none stops it. `notices` are told beforehand.
    """
    if not rules.may_import(actor, profile):
        raise Refused("You may not import files.")
    stored_mapping = _stored_mapping(profile_of(profile), mapping)
    if not dry_run and (begun := _unfinished(source)) is not None:
        return _taken_up(begun, profile, file_digest, zone, accept, stored_mapping)
    batch = _begun(
        mapping=stored_mapping,
        profile=profile,
        source=source,
        file_name=file_name[:255],
        file_digest=file_digest,
        zone=zone,
        accept=accept,
        stored_file=stored_file,
        begun_by=actor,
        begun_at=at,
        is_dry_run=dry_run,
    )
    _keep_findings(batch, [("", notice) for notice in notices])
    return batch


def _unfinished(source: str) -> ImportBatch | None:
    return ImportBatch.objects.unfinished().filter(source=source).first()


def _first_state(profile: Format, mapping: dict[str, Any]) -> BatchState:
    is_mapped = bool(mapping) or not isinstance(profile, MappedProfile)
    return BatchState.STAGING if is_mapped else BatchState.MAPPING


def _begun(**columns: Any) -> ImportBatch:
    """Store a new batch; of two that begin at one moment, the database lets one in."""
    state = _first_state(profile_of(columns["profile"]), columns["mapping"])
    batch = ImportBatch(state=state, **columns)
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as problem:
        raise Refused(
            f"Another import of the source {batch.source} began just now: "
            "finish or discard it first."
        ) from problem
    ImportProgress.objects.create(batch=batch)
    return batch


def _stored_mapping(profile: Format, mapping: ColumnMapping | None) -> dict[str, Any]:
    if mapping is None:
        return {}
    if not isinstance(profile, MappedProfile):
        raise Refused(f"The columns of {profile.key} are known: there is nothing to map.")
    check_mapping(profile, mapping)
    return mapping.stored()


def _taken_up(  # noqa: PLR0917 — the terms of one batch, compared in one place
    batch: ImportBatch,
    profile: str,
    file_digest: str,
    zone: str,
    accept: str,
    mapping: dict[str, Any],
) -> ImportBatch:
    """Go on with an unfinished batch only where it is the same file under the same terms."""
    if batch.state == BatchState.WITHDRAWING:
        raise Refused(f"{batch} is being withdrawn; try again when it is.")
    terms = (batch.profile, batch.file_digest, batch.zone, _read_by(batch))
    if terms != (profile, file_digest, zone, mapping):
        raise Refused(
            f"{batch} of the source {batch.source} is unfinished. "
            f"Import the same file again to finish it, or discard it (undo {batch.pk}) first."
        )
    if batch.accept != accept:
        if batch.state in {BatchState.APPLYING, BatchState.FINISHING, BatchState.SETTLING}:
            raise Refused(f"{batch} is being applied with “{batch.get_accept_display()}”.")
        batch.accept = accept
        batch.save(update_fields=["accept"])
    return batch


def _read_by(batch: ImportBatch) -> dict[str, Any]:
    """Return how a batch is mapped; one begun before its format asked for a mapping is read as its
    source writes it."""
    form = profile_of(batch.profile)
    usual = form.usual if isinstance(form, MappedProfile) else None
    mapping: dict[str, Any] = batch.mapping
    if mapping or usual is None or batch.state == BatchState.MAPPING:
        return mapping
    return usual.stored()


@verb
def stage_lines(
    *,
    batch: ImportBatch,
    pieces: Sequence[StagedRecord],
    strays: Sequence[Finding],
    after: int,
    lines_staged: int,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Keep the parsed lines that follow line `after`; strays belong to no record."""
    progress = held(batch)
    if progress.lines_staged != after:
        raise taken_over(batch)
    insert_rows(
        StagedRecord, _STAGED, [(batch.pk, p.external_id, p.first_line, p.rows) for p in pieces]
    )
    _keep_findings(batch, [("", finding) for finding in strays])
    if nameless := sum(stray.kind == FindingKind.ERROR for stray in strays):
        batch.rejected = progress.batch.rejected + nameless
        batch.nameless_lines = progress.batch.nameless_lines + nameless
        batch.save(update_fields=["rejected", "nameless_lines"])
    progress.lines_staged = lines_staged
    progress.save(update_fields=["lines_staged"])


@verb
def move_import(
    *,
    batch: ImportBatch,
    state: BatchState,
    actor: Account,
    at: datetime,  # noqa: ARG001 — who and when are the act's
) -> None:
    """Let a batch enter its next pass, which begins with the first record."""
    if not rules.may_import(actor, batch.profile):
        raise Refused("You may not import files.")
    if not rules.can_discard(batch):
        raise Refused(f"{batch} is {batch.get_state_display().lower()} already.")
    held(batch)
    batch.state = state
    batch.save(update_fields=["state"])
    records = _records_of(batch).values("external_id").distinct().count()
    ImportProgress.objects.filter(batch=batch).update(
        done_through="", records_done=0, records_staged=records, outcomes={}
    )


@verb
def stage_unmentioned(
    *,
    batch: ImportBatch,
    external_ids: Sequence[str],
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Keep the records of which a file says something by not naming them: they have no lines."""
    held(batch)
    StagedRecord.objects.filter(batch=batch, first_line=0).delete()
    insert_rows(StagedRecord, _STAGED, [(batch.pk, key, 0, []) for key in external_ids])


def _records_of(batch: ImportBatch) -> models.QuerySet[Any]:
    """Return the records on which the pass that begins will work."""
    if batch.state == BatchState.FINISHING:
        return changed_records(batch)
    return StagedRecord.objects.filter(batch=batch)


@verb
def examine_records(
    *,
    batch: ImportBatch,
    after: str,
    judgements: Sequence[Judgement],
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Keep what a dry run found in the records that follow the record `after`."""
    progress = held(batch)
    _pass_over(progress, after, judgements)
    for outcome in Outcome.values:
        number = sum(judgement.outcome == outcome for judgement in judgements)
        setattr(batch, outcome, getattr(progress.batch, outcome) + number)
    batch.save(update_fields=list(Outcome.values))
    _keep_findings(batch, [(j.external_id, finding) for j in judgements for finding in j.findings])
    progress.save()


def _pass_over(progress: ImportProgress, after: str, judgements: Sequence[Judgement]) -> None:
    """Count the records as done; Refused where the pass does not stand at the record `after`."""
    if progress.done_through != after:
        raise taken_over(progress.batch)
    progress.done_through = judgements[-1].external_id
    progress.records_done += len(judgements)
    counted = Counter(progress.outcomes) + Counter(str(each.outcome) for each in judgements)
    progress.outcomes = dict(counted)


def _keep_findings(batch: ImportBatch, findings: Sequence[tuple[str, Finding]]) -> None:
    room = MOST_FINDINGS - ImportFinding.objects.filter(batch=batch).count() if findings else 0
    ImportFinding.objects.bulk_create(
        ImportFinding(
            batch=batch,
            external_id=external_id,
            kind=finding.kind,
            line=finding.line,
            column=finding.column[:LONGEST_COLUMN],
            found=finding.found,
            expected=finding.expected,
        )
        for external_id, finding in findings[: max(room, 0)]
    )


def _new_errors(batch: ImportBatch, judgements: Sequence[Judgement]) -> list[tuple[str, Finding]]:
    """Return the errors that the dry run did not find."""
    errors = [
        (judgement.external_id, finding)
        for judgement in judgements
        for finding in judgement.findings
        if finding.kind == FindingKind.ERROR
    ]
    if not errors:
        return []
    columns = ("external_id", "line", "column")
    told = ImportFinding.objects.filter(batch=batch, kind=FindingKind.ERROR)
    known = set(told.values_list(*columns))
    return [
        (key, error)
        for key, error in errors
        if (key, error.line, error.column[:LONGEST_COLUMN]) not in known
    ]


@verb
def apply_records(
    *,
    batch: ImportBatch,
    after: str,
    judgements: Sequence[Judgement],
    actor: Account,
    at: datetime,
) -> None:
    """Write the records that follow `after` as rows of the batch; no reader sees them yet."""
    if batch.state != BatchState.APPLYING:
        raise Refused(f"{batch} is not being applied.")
    progress = held(batch)
    _pass_over(progress, after, judgements)
    _keep_findings(batch, _new_errors(batch, judgements))
    wanted = [j for j in judgements if j.outcome in {Outcome.CREATED, Outcome.UPDATED}]
    span = profile_of_batch(batch).apply(batch.pk, wanted, actor=actor, at=at)
    if span is not None:
        progress.evidence_from = min(filter(None, (progress.evidence_from, span[0])))
        progress.evidence_until = max(filter(None, (progress.evidence_until, span[1])))
    progress.save()


@verb
def upload_import(
    *,
    profile: str,
    source: str,
    file_name: str,
    file_digest: str,
    zone: str,
    stored_file: str,
    mapping: ColumnMapping | None = None,
    notices: Sequence[Finding] = (),
    actor: Account,
    at: datetime,
) -> ImportBatch:
    """Open a batch for an uploaded file; a worker then reads and compares it with what is there.

    A table of any columns is read at once where `mapping` says what they hold, else it waits.
    """
    if (begun := ImportBatch.objects.unfinished().filter(source=source).first()) is not None:
        raise Refused(
            f"Another import of the source {source} is unfinished, {begun}: finish or discard it "
            "first, on its own page."
        )
    batch = begin_import(
        profile=profile,
        source=source,
        file_name=file_name,
        file_digest=file_digest,
        zone=zone,
        accept=Accept.ALL,
        stored_file=stored_file,
        mapping=mapping,
        notices=notices,
        actor=actor,
        at=at,
    )
    if batch.state == BatchState.STAGING:
        enqueue("office.examine_import", batch_key=batch.pk)
    return batch


@verb
def approve_import(*, batch: ImportBatch, accept: str, actor: Account, at: datetime) -> None:
    """Decide that an examined batch comes in, whole or as far as valid; a worker applies it.

    How its columns were mapped is remembered for the source's next file, where somebody said it.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != BatchState.EXAMINED:
        raise Refused(
            f"{batch} is not waiting for a decision: {batch.get_state_display().lower()}."
        )
    if accept == Accept.ALL and batch.rejected:
        raise Refused(
            f"{batch.rejected} records have errors; take the valid ones, or discard the batch."
        )
    batch.accept = accept
    batch.save(update_fields=["accept"])
    if batch.mapping and is_to_remember(batch):
        remember_mapping(batch=batch, actor=actor, at=at)
    move_import(batch=batch, state=BatchState.APPLYING, actor=actor, at=at)
    enqueue("office.apply_import", batch_key=batch.pk)
