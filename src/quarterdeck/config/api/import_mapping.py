"""What a program says of the columns of a table that it sends."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from django.core.files.storage import default_storage
from pydantic import Field, ValidationError

from quarterdeck.config.api.fields import Text
from quarterdeck.config.api.problems import INVALID, Fault, ProblemError, pointer_to
from quarterdeck.config.api.schemas import Given
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.mapping import (
    ColumnMapping,
    MappedProfile,
    Sample,
    filled,
    proposed_forms,
    unfit_columns,
)
from quarterdeck.core.mapping_checks import check_mapping, unknown_names
from quarterdeck.core.profiles import file_profile_of, profile_of
from quarterdeck.office.gateways.delimited import UnreadableFile, check_needed
from quarterdeck.office.gateways.tables import sample_of
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries.mappings import remembered_mapping
from quarterdeck.office.rules import can_map
from quarterdeck.office.web.imports import ReadMapping
from quarterdeck.office.web.known_mappings import KnownMapping, known_mapping, with_found_words

_LONGEST = 100_000


class SaidMapping(Given):
    """What the columns of a table hold."""

    columns: dict[Text, Text] = Field(
        description="The column of the file by the field that it holds.",
        examples=[{"external_id": "Employee ID", "name": "Name", "email": "E-mail"}],
    )
    dates: dict[Text, Text] = Field(
        {},
        description="How a field writes its dates: iso, iso-day, or such as %d/%m/%Y %H:%M. It may "
        "be left out where they can be read in one way alone.",
        examples=[{"starts_on": "%d/%m/%Y"}],
    )
    words: dict[Text, dict[Text, Text]] = Field(
        {},
        description="The meaning of words that are not known, by field and word; ? is not known.",
        examples=[{"state": {"Erledigt": "resolved"}}],
    )
    sheet: Text = Field("", description="The sheet of a workbook with several.")
    options: dict[Text, Text] = Field(
        {},
        description="What the format asks beside the columns; left out, the usual answer.",
        examples=[{"unknown_places": "create", "absent": "leave", "left_on": "2026-03-31"}],
    )


def mapping_sent(sent: Mapping[str, Any], profile: str, source: str) -> ReadMapping:
    """Return what reads the mapping for a file: as sent, as that of another source, or as known.

    ProblemError says which value of the request is at fault.
    """
    said, lender = _said(sent.get("mapping", "")), str(sent.get("mapping_of", ""))
    if said is not None and lender:
        _fail("mapping_of", "Say either “mapping” or “mapping_of”.")

    def read(path: Path) -> KnownMapping:
        form = file_profile_of(profile)
        if not isinstance(form, MappedProfile):
            if said is not None or lender:
                _fail("mapping", f"The columns of {profile} are known: there is nothing to map.")
            return KnownMapping(None)
        if said is None and not lender:
            return known_mapping(profile, source, path)
        mapping = _lent(profile, lender) if said is None else None
        sample = _sample(form, path, mapping.sheet if mapping else said.sheet if said else "")
        if mapping is None and said is not None:
            mapping = _filled(form, said, sample)
        return KnownMapping(_checked(form, mapping or ColumnMapping({}), sample))

    return read


def mapping_of_batch(batch: ImportBatch, said: SaidMapping) -> ColumnMapping:
    """Return what was said of the columns of a batch's file; ProblemError where it does not fit.

    Refused where the columns are known, or it is too late to say what they hold.
    """
    form = mapped_profile_of(batch)
    first = _sample(form, Path(default_storage.path(batch.stored_file)), said.sheet)
    sample = with_found_words(batch, first)
    return _checked(form, _filled(form, said, sample), sample)


def mapped_profile_of(batch: ImportBatch) -> MappedProfile:
    """Return what a batch's columns can be said by.

    Refused where the columns are known, or it is too late to say what they hold.
    """
    form = profile_of(batch.profile)
    if not isinstance(form, MappedProfile):
        raise Refused(f"The columns of {batch.profile} are known: there is nothing to map.")
    if not can_map(batch) or not batch.stored_file:
        raise Refused(f"{batch} is {batch.get_state_display().lower()}: its columns are mapped.")
    return form


def _said(text: str) -> SaidMapping | None:
    if not text:
        return None
    if len(text) > _LONGEST:
        _fail("mapping", f"expected at most {_LONGEST:,} characters")
    if "\0" in text or "\\u0000" in text:
        _fail("mapping", "expected no zero characters, which no table holds")
    try:
        return SaidMapping.model_validate_json(text)
    except ValidationError as problem:
        faults = tuple(
            Fault(str(each["msg"]), pointer=pointer_to("mapping", *map(str, each["loc"])))
            for each in problem.errors()
        )
        raise ProblemError(INVALID, faults=faults) from problem


def _sample(profile: MappedProfile, path: Path, sheet: str) -> Sample:
    try:
        sample = sample_of(path, sheet)
        check_needed(sample.header, profile.needed)
    except UnreadableFile as problem:
        _fail("file", str(problem))
    return sample


def _lent(profile: str, source: str) -> ColumnMapping:
    known = remembered_mapping(profile, source)
    if known is None:
        _fail("mapping_of", f"No table of the source “{source}” has been mapped yet.")
    return ColumnMapping.restored(known.mapping)


def _filled(profile: MappedProfile, said: SaidMapping, sample: Sample) -> ColumnMapping:
    usual = {option.name: option.usual for option in profile.options}
    forms = {**proposed_forms(profile, said.columns, sample), **said.dates}
    options = {**usual, **said.options}
    mapping = ColumnMapping(said.columns, forms, said.words, said.sheet, options)
    return filled(profile, mapping, sample)


def _checked(profile: MappedProfile, mapping: ColumnMapping, sample: Sample) -> ColumnMapping:
    if strange := unknown_names(profile, mapping):
        faults = tuple(
            Fault(told, pointer=pointer_to("mapping", *place)) for place, told in strange
        )
        raise ProblemError(INVALID, faults=faults)
    missing = unfit_columns(mapping, sample.header)
    if missing:
        found = ", ".join(sample.header)[:500]
        faults = tuple(
            Fault(
                f"The file has no column “{column}”; it has {found}.",
                pointer=pointer_to("mapping", "columns", name),
            )
            for name, column in mapping.columns.items()
            if column in missing
        )
        raise ProblemError(INVALID, faults=faults)
    try:
        check_mapping(profile, mapping, sample)
    except Invalid as invalid:
        raise ProblemError(INVALID, faults=faults_in(profile, invalid)) from invalid
    return mapping


def faults_in(profile: MappedProfile, invalid: Invalid) -> tuple[Fault, ...]:
    """Return what is wrong with a mapping, or missing in it, each with its place."""
    return tuple(
        Fault(text, pointer=pointer_to("mapping", _part(profile, name), name))
        for name, texts in invalid.errors.items()
        for text in texts
    )


def _part(profile: MappedProfile, name: str) -> str:
    """Return which part of a mapping an error is about: a column unless it is no field."""
    return "columns" if name in {each.name for each in profile.fields} else "options"


def _fail(name: str, text: str) -> NoReturn:
    raise ProblemError(INVALID, faults=(Fault(text, pointer=f"/{name}"),))
