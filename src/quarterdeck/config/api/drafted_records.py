"""The acts on single records of a draft: accept, confirm, correct, split, merge, drop, restore."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.problems import FORBIDDEN, INVALID, Fault, ProblemError
from quarterdeck.config.api.records import IF_MATCH, Door, door_to, match
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.people.models import DraftedRecord, JobDraft
from quarterdeck.people.queries.fields import fields_of
from quarterdeck.people.records import drafted_records
from quarterdeck.people.rules import may_keep_job_classes
from quarterdeck.people.verbs import review as verbs
from quarterdeck.people.web.forms import FURTHER, RecordForm

router = Router(tags=["Job descriptions"])
DRAFTED: Door = door_to(drafted_records)
_LONGEST, _MOST_PARTS = 100_000, 200
_KEY = Path(..., description="The number of the drafted record.", example=17)
_ACT = errors(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)
_SEEN = {"parameters": [IF_MATCH]}

Part = Annotated[Text, Field(max_length=_LONGEST)]
Further = Part | int | float | bool | list[Part] | None


class RecordGiven(Given):
    """What every writing of a drafted record may name."""

    payload: dict[str, Further] = Field(
        default_factory=dict,
        description="Its further fields, as its kind has them; what is not named stays.",
        examples=[{"modality": "must"}],
    )
    parent: Key | None = Field(None, description="The number of the record that it hangs on.")


class Correction(RecordGiven):
    """What a record should say; what is not named stays."""

    text: Part | None = Field(None, description="What it says.")


class Split(Given):
    """The parts of a record."""

    parts: list[Part] = Field(
        min_length=2, max_length=_MOST_PARTS, description="What each of them says."
    )


class Merging(Given):
    """The record to join it to, as it was seen."""

    into: Key = Field(description="The number of the record that it is joined to.")
    into_version: int = Field(ge=1, le=2**31 - 1, description="The version of that one.")


class Parts(Schema):
    """The records that one became."""

    items: list[DRAFTED.schemas.row] = Field(description="In their order.")  # type: ignore[name-defined]  # made from the record


def keeper_of(request: HttpRequest) -> Account:
    """Return who asks, if they may keep job classes; ProblemError if not."""
    account = account_of(request)
    if not may_keep_job_classes(account):
        raise ProblemError(FORBIDDEN, "You may not keep job classes.")
    return account


def filled(
    draft: JobDraft, kind: str, standing: Mapping[str, Any], given: RecordGiven
) -> RecordForm:
    """Return the form of a kind with what stands and what is given; ProblemError says the faults.

    It is the form of the page, so that both doors let in the same.
    """
    known = {each.name for each in fields_of(kind)}
    strange = tuple(
        Fault("This kind of record has no such field.", pointer=f"/payload/{name}")
        for name in given.payload
        if name not in known
    )
    sent = {**standing}
    for name, value in given.payload.items():
        sent[f"{FURTHER}{name}"] = "; ".join(value) if isinstance(value, list) else value
    if "parent" in given.model_fields_set:
        sent["parent"] = given.parent
    form = RecordForm(sent, kind=kind, draft=draft)
    if strange or not form.is_valid():
        raise ProblemError(INVALID, faults=(*strange, *_faults(form)))
    return form


def _faults(form: RecordForm) -> tuple[Fault, ...]:
    return tuple(
        Fault(str(text), pointer=f"/{name}".replace(f"/{FURTHER}", "/payload/"))
        for name, texts in form.errors.items()
        for text in texts
    )


def _held(request: HttpRequest, key: int) -> tuple[DraftedRecord, dict[str, Any]]:
    """Return a record as it was seen, and what every act on it is called with."""
    record: DraftedRecord = DRAFTED.find(request, key)
    account = keeper_of(request)
    match(request, record)
    words = {"record": record, "version": record.version, "actor": account, "at": clock.now()}
    return record, words


_PLAIN: tuple[tuple[str, Callable[..., DraftedRecord], str], ...] = (
    ("accept", verbs.accept_record, "Accept a record as it was read"),
    ("confirm", verbs.confirm_reading, "Take the reading that is proposed"),
    ("drop", verbs.drop_record, "Leave a record out"),
    ("restore", verbs.restore_record, "Take a decision back"),
)


def _operation(act: Callable[..., DraftedRecord]) -> Callable[..., HttpResponse]:
    def decide(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
        _, words = _held(request, key)
        return DRAFTED.tell(act(**words))

    decide.__doc__ = act.__doc__
    return decide


for _name, _verb, _summary in _PLAIN:
    router.add_api_operation(
        f"/{{key}}/{_name}",
        ["POST"],
        _operation(_verb),
        response={200: DRAFTED.schemas.row, **_ACT},
        operation_id=f"drafted_record_{_name}",
        url_name=f"people.record.{_name}",
        summary=_summary,
        openapi_extra=_SEEN,
    )


@router.post(
    "/{key}/correct",
    response={200: DRAFTED.schemas.row, **_ACT},
    operation_id="drafted_record_correct",
    url_name="people.record.correct",
    summary="Correct a record",
    openapi_extra=_SEEN,
)
def correct(request: HttpRequest, given: Correction, key: Key = _KEY) -> HttpResponse:
    """Set right what a record says, and its further fields; that also confirms it."""
    record, words = _held(request, key)
    standing = RecordForm.initial_of(record)
    if given.text is not None:
        standing["text"] = given.text
    form = filled(record.draft, record.kind, standing, given)
    text = form.cleaned_data["text"]
    row = verbs.correct_record(text=text, payload=form.payload, parent=form.parent, **words)
    return DRAFTED.tell(row)


@router.post(
    "/{key}/split",
    response={200: Parts, **_ACT},
    operation_id="drafted_record_split",
    url_name="people.record.split",
    summary="Split a record",
    openapi_extra=_SEEN,
)
def split(request: HttpRequest, given: Split, key: Key = _KEY) -> HttpResponse:
    """Make several records of one, at its place."""
    _, words = _held(request, key)
    parts = verbs.split_record(parts=given.parts, **words)
    return json_answer({"items": DRAFTED.way.told(parts)})


@router.post(
    "/{key}/merge",
    response={200: DRAFTED.schemas.row, **_ACT},
    operation_id="drafted_record_merge",
    url_name="people.record.merge",
    summary="Join a record to another",
    openapi_extra=_SEEN,
)
def merge(request: HttpRequest, given: Merging, key: Key = _KEY) -> HttpResponse:
    """Join a record to another of its kind; the answer is that other one."""
    _, words = _held(request, key)
    into = DRAFTED.find(request, given.into)
    row = verbs.merge_records(into=into, into_version=given.into_version, **words)
    return DRAFTED.tell(row)
