"""Commands on import batches."""

import argparse
import zoneinfo
from pathlib import Path
from typing import Any

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.commands.mapping import mapping_of
from quarterdeck.config.commands.output import note, say, say_json, say_table
from quarterdeck.core import clock
from quarterdeck.core.database import unmapped
from quarterdeck.core.errors import Refused
from quarterdeck.core.profiles import file_profile_of, profile_of
from quarterdeck.office.gateways.delimited import UnreadableFile, digest_of
from quarterdeck.office.gateways.recoding import UTF_8, encoding_named, read_in_utf_8
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.mappings import is_to_remember, remembered_mapping
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.import_run import (
    apply_batch,
    clear_batch,
    examine_file,
    settle_batch,
)
from quarterdeck.office.verbs.imports import begin_import
from quarterdeck.office.verbs.mappings import remember_mapping
from quarterdeck.office.vocabulary import Accept, BatchState

_SHOWN_FINDINGS = 20


@unmapped()
def import_file(chosen: argparse.Namespace) -> int:
    """Take a file in, or say what would happen; a rerun goes on where a killed one stopped."""
    key, path = _named(chosen)
    _check_there(path)
    file_profile_of(key)
    try:
        with read_in_utf_8(path, encoding_named(chosen.encoding or UTF_8)) as text:
            return _take_in(chosen, key, text)
    except UnreadableFile as problem:
        raise Refused(f"{path.name}: {problem}") from problem


def _take_in(chosen: argparse.Namespace, key: str, path: Path) -> int:
    """Take in a file whose text is in UTF-8."""
    actor, at, digest = operator(), clock.now(), digest_of(path)
    profile, source = profile_of(key), chosen.source or key
    known = mapping_of(chosen, profile, source, path)
    batch = begin_import(
        profile=key,
        source=source,
        file_name=path.name,
        file_digest=digest,
        zone=_zone(chosen.zone, key, source),
        accept=chosen.accept,
        mapping=known.mapping,
        notices=known.notices,
        dry_run=chosen.dry_run,
        actor=actor,
        at=at,
    )
    if known.mapping is not None and not chosen.dry_run and is_to_remember(batch):
        remember_mapping(batch=batch, actor=actor, at=at)
    examine_file(batch=batch, path=path, report=_report, actor=actor, at=at)
    if not chosen.dry_run:
        apply_batch(batch=batch, report=_report, actor=actor, at=at)
    _say(_result(batch), as_json=chosen.json)
    return int(_stays_out(batch))


def _stays_out(batch: ImportBatch) -> bool:
    """Whether nothing of the file comes in; of a dry run, whether nothing would."""
    would_stay_out = batch.is_dry_run and batch.accept == Accept.ALL and batch.rejected > 0
    return batch.state == BatchState.REJECTED or would_stay_out


def _named(chosen: argparse.Namespace) -> tuple[str, Path]:
    """Return format and file: one after the other, or the format as an option."""
    expected = 1 if chosen.profile else 2
    if len(chosen.given) != expected:
        raise Refused("Say a format and a file: import PROFILE FILE, or import FILE --profile …")
    return chosen.profile or chosen.given[0], Path(chosen.given[-1])


def _check_there(path: Path) -> None:
    """Raise Refused where there is no file, or none that can be read."""
    try:
        if path.is_dir():
            raise Refused(f"{path} is a folder; expected a file.")
        if not path.is_file():
            raise Refused(f"There is no file {path}.")
        with path.open("rb") as file:
            file.read(1)
    except OSError as problem:
        raise Refused(f"{path} cannot be read: {problem.strerror}.") from problem


def _zone(name: str, profile: str, source: str) -> str:
    """Return the zone that was named, else that of the source's last table, else our own."""
    if not name:
        known = remembered_mapping(profile, source)
        return organisation().zone if known is None else known.zone
    if name not in zoneinfo.available_timezones():
        raise Refused(f"There is no time zone “{name}”; expected a name such as Europe/Berlin.")
    return name


def _report(what: str, done: int, of: int) -> None:
    note(f"{what}: {done:,} of {of:,}" if of else f"{what}: {done:,}")


def _result(batch: ImportBatch) -> dict[str, Any]:
    """Return what an import did, or would do; of a rejected batch nothing came in."""
    came_in = batch.state != BatchState.REJECTED
    findings = [
        {
            "kind": finding.kind,
            "line": finding.line,
            "record": finding.external_id,
            "column": finding.column,
            "found": finding.found,
            "expected": finding.expected,
        }
        for finding in batch.findings.order_by("pk")
    ]
    return {
        "file": batch.file_name,
        "state": batch.state,
        "dry_run": batch.is_dry_run,
        "failure": batch.failure,
        "findings": findings,
        "created": batch.created if came_in else 0,
        "updated": batch.updated if came_in else 0,
        "unchanged": batch.unchanged if came_in else 0,
        "rejected": batch.rejected,
        "batch": batch.pk,
    }


def _say(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(result)
        return
    for finding in result["findings"][:_SHOWN_FINDINGS]:
        line = f"line {finding['line']}" if finding["line"] else ""
        place = ", ".join(filter(None, (finding["record"], line, finding["column"])))
        note(f"{finding['kind']}: {place}: {finding['found']}; {finding['expected']}")
    if (more := len(result["findings"]) - _SHOWN_FINDINGS) > 0:
        note(f"… and {more} more; see --json")
    if result["failure"]:
        note(f"{result['file']}: {result['failure']}")
    counts = ", ".join(
        f"{result[key]} {key}" for key in ("created", "updated", "unchanged", "rejected")
    )
    say(
        f"Batch {result['batch']}, a dry run that took nothing in: {counts}"
        if result["dry_run"]
        else f"Batch {result['batch']}: {counts}"
    )


def batches(chosen: argparse.Namespace) -> int:
    """List every batch, the newest first."""
    rows = ImportBatch.objects.order_by("-pk")
    if chosen.json:
        say_json(
            [
                {
                    "batch": row.pk,
                    "profile": row.profile,
                    "source": row.source,
                    "file": row.file_name,
                    "state": row.state,
                    "created": row.created,
                    "updated": row.updated,
                    "unchanged": row.unchanged,
                    "rejected": row.rejected,
                    "covers_from": row.covers_from,
                    "covers_until": row.covers_until,
                    "begun_at": row.begun_at,
                    "applied_at": row.applied_at,
                    "withdrawn_at": row.withdrawn_at,
                }
                for row in rows
            ]
        )
        return 0
    titles = ("batch", "profile", "file", "state", "created", "updated", "unchanged", "rejected")
    say_table(
        titles,
        [
            (r.pk, r.profile, r.file_name, r.state, r.created, r.updated, r.unchanged, r.rejected)
            for r in rows
        ],
    )
    return 0


def undo(chosen: argparse.Namespace) -> int:
    """Withdraw an applied batch, or discard an unfinished one."""
    batch = ImportBatch.objects.filter(pk=chosen.batch).first()
    if batch is None:
        raise Refused(f"There is no batch {chosen.batch}.")
    actor, at = operator(), clock.now()
    batch = withdraw_import(batch=batch, actor=actor, at=at)
    settle_batch(batch=batch, report=_report, actor=actor, at=at)
    clear_batch(batch=batch, actor=actor, at=at)
    if chosen.json:
        say_json({"batch": batch.pk, "state": batch.state})
    else:
        say(f"{batch}: {batch.get_state_display().lower()}")
    return 0
