"""What a program is asked about a table that waits: what its columns seem to hold, and what is
still to be said."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from django.core.files.storage import default_storage
from ninja import Schema
from pydantic import Field

from quarterdeck.config.api.fields import Text
from quarterdeck.config.api.import_mapping import SaidMapping, faults_in, mapped_profile_of
from quarterdeck.config.api.problems import INVALID, Fault, ProblemError
from quarterdeck.core.errors import Invalid
from quarterdeck.core.mapping import ColumnMapping, FieldKind, MappedField, Sample
from quarterdeck.core.mapping_checks import check_mapping
from quarterdeck.office.gateways.delimited import UnreadableFile, check_needed
from quarterdeck.office.gateways.tables import sample_of, sheets_in
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.web.known_mappings import with_found_words
from quarterdeck.office.web.mapping import mapping_to_begin_with, sheet_to_begin_with

_KINDS = tuple(kind.value for kind in FieldKind)
_SEVERAL = "The workbook has several sheets: choose the one with the records."


class FieldAsked(Schema):
    """Something that a column may hold."""

    name: str = Field(description="Its name in a mapping.", examples=["occurred"])
    title: str = Field(description="What it is.")
    kind: Literal[_KINDS] = Field(description="What kind of value it is.")  # type: ignore[valid-type]  # the words of the fields
    is_required: bool = Field(description="Whether some column has to hold it.")
    meanings: list[str] = Field(description="Of a field of words: what a word may mean.")


class Question(Schema):
    """Something that has to be said before the file can be read."""

    detail: str = Field(description="What is asked.")
    pointer: str = Field(
        description="What it is about, as a JSON pointer.", examples=["/mapping/columns/opened"]
    )


class QuestionsTold(Schema):
    """How a waiting table would be read, and what is still to be said."""

    sheets: list[str] = Field(description="The sheets of a workbook; none of any other file.")
    header: list[str] = Field(description="The columns of the file.")
    fields: list[FieldAsked] = Field(description="What they may hold.")
    mapping: SaidMapping = Field(
        description="What they seem to hold; send it back with what is missing."
    )
    questions: list[Question] = Field(description="What is to be said; none where all is plain.")


class QuestionsAsked(Schema):
    """Of which sheet."""

    sheet: Text = Field("", max_length=200, description="The sheet of a workbook with several.")


def questions_of(batch: ImportBatch, sheet: str) -> dict[str, Any]:
    """Return what is asked about the file of a batch; Refused where nothing can be said of it."""
    form = mapped_profile_of(batch)
    path = Path(default_storage.path(batch.stored_file))
    try:
        sheets = sheets_in(path)
        if sheet and sheet not in sheets:
            fault = Fault("The file has no such sheet.", parameter="sheet")
            raise ProblemError(INVALID, faults=(fault,))
        chosen = sheet_to_begin_with(batch, sheets, sheet)
        if len(sheets) > 1 and not chosen:
            several = [Fault(_SEVERAL, pointer="/mapping/sheet")]
            return _told(sheets, form.fields, Sample((), ()), ColumnMapping({}), several)
        first = sample_of(path, chosen)
        check_needed(first.header, form.needed)
    except UnreadableFile as problem:
        fault = Fault(str(problem), parameter="key")
        raise ProblemError(INVALID, faults=(fault,)) from problem
    sample = with_found_words(batch, first)
    mapping = mapping_to_begin_with(batch, form, sample, chosen)
    faults: Iterable[Fault] = ()
    try:
        check_mapping(form, mapping, sample)
    except Invalid as invalid:
        faults = faults_in(form, invalid)
    return _told(sheets, form.fields, sample, mapping, faults)


def _told(
    sheets: Iterable[str],
    fields: Iterable[MappedField],
    sample: Sample,
    mapping: ColumnMapping,
    faults: Iterable[Fault],
) -> dict[str, Any]:
    return {
        "sheets": list(sheets),
        "header": list(sample.header),
        "fields": [
            {
                "name": each.name,
                "title": each.title,
                "kind": each.kind,
                "is_required": each.required,
                "meanings": list(each.meanings),
            }
            for each in fields
        ],
        "mapping": {
            "columns": dict(mapping.columns),
            "dates": dict(mapping.forms),
            "words": {name: dict(words) for name, words in mapping.words.items()},
            "sheet": mapping.sheet,
            "options": dict(mapping.options),
        },
        "questions": [{"detail": each.detail, "pointer": each.pointer} for each in faults],
    }
