"""Takes a batch through its passes: stage, examine, apply; a rerun goes on after a killed one."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from quarterdeck.core.columns import BadCell
from quarterdeck.core.database import unmapped
from quarterdeck.core.erasure import erased
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import (
    Finding,
    Judgement,
    Profile,
    ReadRow,
    StagedRow,
    profile_of,
)
from quarterdeck.kernels.erasing import REDACTED, Erased
from quarterdeck.kernels.zones import keep_one_time, zone_named, zone_told
from quarterdeck.office.gateways.delimited import Table, UnreadableFile
from quarterdeck.office.gateways.tables import open_any
from quarterdeck.office.models import ImportBatch, ImportProgress, PreparedRow, StagedRecord
from quarterdeck.office.models.imports import UNFINISHED
from quarterdeck.office.queries import changed_records, profile_of_batch
from quarterdeck.office.rules import can_clear, can_settle
from quarterdeck.office.verbs import import_end, imports
from quarterdeck.office.verbs.unexplained_words import WordWatch, keep_unexplained_words
from quarterdeck.office.vocabulary import Accept, BatchState, FindingKind, Outcome

LINES_A_CHUNK = 5_000
ROWS_A_CHUNK = 5_000
RECORDS_A_CHUNK = 1_000
PIECES_A_PAGE = 100
ROWS_A_PIECE = 100
MOST_ROWS = 10_000
CLEARED_AT_ONCE = 5_000
_COMPARED = timedelta(days=20 * 366)
_AFTER_EVERY_LINE = 2**62
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _Run:
    """One run over a batch: who acts, when, and whom to tell how far it has come."""

    batch: ImportBatch
    profile: Profile
    actor: Account
    at: datetime
    report: Report


@unmapped()
def examine_file(
    *, batch: ImportBatch, path: Path, report: Report, actor: Account, at: datetime
) -> ImportBatch:
    """Stage and examine a file, as far as not done yet; the batch then waits for a decision.

    A dry run ends here.
    """
    run = _Run(batch, profile_of_batch(batch), actor, at, report)
    if batch.state == BatchState.STAGING:
        try:
            with open_any(path, run.profile.columns, batch.mapping.get("sheet", "")) as table:
                _stage(run, table)
        except UnreadableFile as problem:
            return _unreadable(run, str(problem))
        if unmentioned := run.profile.unmentioned():
            imports.stage_unmentioned(batch=batch, external_ids=unmentioned, actor=actor, at=at)
        imports.move_import(batch=batch, state=BatchState.EXAMINING, actor=actor, at=at)
    if batch.state == BatchState.EXAMINING:
        for after, judgements in _judged(run):
            imports.examine_records(
                batch=batch, after=after, judgements=judgements, actor=actor, at=at
            )
        imports.move_import(batch=batch, state=BatchState.EXAMINED, actor=actor, at=at)
    if batch.state == BatchState.EXAMINED and batch.is_dry_run:
        import_end.end_dry_run(batch=batch, actor=actor, at=at)
        clear_batch(batch=batch, actor=actor, at=at)
    return batch


@unmapped()
def apply_batch(*, batch: ImportBatch, report: Report, actor: Account, at: datetime) -> ImportBatch:
    """Apply an examined batch, all of it or what is valid; readers see it only at the end."""
    run = _Run(batch, profile_of_batch(batch), actor, at, report)
    if batch.state == BatchState.EXAMINED:
        if batch.accept == Accept.ALL and batch.rejected:
            reason = f"{batch.rejected} records have errors, and all or none were to be accepted."
            import_end.reject_import(batch=batch, reason=reason, actor=actor, at=at)
        else:
            imports.move_import(batch=batch, state=BatchState.APPLYING, actor=actor, at=at)
    if batch.state == BatchState.APPLYING:
        # Nothing of the source can be applied or withdrawn meanwhile, yet people work by hand, and
        # other sources go on: what was examined is looked at again.
        for after, judgements in _judged(run) if batch.created or batch.updated else ():
            imports.apply_records(
                batch=batch, after=after, judgements=judgements, actor=actor, at=at
            )
        import_end.recount_import(batch=batch, actor=actor, at=at)
    if batch.state == BatchState.FINISHING:
        _prepare(run)
        import_end.finish_import(batch=batch, actor=actor, at=at)
    settle_batch(batch=batch, report=report, actor=actor, at=at)
    for finished in _uncleared(batch.source):
        clear_batch(batch=finished, actor=actor, at=at)
    return batch


def settle_batch(
    *, batch: ImportBatch, report: Report, actor: Account, at: datetime
) -> ImportBatch:
    """Let records catch up with a batch that counts, or no longer counts, chunk by chunk."""
    while can_settle(batch):
        try:
            import_end.settle_import(batch=batch, actor=actor, at=at)
        except Refused:
            # A worker and a command may both be at it; whoever comes second finds it done.
            batch.refresh_from_db()
            if can_settle(batch):
                raise
            break
        progress = ImportProgress.objects.get(batch=batch)
        report("changed records caught up", progress.records_done, progress.records_staged)
    return batch


def _prepare(run: _Run) -> None:
    """Work out what the changed records will be, chunk by chunk, before all of them count."""
    progress = ImportProgress.objects.get(batch=run.batch)
    through, done = progress.done_through, progress.records_done
    changed = changed_records(run.batch).order_by("external_id")
    following = changed.values_list("external_id", flat=True)
    while keys := list(following.filter(external_id__gt=through)[:RECORDS_A_CHUNK]):
        import_end.prepare_records(
            batch=run.batch, after=through, external_ids=keys, actor=run.actor, at=run.at
        )
        through, done = keys[-1], done + len(keys)
        run.report("changes prepared", done, progress.records_staged)


def _uncleared(source: str) -> list[ImportBatch]:
    """Return the finished batches with working rows: this one, and any whose end was killed."""
    staged = StagedRecord.objects.filter(batch=OuterRef("pk"))
    prepared = PreparedRow.objects.filter(batch=OuterRef("pk"))
    finished = ImportBatch.objects.filter(source=source).exclude(state__in=UNFINISHED)
    return list(finished.filter(Exists(staged) | Exists(prepared)))


def clear_batch(*, batch: ImportBatch, actor: Account, at: datetime) -> None:
    """Remove the working rows of a batch that is finished."""
    if can_clear(batch):
        while import_end.clear_staging(batch=batch, most=CLEARED_AT_ONCE, actor=actor, at=at):
            continue


def _unreadable(run: _Run, reason: str) -> ImportBatch:
    run.batch.rejected = max(run.batch.rejected, 1)
    batch = import_end.reject_import(batch=run.batch, reason=reason, actor=run.actor, at=run.at)
    clear_batch(batch=batch, actor=run.actor, at=run.at)
    return batch


def _stage(run: _Run, table: Table) -> None:
    """Parse the file chunk by chunk, skipping the lines that an earlier run has staged."""
    parser = _Parser(
        batch=run.batch,
        header=table.header,
        identity=tuple(map(table.header.index, run.profile.identities)),
        key_of=run.profile.record_key,
        longest_key=run.profile.longest_key,
        read=run.profile.row_reader(table.header, ZoneInfo(run.batch.zone)),
        erased=erased(),
    )
    done = ImportProgress.objects.get(batch=run.batch).lines_staged
    words = WordWatch(run.batch, profile_of(run.batch.profile), table.header)
    lines = (line for line in words.over(table.lines) if line[0] > done)
    while chunk := list(islice(lines, LINES_A_CHUNK)):
        pieces, strays = parser.parsed(chunk)
        after, done = done, chunk[-1][0]
        imports.stage_lines(
            batch=run.batch,
            pieces=pieces,
            strays=strays,
            after=after,
            lines_staged=done,
            actor=run.actor,
            at=run.at,
        )
        run.report("lines read", done, 0)
    if not done:
        raise UnreadableFile("Line 1: the file ends after its header; expected lines below it.")
    _compare_zones(run.batch, table.notes)
    if unexplained := words.found(parser.erased):
        keep_unexplained_words(batch=run.batch, words=unexplained, actor=run.actor, at=run.at)


def _compare_zones(batch: ImportBatch, notes: Sequence[str]) -> None:
    """Refuse a report that says below its table that its times are those of another zone."""
    for note in notes:
        told = zone_told(note)
        if told and not _is_same_zone(told, batch):
            raise UnreadableFile(
                f"The last line says “{note}”, and the times were to be read as {batch.zone}: "
                f"import the file again and choose the zone {told}."
            )


def _is_same_zone(told: str, batch: ImportBatch) -> bool:
    """Whether both zones have kept one time in the years that a report tells of."""
    until = batch.begun_at
    return keep_one_time(zone_named(told), zone_named(batch.zone), until - _COMPARED, until)


@dataclass(frozen=True)
class _Parser:
    """Turns lines of one table into staged rows, grouped by the record that they speak of."""

    batch: ImportBatch
    header: Sequence[str]
    identity: tuple[int, ...]
    key_of: Callable[[Sequence[str]], str]
    longest_key: int
    read: ReadRow
    erased: Erased | None

    def parsed(
        self, chunk: Iterable[tuple[int, list[str]]]
    ) -> tuple[list[StagedRecord], list[Finding]]:
        """Return the lines grouped by record, and an error for each line that names no record."""
        pieces: list[StagedRecord] = []
        strays: list[Finding] = []
        for number, told in chunk:
            cells = told if self.erased is None else list(map(self.erased.masked, told))
            named = [cells[place].strip() if len(cells) > place else "" for place in self.identity]
            if REDACTED in named:
                strays.append(self._left_out(number))
                continue
            key = self.key_of(named)
            if not key or len(key) > self.longest_key or _CONTROL.search(key):
                strays.append(self._stray(number, key))
                continue
            row = self._row(number, cells)
            if pieces and pieces[-1].external_id == key and len(pieces[-1].rows) < ROWS_A_PIECE:
                pieces[-1].rows.append(row)
            else:
                pieces.append(
                    StagedRecord(batch=self.batch, external_id=key, first_line=number, rows=[row])
                )
        return pieces, strays

    def _left_out(self, number: int) -> Finding:
        """Say that a line is about somebody who was erased, and not about whom."""
        told = "the line is left out: it is about somebody who was erased"
        return Finding(FindingKind.NOTICE, number, self.header[self.identity[0]], REDACTED, told)

    def _stray(self, number: int, key: str) -> Finding:
        expected = f"the key of a record, of at most {self.longest_key} characters"
        if _CONTROL.search(key):
            expected = "the key of a record, on one line and without control characters"
        return Finding(FindingKind.ERROR, number, self.header[self.identity[0]], key[:40], expected)

    def _row(self, number: int, cells: list[str]) -> list[Any]:
        """Return a line as staging keeps it: its number, its values or none, its error or none."""
        if len(cells) != len(self.header):
            expected = f"{len(self.header)} cells as in the header"
            return [number, None, ["(whole line)", f"{len(cells)} cells", expected]]
        try:
            return [number, self.read(cells), None]
        except BadCell as problem:
            return [number, None, [problem.column, problem.found, problem.expected]]


def _judged(run: _Run) -> Iterator[tuple[str, list[Judgement]]]:
    """Yield a record of the pass and the verdicts on those that follow it, chunk by chunk."""
    progress = ImportProgress.objects.get(batch=run.batch)
    through, done = progress.done_through, progress.records_done
    while records := _next_records(run.batch, through):
        yield through, _verdicts(run, records)
        through, done = records[-1][0], done + len(records)
        run.report("records done", done, progress.records_staged)


def _next_records(batch: ImportBatch, through: str) -> list[tuple[str, list[StagedRow]]]:
    """Return the next whole records in order of key; of an endless one, more rows than may be."""
    records: list[tuple[str, list[StagedRow]]] = []
    count = 0
    for key, rows in _pieces(batch, through):
        if not records or records[-1][0] != key:
            if count >= ROWS_A_CHUNK:
                break
            records.append((key, []))
        count += len(rows)
        if len(records[-1][1]) <= MOST_ROWS:
            records[-1][1].extend(map(_staged_row, rows))
    return records


def _pieces(batch: ImportBatch, through: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield the staged pieces after the record `through` in order, a page at a time."""
    staged = StagedRecord.objects.filter(batch=batch).order_by("external_id", "first_line")
    columns = staged.values_list("external_id", "first_line", "rows")
    key, line = through, _AFTER_EVERY_LINE
    while page := list(
        columns.filter(Q(external_id__gt=key) | Q(first_line__gt=line), external_id__gte=key)[
            :PIECES_A_PAGE
        ]
    ):
        for external_id, _, rows in page:
            yield external_id, rows
        key, line = page[-1][:2]


def _staged_row(row: list[Any]) -> StagedRow:
    number, values, error = row
    errors = () if error is None else (Finding(FindingKind.ERROR, number, *error),)
    return StagedRow(number, values, errors)


def _verdicts(run: _Run, records: Sequence[tuple[str, list[StagedRow]]]) -> list[Judgement]:
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
