"""Takes small tables in through all passes, for the tests of what their lines become."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from quarterdeck.core.mapping import propose
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import profile_of
from quarterdeck.office.gateways.delimited import digest_of
from quarterdeck.office.gateways.tables import sample_of
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.tests.ledger import silent
from quarterdeck.office.verbs.import_run import apply_batch, examine_file
from quarterdeck.office.verbs.imports import begin_import
from quarterdeck.people.tests.house import AT


def taken_in(
    path: Path,
    profile: str,
    lines: Iterable[str],
    *,
    actor: Account,
    applies: bool = True,
    **options: str,
) -> ImportBatch:
    """Take lines in as a table of the source `hr`, with their head first."""
    path.write_text("\n".join((*lines, "")), encoding="utf-8")
    return file_taken_in(path, profile, {}, actor=actor, applies=applies, **options)


def file_taken_in(
    path: Path,
    profile: str,
    columns: Mapping[str, str],
    *,
    actor: Account,
    applies: bool = True,
    **options: str,
) -> ImportBatch:
    """Take a file in by the proposed mapping, with some columns as told; or only examine it."""
    mapping = propose(profile_of(profile), sample_of(path))  # type: ignore[arg-type]  # a mapped one
    mapping = replace(
        mapping,
        columns={**mapping.columns, **columns},
        options={**mapping.options, **options},
    )
    batch = begin_import(
        profile=profile,
        source="hr",
        file_name=path.name,
        file_digest=digest_of(path),
        zone="Europe/Berlin",
        accept="valid",
        mapping=mapping,
        actor=actor,
        at=AT,
    )
    examine_file(batch=batch, path=path, report=silent, actor=actor, at=AT)
    if not applies:
        return batch
    return apply_batch(batch=batch, report=silent, actor=actor, at=AT)
