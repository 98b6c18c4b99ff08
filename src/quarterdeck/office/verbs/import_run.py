"""Takes a batch through its passes: stage, examine, apply; a rerun goes on where a killed one stopped."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from quarterdeck.core.columns import BadCell
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import (
    Finding,
    Judgement,
    Profile,
    ReadRow,
    StagedRow,
    profile_of,
)
from quarterdeck.office.gateways.delimited import Table, UnreadableFile, open_table
from quarterdeck.office.models import ImportBatch, ImportProgress, StagedRecord
from quarterdeck.office.verbs import imports
from quarterdeck.office.vocabulary import Accept, BatchState, FindingKind

LINES_A_CHUNK = 5_000
PIECES_A_CHUNK = 1_000
ROWS_A_PIECE = 500
MOST_ROWS = 10_000
LONGEST_KEY = 200
CLEARED_AT_ONCE = 5_000

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _Run:
    """One run over a batch: who acts, when, and whom to tell how far it has come."""

    batch: ImportBatch
    profile: Profile
    actor: Account
    at: datetime
    report: Report


def examine_file(
    *, batch: ImportBatch, path: Path, report: Report, actor: Account, at: datetime
) -> ImportBatch:
    """Stage and examine a file, as far as that is not done yet; the batch then waits for a decision."""
    run = _Run(batch, profile_of(batch.profile), actor, at, report)
    if batch.state == BatchState.STAGING:
        try:
            _stage(run, open_table(path, run.profile.columns))
        except UnreadableFile as problem:
            return _unreadable(run, str(problem))
        imports.move_import(batch=batch, state=BatchState.EXAMINING, actor=actor, at=at)
    if batch.state == BatchState.EXAMINING:
        for judgements in _judged(run):
            imports.examine_records(batch=batch, judgements=judgements, actor=actor, at=at)
        imports.move_import(batch=batch, state=BatchState.EXAMINED, actor=actor, at=at)
    return batch


def apply_batch(*, batch: ImportBatch, report: Report, actor: Account, at: datetime) -> ImportBatch:
    """Apply an examined batch, all or the valid records as it says; readers see it only at the end."""
    run = _Run(batch, profile_of(batch.profile), actor, at, report)
    if batch.state == BatchState.EXAMINED:
        if batch.accept == Accept.ALL and batch.rejected:
            reason = f"{batch.rejected} records have errors, and all or none were to be accepted."
            imports.reject_import(batch=batch, reason=reason, actor=actor, at=at)
        else:
            imports.move_import(batch=batch, state=BatchState.APPLYING, actor=actor, at=at)
    if batch.state == BatchState.APPLYING:
        for judgements in _judged(run):
            imports.apply_records(batch=batch, judgements=judgements, actor=actor, at=at)
        imports.finish_import(batch=batch, actor=actor, at=at)
    clear_batch(batch=batch, actor=actor, at=at)
    return batch


def clear_batch(*, batch: ImportBatch, actor: Account, at: datetime) -> None:
    """Remove what was staged for a batch that is finished."""
    if batch.state in {BatchState.APPLIED, BatchState.REJECTED, BatchState.WITHDRAWN}:
        while imports.clear_staging(batch=batch, most=CLEARED_AT_ONCE, actor=actor, at=at):
            continue


def _unreadable(run: _Run, reason: str) -> ImportBatch:
    run.batch.rejected = max(run.batch.rejected, 1)
    batch = imports.reject_import(batch=run.batch, reason=reason, actor=run.actor, at=run.at)
    clear_batch(batch=batch, actor=run.actor, at=run.at)
    return batch


def _stage(run: _Run, table: Table) -> None:
    """Parse the file chunk by chunk, skipping the lines that an earlier run has staged."""
    read = run.profile.row_reader(table.header, ZoneInfo(run.batch.zone))
    identity = table.header.index(run.profile.identity)
    done = ImportProgress.objects.get(batch=run.batch).lines_staged
    lines = (line for line in table.lines if line[0] > done)
    while chunk := list(islice(lines, LINES_A_CHUNK)):
        pieces, strays = _parsed(run.batch, chunk, table.header, identity, read)
        done = chunk[-1][0]
        imports.stage_lines(
            batch=run.batch,
            pieces=pieces,
            strays=strays,
            lines_staged=done,
            actor=run.actor,
            at=run.at,
        )
        run.report("lines read", done, 0)


def _parsed(
    batch: ImportBatch,
    chunk: Iterable[tuple[int, list[str]]],
    header: Sequence[str],
    identity: int,
    read: ReadRow,
) -> tuple[list[StagedRecord], list[Finding]]:
    """Return the chunk's lines grouped by record, and the lines that name no record."""
    pieces: list[StagedRecord] = []
    strays: list[Finding] = []
    for number, cells in chunk:
        key = cells[identity].strip() if len(cells) > identity else ""
        if not key or len(key) > LONGEST_KEY:
            expected = f"the key of a record, of at most {LONGEST_KEY} characters"
            strays.append(Finding(FindingKind.ERROR, number, header[identity], key[:40], expected))
            continue
        row = _row(number, cells, header, read)
        if pieces and pieces[-1].external_id == key and len(pieces[-1].rows) < ROWS_A_PIECE:
            pieces[-1].rows.append(row)
        else:
            pieces.append(
                StagedRecord(batch=batch, external_id=key, first_line=number, rows=[row])
            )
    return pieces, strays


def _row(number: int, cells: list[str], header: Sequence[str], read: ReadRow) -> list[Any]:
    """Return a line as staging keeps it: its number, its values or none, its error or none."""
    if len(cells) != len(header):
        found = f"{len(cells)} cells"
        return [number, None, ["(whole line)", found, f"{len(header)} cells as in the header"]]
    try:
        return [number, read(cells), None]
    except BadCell as problem:
        return [number, None, [problem.column, problem.found, problem.expected]]


def _judged(run: _Run) -> Iterator[list[Judgement]]:
    """Yield the verdicts on the next records after those that the pass has done, chunk by chunk."""
    progress = ImportProgress.objects.get(batch=run.batch)
    through, done = progress.done_through, progress.records_done
    while records := _next_records(run.batch, through):
        judgements = _verdicts(run, records)
        yield judgements
        through, done = records[-1][0], done + len(records)
        run.report("records done", done, progress.records_staged)


def _next_records(batch: ImportBatch, through: str) -> list[tuple[str, list[StagedRow]]]:
    """Return the next whole records in order of their keys; the last may be cut off if it is endless."""
    pieces = StagedRecord.objects.filter(batch=batch, external_id__gt=through)
    ordered = pieces.order_by("external_id", "first_line")[:PIECES_A_CHUNK]
    records: list[tuple[str, list[StagedRow]]] = []
    count = 0
    for piece in ordered.iterator(chunk_size=100):
        count += 1
        if not records or records[-1][0] != piece.external_id:
            records.append((piece.external_id, []))
        if len(records[-1][1]) <= MOST_ROWS:
            records[-1][1].extend(_staged_row(row) for row in piece.rows)
    # A full chunk may end inside a record; that record then opens the next chunk, whole.
    if count == PIECES_A_CHUNK and len(records) > 1:
        records.pop()
    return records


def _staged_row(row: list[Any]) -> StagedRow:
    number, values, error = row
    errors = () if error is None else (Finding(FindingKind.ERROR, number, *error),)
    return StagedRow(number, values, errors)


def _verdicts(
    run: _Run, records: Sequence[tuple[str, list[StagedRow]]]
) -> list[Judgement]:
    """Judge records together; one with a bad line, or without end, is rejected whole."""
    refused = {key: errors for key, rows in records if (errors := _errors_of(rows))}
    sound = [(key, rows) for key, rows in records if key not in refused]
    judged = {j.external_id: j for j in run.profile.judge(run.batch.source, sound)}
    return [
        judged.get(key) or Judgement(key, Outcome.REJECTED, findings=refused[key])
        for key, _ in records
    ]


def _errors_of(rows: Sequence[StagedRow]) -> tuple[Finding, ...]:
    if len(rows) > MOST_ROWS:
        found, expected = "more", f"at most {MOST_ROWS} lines for one record"
        return (Finding(FindingKind.ERROR, rows[0].line, "(all lines)", found, expected),)
    return tuple(finding for row in rows for finding in row.errors)
