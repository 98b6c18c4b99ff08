"""The operations on job descriptions: a document comes in, its draft is reviewed and approved."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.drafted_records import DRAFTED, RecordGiven, filled, keeper_of
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.problems import (
    FORBIDDEN,
    INVALID,
    Fault,
    ProblemError,
    faults_of,
)
from quarterdeck.config.api.records import IF_MATCH, door_to, match
from quarterdeck.config.api.schemas import Given
from quarterdeck.config.api.uploads import ask_form
from quarterdeck.core import clock
from quarterdeck.core.permission import account_of
from quarterdeck.people.gateways.documents import UnreadableDocument
from quarterdeck.people.models import JobDraft
from quarterdeck.people.queries.differences import Change
from quarterdeck.people.queries.review import review_of
from quarterdeck.people.records import (
    class_versions,
    drafts,
    success_measures,
)
from quarterdeck.people.rules import may_keep_job_classes
from quarterdeck.people.verbs.approval import Placing, approve_draft
from quarterdeck.people.verbs.classes import (
    link_success_measure,
    mark_not_computable,
    note_class_review,
)
from quarterdeck.people.verbs.drafts import discard_draft
from quarterdeck.people.verbs.review import accept_confident, add_drafted_record
from quarterdeck.people.vocabulary import RecordConfidence, RecordKind
from quarterdeck.people.web.forms import ImportForm
from quarterdeck.people.web.intake import begin_upload, part_upload

router = Router(tags=["Job descriptions"])
_DRAFTS, _VERSIONS, _MEASURES = (
    door_to(drafts),
    door_to(class_versions),
    door_to(success_measures),
)
_DRAFT_KEY = Path(..., description="The number of the draft.", example=17)
_ROW_KEY = Path(..., description="The key of the record.", example=17)
_KINDS = tuple(kind.value for kind in RecordKind)
_CONFIDENCES = {level.name.lower(): level for level in RecordConfidence}
_ACT = errors(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)
_SEEN = {"parameters": [IF_MATCH]}


class MissedRecord(RecordGiven):
    """What the reading missed, perhaps with its place in the source."""

    kind: Literal[_KINDS] = Field(description="What kind of record it is.", examples=["duty"])  # type: ignore[valid-type]  # the words of the column
    text: Text = Field(min_length=1, max_length=100_000, description="What it says.")
    start: int | None = Field(None, ge=0, le=2**31 - 1, description="Where the source says it.")
    end: int | None = Field(None, ge=0, le=2**31 - 1, description="Where that ends.")


class Accepting(Given):
    """How surely a record must have been read to be accepted unseen."""

    at_least: Literal[tuple(_CONFIDENCES)] = Field(  # type: ignore[valid-type]  # the words of the column
        description="low accepts everything that needs no confirmation.", examples=["high"]
    )


class Accepted(Schema):
    """How many records were accepted."""

    accepted: int = Field(description="How many records were accepted.", examples=[12])


class Approval(Given):
    """Where a new class belongs, and from when the version holds."""

    effective_on: date = Field(description="The first day on which it holds.")
    change_note: Text = Field("", max_length=500, description="A line for the class's history.")
    family: Text = Field("", max_length=200, description="The job family of a new class.")
    title: Text = Field("", max_length=200, description="The title of a new class.")
    code: Text = Field("", max_length=64, description="The code of a new class.")
    series_order: int = Field(1, ge=1, le=999, description="Its place in the family, from 1.")


class Reworded(Schema):
    """A record that says otherwise what an earlier version said."""

    record: int = Field(description="The number of the drafted record.", examples=[17])
    before: str = Field(description="What the version says.")


class Gone(Schema):
    """What the version says and the draft does not."""

    kind: str = Field(description="What kind of record it is.", examples=["duty"])
    text: str = Field(description="What it says.")


class Difference(Schema):
    """A draft against the version of its class that stands."""

    version: int | None = Field(description="The number of that version; null for a new class.")
    summary: str = Field(description="The line that the class's history is offered.")
    new: list[int] = Field(description="The numbers of drafted records that are new.")
    reworded: list[Reworded] = Field(description="Records that say it otherwise.")
    gone: list[Gone] = Field(description="What is there no more.")


class Drafts(Schema):
    """The drafts that one became."""

    items: list[_DRAFTS.schemas.row] = Field(description="In the order of the page.")  # type: ignore[name-defined]  # made from the record


class Computing(Given):
    """What computes a measure of success, or why nothing does yet: one of the two."""

    measure: Text = Field("", max_length=200, description="The key of a measure of ours.")
    reason: Text = Field("", max_length=500, description="What is missing.")


_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "Text, Markdown, HTML, DOCX, ODT, RTF or PDF.",
                        },
                        "job_class": {
                            "type": "integer",
                            "minimum": 1,
                            "maximum": 10**18 - 1,
                            "description": "The class whose next version it describes.",
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    f"{drafts.path}import",
    response={201: _DRAFTS.schemas.row, **errors(400, 401, 403, 409, 413, 415, 422)},
    operation_id="job_description_import",
    url_name="people.draft.import",
    summary="Import a job description",
    openapi_extra=_UPLOAD,
)
def import_document(request: HttpRequest) -> HttpResponse:
    """Read a document into a draft; for a class that is there, as its next version."""
    account = account_of(request)
    if not may_keep_job_classes(account):
        raise ProblemError(FORBIDDEN, "You may not keep job classes.")
    ask_form(request, _UPLOAD, "A document comes")
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        told = {name: list(map(str, texts)) for name, texts in form.errors.items()}
        raise ProblemError(INVALID, faults=faults_of(told))
    try:
        draft = begin_upload(form.cleaned_data["file"], form.cleaned_data["job_class"], account)
    except UnreadableDocument as problem:
        raise ProblemError(INVALID, faults=(Fault(str(problem), pointer="/file"),)) from problem
    response = _DRAFTS.tell(draft, CREATED)
    response.headers["Location"] = f"/api/v1/{drafts.path}{draft.pk}"
    return response


@router.get(
    f"{drafts.path}{{key}}/difference",
    response={200: Difference, **errors(401, 404, 422)},
    operation_id="job_draft_difference",
    url_name="people.draft.difference",
    summary="Read what a draft changes",
)
def difference(request: HttpRequest, key: Key = _DRAFT_KEY) -> HttpResponse:
    """Return what is new, reworded and gone against the version that stands."""
    review = review_of(_DRAFTS.find(request, key))
    found = review.difference
    told: dict[str, Any] = {"version": None, "summary": "", "new": [], "reworded": [], "gone": []}
    if found is not None:
        standings = found.standings.items()
        told = {
            "version": found.version.number,
            "summary": found.summary(review.records),
            "new": [record for record, each in standings if each.change is Change.NEW],
            "reworded": [
                {"record": record, "before": each.before.text}
                for record, each in standings
                if each.change is Change.REWORDED and each.before
            ],
            "gone": [{"kind": each.kind, "text": each.text} for each in found.gone],
        }
    return json_answer(told)


@router.post(
    f"{drafts.path}{{key}}/records",
    response={201: DRAFTED.schemas.row, **_ACT},
    operation_id="job_draft_add",
    url_name="people.draft.add",
    summary="Add a record to a draft",
)
def add(request: HttpRequest, given: MissedRecord, key: Key = _DRAFT_KEY) -> HttpResponse:
    """Add what the reading missed; the place is what the source says from `start` to `end`."""
    draft: JobDraft = _DRAFTS.find(request, key)
    account = keeper_of(request)
    form = filled(draft, given.kind, {"text": given.text}, given)
    has_place = given.start is not None and given.end is not None
    record = add_drafted_record(
        draft=draft,
        kind=RecordKind(given.kind),
        text=form.cleaned_data["text"],
        payload=form.payload,
        parent=form.parent,
        span=(given.start, given.end) if has_place else None,  # type: ignore[arg-type]  # both are there
        actor=account,
        at=clock.now(),
    )
    return DRAFTED.tell(record, CREATED)


@router.post(
    f"{drafts.path}{{key}}/accept",
    response={200: Accepted, **_ACT},
    operation_id="job_draft_accept",
    url_name="people.draft.accept",
    summary="Accept all that was read surely",
)
def accept(request: HttpRequest, given: Accepting, key: Key = _DRAFT_KEY) -> HttpResponse:
    """Accept all records read at least so surely; what needs confirmation is left."""
    draft = _DRAFTS.find(request, key)
    account = keeper_of(request)
    amount = accept_confident(
        draft=draft, at_least=_CONFIDENCES[given.at_least], actor=account, at=clock.now()
    )
    return json_answer({"accepted": amount})


@router.post(
    f"{drafts.path}{{key}}/approve",
    response={201: _VERSIONS.schemas.row, **_ACT},
    operation_id="job_draft_approve",
    url_name="people.draft.approve",
    summary="Approve a draft",
    openapi_extra=_SEEN,
)
def approve(request: HttpRequest, given: Approval, key: Key = _DRAFT_KEY) -> HttpResponse:
    """Make a draft the next version of its class, or the first one of a new class."""
    draft = _DRAFTS.find(request, key)
    account = keeper_of(request)
    match(request, draft)
    made = approve_draft(
        draft=draft,
        version=draft.version,
        placing=Placing(given.family, given.title, given.code, given.series_order),
        effective_on=given.effective_on,
        change_note=given.change_note,
        actor=account,
        at=clock.now(),
    )
    return _VERSIONS.tell(made, CREATED)


@router.post(
    f"{drafts.path}{{key}}/discard",
    response={200: _DRAFTS.schemas.row, **_ACT},
    operation_id="job_draft_discard",
    url_name="people.draft.discard",
    summary="Put a draft aside",
    openapi_extra=_SEEN,
)
def discard(request: HttpRequest, key: Key = _DRAFT_KEY) -> HttpResponse:
    """Put a draft aside; what was read and decided stays."""
    draft = _DRAFTS.find(request, key)
    account = keeper_of(request)
    match(request, draft)
    row = discard_draft(draft=draft, version=draft.version, actor=account, at=clock.now())
    return _DRAFTS.tell(row)


@router.post(
    f"{drafts.path}{{key}}/part",
    response={201: Drafts, **_ACT},
    operation_id="job_draft_part",
    url_name="people.draft.part",
    summary="Take the jobs of a draft apart",
    openapi_extra=_SEEN,
)
def part(request: HttpRequest, key: Key = _DRAFT_KEY) -> HttpResponse:
    """Begin a draft for each job of a page that describes several; the one of all is put aside."""
    draft = _DRAFTS.find(request, key)
    account = keeper_of(request)
    match(request, draft)
    made = part_upload(draft, draft.version, account)
    return json_answer({"items": _DRAFTS.way.told(made)}, status=CREATED)


@router.post(
    f"{success_measures.path}{{key}}/link",
    response={200: _MEASURES.schemas.row, **_ACT},
    operation_id="success_measure_link",
    url_name="people.success.link",
    summary="Say what computes a measure of success",
    openapi_extra=_SEEN,
)
def link(
    request: HttpRequest,
    given: Computing,
    key: Key = _ROW_KEY,
) -> HttpResponse:
    """Link a measure of success to a measure of ours, or say what is missing."""
    success = _MEASURES.find(request, key)
    words: dict[str, Any] = {"actor": keeper_of(request), "at": clock.now()}
    match(request, success)
    words |= {"success": success, "version": success.version}
    if given.measure:
        return _MEASURES.tell(link_success_measure(measure=given.measure, **words))
    return _MEASURES.tell(mark_not_computable(reason=given.reason, **words))


@router.post(
    f"{class_versions.path}{{key}}/review",
    response={200: _VERSIONS.schemas.row, **_ACT},
    operation_id="class_version_review",
    url_name="people.version.review",
    summary="Note that a version was read again",
    openapi_extra=_SEEN,
)
def note_review(
    request: HttpRequest,
    key: Key = _ROW_KEY,
) -> HttpResponse:
    """Note that somebody has read a version again and found it right."""
    version = _VERSIONS.find(request, key)
    account = keeper_of(request)
    match(request, version)
    row = note_class_review(
        class_version=version, version=version.version, actor=account, at=clock.now()
    )
    return _VERSIONS.tell(row)
