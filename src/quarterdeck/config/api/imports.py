"""The operations on imports: a file comes in, is examined by a worker, and is decided upon."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import ACCEPTED, errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.import_mapping import SaidMapping, mapping_of_batch, mapping_sent
from quarterdeck.config.api.import_questions import (
    QuestionsAsked,
    QuestionsTold,
    questions_of,
)
from quarterdeck.config.api.problems import (
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    ProblemError,
    faults_of,
)
from quarterdeck.config.api.records import only
from quarterdeck.config.api.schemas import MOST_ROWS, Given
from quarterdeck.config.api.uploads import ask_form
from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.profiles import file_profiles
from quarterdeck.kernels.zones import zone_named
from quarterdeck.office.gateways.recoding import ENCODINGS
from quarterdeck.office.models import ImportBatch, ImportFinding, ImportProgress
from quarterdeck.office.rules import may_import, may_import_something
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.imports import approve_import
from quarterdeck.office.verbs.mappings import map_import
from quarterdeck.office.vocabulary import Accept, BatchState, FindingKind
from quarterdeck.office.web.forms import ImportForm
from quarterdeck.office.web.imports import begin_upload

router = Router(tags=["Imports"])
_PAGE = 100
_STATES = tuple(state.value for state in BatchState)
_KINDS = tuple(kind.value for kind in FindingKind)
_BATCH_KEY = Path(..., description="The number of the batch.", example=17)


class Progress(Schema):
    """How far a worker has come."""

    lines_staged: int = Field(description="Lines of the file that have been read.")
    records_staged: int = Field(description="Records among them.")
    records_done: int = Field(description="Records that the present pass has worked on.")


class Batch(Schema):
    """One file taken in through one profile; its rows count only while it is applied."""

    id: int = Field(description="The number of the batch.", examples=[17])
    state: Literal[_STATES] = Field(description="How far it has come.")  # type: ignore[valid-type]  # the words of the column
    profile: str = Field(description="The format by which it is read.")
    source: str = Field(description="The system that the file comes from.")
    file_name: str = Field(description="The name of the file.")
    zone: str = Field(description="The zone of times that name none.")
    accept: str = Field(description="How much of a file with errors comes in: all or valid.")
    begun_at: datetime = Field(description="When the file came in.")
    applied_at: datetime | None = Field(description="When its rows began to count.")
    withdrawn_at: datetime | None = Field(description="When it was taken back.")
    created: int = Field(description="How many records are new.")
    updated: int = Field(description="How many records differ from what stands.")
    unchanged: int = Field(description="How many records say nothing new.")
    rejected: int = Field(description="How many records have errors.")
    failure: str = Field(description="Why nothing comes in; empty where something may.")
    progress: Progress | None = Field(description="How far the work has come.")


class Finding(Schema):
    """One thing that an import found: an error with its place, or a difference."""

    kind: Literal[_KINDS] = Field(description="What kind of finding it is.")  # type: ignore[valid-type]  # the words of the column
    line: int | None = Field(description="The line of the file.", examples=[3])
    record: str = Field(description="The record that the line speaks of.")
    column: str = Field(description="The column of the file.")
    found: str = Field(description="What stands there.")
    expected: str = Field(description="What was expected there.")


class Findings(Schema):
    """One page of what an import found, in the order of its finding."""

    items: list[Finding] = Field(description="The findings.")
    next: str | None = Field(description="`after` of the next page; null at the end.")


class FindingsAsked(Schema):
    """Which part of the findings is asked for."""

    after: int = Field(0, ge=0, le=2**63 - 1, description="The cursor of the page before.")
    limit: int = Field(_PAGE, ge=1, le=MOST_ROWS, description="How many findings at most.")


class Decision(Given):
    """How much of an examined batch comes in."""

    accept: Literal["all", "valid"] = Field(
        description="all: every record, where none has errors; valid: the records without errors.",
        examples=["all"],
    )


class MappingGiven(Given):
    """What the columns of a table hold, that waits to be told or was examined."""

    mapping: SaidMapping = Field(description="What each field is read from.")
    zone: Text = Field(
        "", max_length=64, description="Of times that name none; empty: as it stands."
    )


def _upload_body() -> dict[str, Any]:
    """Describe the form by which a file comes in; Django's own form reads it."""
    text = {"type": "string", "maxLength": 64}
    profiles = sorted(profile.key for profile in file_profiles())
    properties = {
        "file": {"type": "string", "format": "binary", "description": "Plain or gzip."},
        "profile": {"type": "string", "enum": profiles, "description": "The format."},
        "source": {
            **text,
            "pattern": "^[-a-zA-Z0-9_]*$",
            "description": "The system that it comes from; empty for the profile's own.",
        },
        "zone": {**text, "description": "For times that name none; empty for ours."},
        "encoding": {
            **text,
            "enum": ["", *ENCODINGS],
            "description": "How the letters of plain text are written; empty for UTF-8.",
        },
        "mapping": {
            **SaidMapping.model_json_schema(),
            "description": "What the columns of a table hold, as JSON; for a format of any columns."
            "",
        },
        "mapping_of": {
            **text,
            "description": "The source whose last table was mapped as this one is to be.",
        },
    }
    schema = {"type": "object", "required": ["file", "profile"], "properties": properties}
    return {
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    }


@router.post(
    "",
    response={202: Batch, **errors(400, 401, 403, 409, 413, 415, 422)},
    operation_id="imports_begin",
    url_name="imports",
    summary="Import a file",
    openapi_extra=_upload_body(),
)
def begin(request: HttpRequest) -> HttpResponse:
    """Take a file; a worker reads it and compares it with what stands, and applies nothing yet.

    Of a table of any columns say with “mapping” what they hold; without it the mapping of the
    source's last table holds, where it fits, else the batch waits in the state “mapping”: read at
    its “mapping” what is asked, and answer there. Columns that the file does not have are named in
    the answer, and nothing is kept.
    """
    account = _importer(request)
    ask_form(request, _upload_body(), "A file comes")
    form = ImportForm(request.POST, request.FILES, user=account)
    if not form.is_valid():
        errors_told = {name: list(map(str, texts)) for name, texts in form.errors.items()}
        raise ProblemError(INVALID, faults=faults_of(errors_told))
    given = form.cleaned_data
    reading = mapping_sent(request.POST, given["profile"], given["source"])
    return _told(begin_upload(given, account, reading), status=ACCEPTED)


@router.get(
    "/{key}",
    response={200: Batch, **errors(401, 404, 422)},
    operation_id="imports_read",
    url_name="import",
    summary="Read how far an import has come",
)
def show(request: HttpRequest, key: Key = _BATCH_KEY) -> HttpResponse:
    """Return one batch; `examined` waits for your decision."""
    return _told(_batch(request, key))


@router.get(
    "/{key}/findings",
    response={200: Findings, **errors(401, 404, 422)},
    operation_id="imports_findings",
    url_name="import.findings",
    summary="Read what an import found",
)
def findings(
    request: HttpRequest,
    *,
    key: Key = _BATCH_KEY,
    asked: FindingsAsked = Query(...),  # noqa: B008 — ninja's way to say where it stands
) -> HttpResponse:
    """Return errors and differences by line and column, and what was expected."""
    only(request, FindingsAsked)
    rows = _batch(request, key).findings.filter(pk__gt=asked.after).order_by("pk")
    found = list(rows[: asked.limit + 1])
    page = found[: asked.limit]
    following = str(page[-1].pk) if len(found) > asked.limit else None
    return json_answer({"items": [_finding(each) for each in page], "next": following})


@router.get(
    "/{key}/mapping",
    response={200: QuestionsTold, **errors(401, 403, 404, 409, 422)},
    operation_id="imports_questions",
    url_name="import.mapping",
    summary="Read what is asked about the columns of a table",
)
def ask_of_columns(
    request: HttpRequest,
    *,
    key: Key = _BATCH_KEY,
    asked: QuestionsAsked = Query(...),  # noqa: B008 — ninja's way to say where it stands
) -> HttpResponse:
    """Return what the columns of a waiting batch seem to hold, and what nobody has said yet.

    Add to its “mapping” what its questions ask for, and send that back.
    """
    only(request, QuestionsAsked)
    account, batch = _importer(request), _batch(request, key)
    if not may_import(account, batch.profile):
        raise ProblemError(FORBIDDEN, "You may not import such files.")
    return json_answer(questions_of(batch, asked.sheet))


@router.post(
    "/{key}/mapping",
    response={202: Batch, **errors(400, 401, 403, 404, 409, 413, 415, 422)},
    operation_id="imports_map",
    url_name="import.mapping",
    summary="Say what the columns of a table hold",
)
def map_columns(request: HttpRequest, given: MappingGiven, key: Key = _BATCH_KEY) -> HttpResponse:
    """Say what the columns of a waiting batch hold, or say it anew of one that was examined.

    A worker then reads the file; what is said is remembered for the source's next one.
    """
    account, batch = _importer(request), _batch(request, key)
    _check_zone(given.zone)
    mapping = mapping_of_batch(batch, given.mapping)
    zone, at = given.zone or batch.zone, clock.now()
    map_import(batch=batch, mapping=mapping, zone=zone, actor=account, at=at)
    return _told(_batch(request, key), status=ACCEPTED)


@router.post(
    "/{key}/decision",
    response={202: Batch, **errors(400, 401, 403, 404, 409, 413, 415, 422)},
    operation_id="imports_decide",
    url_name="import.decision",
    summary="Let an examined import in",
)
def decide(request: HttpRequest, decision: Decision, key: Key = _BATCH_KEY) -> HttpResponse:
    """Let an examined batch in, whole or as far as it is valid; a worker applies it."""
    account, batch = _importer(request), _batch(request, key)
    accept = Accept(decision.accept)
    approve_import(batch=batch, accept=accept, actor=account, at=clock.now())
    return _told(_batch(request, key), status=ACCEPTED)


@router.post(
    "/{key}/withdraw",
    response={200: Batch, **errors(401, 403, 404, 409, 422)},
    operation_id="imports_withdraw",
    url_name="import.withdraw",
    summary="Take an import back",
)
def withdraw(request: HttpRequest, key: Key = _BATCH_KEY) -> HttpResponse:
    """Take an applied batch back, or discard one that is not applied yet."""
    account, batch = _importer(request), _batch(request, key)
    return _told(withdraw_import(batch=batch, actor=account, at=clock.now()))


def _check_zone(name: str) -> None:
    try:
        zone_named(name or "UTC")
    except ValueError as problem:
        told = f"There is no time zone “{name}”; expected such as Europe/Berlin."
        raise Invalid({"zone": [told]}) from problem


def _importer(request: HttpRequest) -> Account:
    account = account_of(request)
    if not may_import_something(account):
        raise ProblemError(FORBIDDEN, "You may not import files.")
    return account


def _batch(request: HttpRequest, key: int) -> ImportBatch:
    batch = ImportBatch.objects.visible_to(account_of(request)).filter(pk=key).first()
    if batch is None:
        raise ProblemError(NOT_FOUND)
    return batch


def _told(batch: ImportBatch, *, status: int = 200) -> HttpResponse:
    names = [name for name in Batch.model_fields if name != "progress"]
    told: dict[str, Any] = {name: getattr(batch, name) for name in names}
    progress = ImportProgress.objects.filter(batch=batch)
    told["progress"] = progress.values(*Progress.model_fields).first()
    location = {"Location": f"/api/v1/imports/{batch.pk}"} if status == ACCEPTED else {}
    return json_answer(told, status=status, headers=location)


def _finding(finding: ImportFinding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "line": finding.line,
        "record": finding.external_id,
        "column": finding.column,
        "found": finding.found,
        "expected": finding.expected,
    }
