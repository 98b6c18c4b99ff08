"""How an uploaded table is read without asking: as the last one of its source, or as its source
writes by itself."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from quarterdeck.core.errors import Invalid
from quarterdeck.core.mapping import (
    ColumnMapping,
    MappedProfile,
    Sample,
    completed,
    fitted,
    propose,
    unfit_columns,
)
from quarterdeck.core.mapping_checks import check_mapping
from quarterdeck.core.profiles import Finding, profile_of
from quarterdeck.office.gateways.delimited import UnreadableFile
from quarterdeck.office.gateways.tables import sample_of, sheets_in
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries.mappings import remembered_mapping
from quarterdeck.office.vocabulary import FindingKind


class KnownMapping(NamedTuple):
    """How a table is read, None where a person has to say it, and what is to be told of that."""

    mapping: ColumnMapping | None
    notices: tuple[Finding, ...] = ()


class Recognised(NamedTuple):
    """The first lines of a table, the mapping whose columns it has, and those of its source's last
    table that it lacks.

    The mapping may still leave words or dates to be explained.
    """

    sample: Sample
    mapping: ColumnMapping | None
    missing: Sequence[str]


def recognised(profile: MappedProfile, source: str, path: Path, sheet: str = "") -> Recognised:
    """Return by which mapping a table can be read: that of its source's last one, else the one by
    which the source itself writes.

    UnreadableFile where it is no table, or where nobody says which sheet of several it is.
    """
    said = sheet or last_sheet(profile, source, path)
    sample = sample_of(path, said)
    missing: list[str] = []
    known = remembered_mapping(profile.key, source)
    if known is not None:
        mapping = fitted(profile, ColumnMapping.restored(known.mapping), sample)
        missing = unfit_columns(mapping, sample.header)
        if not missing:
            return Recognised(sample, completed(profile, replace(mapping, sheet=said), sample), ())
    if profile.usual is None or unfit_columns(profile.usual, sample.header):
        return Recognised(sample, None, missing)
    return Recognised(sample, propose(profile, sample, said), missing)


def last_sheet(profile: MappedProfile, source: str, path: Path) -> str:
    """Return the sheet of the source's last table, if this workbook has it too."""
    known = remembered_mapping(profile.key, source)
    last = "" if known is None else ColumnMapping.restored(known.mapping).sheet
    return last if last in sheets_in(path) else ""


def known_mapping(key: str, source: str, path: Path) -> KnownMapping:
    """Return how a file is read where there is no doubt of it."""
    profile = profile_of(key)
    if not isinstance(profile, MappedProfile):
        return KnownMapping(None)
    try:
        sample, mapping, missing = recognised(profile, source, path)
    except UnreadableFile:
        return KnownMapping(None)
    notices = notices_of(profile, mapping, missing)
    if mapping is None:
        return KnownMapping(None, notices)
    try:
        check_mapping(profile, mapping, sample)
    except Invalid:
        return KnownMapping(None, notices)
    return KnownMapping(mapping, notices)


def notices_of(
    profile: MappedProfile, mapping: ColumnMapping | None, missing: Sequence[str]
) -> tuple[Finding, ...]:
    """Say that a table lacks columns of its source's last one, and how it is read then."""
    if not missing:
        return ()
    found = f"without {', '.join(missing)}"
    how = (
        "somebody has to say what its columns hold"
        if mapping is None
        else f"it is read as {profile.title} is written by itself"
    )
    expected = f"the columns of the last file of this source; {how}"
    return (Finding(FindingKind.NOTICE, 1, "(columns)", found[:500], expected),)


def with_found_words(batch: ImportBatch, sample: Sample) -> Sample:
    """Return the first lines of a batch's table with the words that were found below them."""
    found = batch.findings.filter(kind=FindingKind.WORD).order_by("pk")
    words = [
        tuple(word if head == column else "" for head in sample.header)
        for column, word in found.values_list("column", "found")
        if column in sample.header
    ]
    return Sample(sample.header, (*sample.lines, *words))
