"""The operations on comments and files that stand on any record."""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.problems import (
    FORBIDDEN,
    INVALID,
    REFUSED,
    Fault,
    ProblemError,
    etag_of,
    faults_of,
)
from quarterdeck.config.api.records import IF_MATCH, match, only
from quarterdeck.config.api.schemas import Given
from quarterdeck.config.api.uploads import ask_form
from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import Record, all_records
from quarterdeck.office import rules
from quarterdeck.office.models import Attachment, Comment
from quarterdeck.office.verbs.remarks import (
    attach_file,
    remove_attachment,
    remove_comment,
    write_comment,
)
from quarterdeck.office.web.remarks import download
from quarterdeck.ui.details import find_visible

R = TypeVar("R", Comment, Attachment)
router = Router(tags=["Comments and files"])
_MOST, _LONGEST_RECORD, _LONGEST_COMMENT = 500, 80, 20_000
_MOST_DIGITS = 18
_KEY = Path(..., description="The key of the comment or file.")
_SEEN = {"parameters": [IF_MATCH]}
_REMOVING = errors(400, 401, 403, 404, 409, 412, 422, 428)
_NOUN = "Of which noun the record is, as in the addresses of its operations."


class Place(Schema):
    """A record, by its noun and its key."""

    record: Text = Field(max_length=_LONGEST_RECORD, description=_NOUN, examples=["core.team"])
    row: Key = Field(description="Its key.", examples=[17])


class CommentGiven(Given):
    """What is to be said about a record."""

    record: Text = Field(max_length=_LONGEST_RECORD, description=_NOUN, examples=["core.team"])
    row: Key = Field(description="Its key.", examples=[17])
    text: Text = Field(max_length=_LONGEST_COMMENT, description="The comment, in Markdown.")


class RemarkTold(Schema):
    """What a comment and a file have in common."""

    id: int = Field(description="Its key.")
    record: str = Field(description="Of which noun the record is.")
    row: int = Field(description="The key of the record.")
    by: str = Field(description="Who added it.")
    at: datetime = Field(description="When it was added.")


class CommentTold(RemarkTold):
    """What somebody has to say about a record."""

    text: str = Field(description="What it says, in Markdown.")


class AttachedFile(RemarkTold):
    """A file on a record."""

    name: str = Field(description="How it is called.", examples=["offer.pdf"])
    size: int = Field(description="How large it is, in bytes.")
    digest: str = Field(description="The SHA-256 of its bytes.")


class CommentsTold(Schema):
    """The comments on a record."""

    items: list[CommentTold] = Field(description="The newest first, at most 500.")


class AttachedFiles(Schema):
    """The files on a record."""

    items: list[AttachedFile] = Field(description="In the order of their adding, at most 500.")


def _known(key: str) -> Record | None:
    return next((each for each in all_records() if each.key == key), None)


def _named(key: str, *, pointer: str = "", parameter: str = "") -> Record:
    """Return the record of a noun; ProblemError names where an unknown one stands."""
    found = _known(key)
    if found is None:
        fault = Fault("There is no such noun.", pointer=pointer, parameter=parameter)
        raise ProblemError(INVALID, faults=(fault,))
    return found


def _read(request: HttpRequest, place: Place) -> Any:
    """Return the row whose remarks are asked for, where the reader may see both; else 404."""
    only(request, Place)
    user = account_of(request)
    row = find_visible(_named(place.record, parameter="record"), place.row, user)
    if not rules.may_read_remarks(user):
        raise Http404
    return row


def _written(record: Record, key: int, user: Account) -> Any:
    """Return the row that is to be remarked on; ProblemError where the account adds nothing."""
    row = find_visible(record, key, user)
    if not rules.may_remark(user):
        raise ProblemError(FORBIDDEN, "You may read this and add nothing to it.")
    return row


def _removable(request: HttpRequest, rows: QuerySet[R], key: int) -> R:
    """Return what the reader may see and take away, with what it is about, in the version seen."""
    user = account_of(request)
    remark = rows.select_related("by__person").filter(pk=key).first()
    record = None if remark is None else _known(remark.record)
    if remark is None or record is None or not rules.may_read_remarks(user):
        raise Http404
    find_visible(record, remark.row, user)
    if not rules.may_remove_remark(user, remark):
        raise ProblemError(FORBIDDEN, "This is not yours to remove.")
    match(request, remark)
    return remark


def _told(remark: Comment | Attachment, *names: str) -> dict[str, Any]:
    known = {name: getattr(remark, name) for name in ("record", "row", "at", *names)}
    return {"id": remark.pk, **known, "by": str(remark.by)}


def _comment(row: Comment) -> dict[str, Any]:
    return _told(row, "text")


def _file(row: Attachment) -> dict[str, Any]:
    return _told(row, "name", "size", "digest")


@router.get(
    "/comments",
    response={200: CommentsTold, **errors(400, 401, 404, 422)},
    operation_id="comments_list",
    url_name="comments",
    summary="Read the comments on a record",
)
def list_comments(
    request: HttpRequest,
    place: Place = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return what was said about a record that you may see; requesters read no comments."""
    rows = Comment.objects.about(_read(request, place)).select_related("by__person")
    return json_answer({"items": [_comment(row) for row in rows.order_by("-at", "-pk")[:_MOST]]})


@router.post(
    "/comments",
    response={201: CommentTold, **errors(400, 401, 403, 404, 409, 413, 415, 422)},
    operation_id="comment_write",
    url_name="comments",
    summary="Comment on a record",
)
def write(request: HttpRequest, given: CommentGiven) -> HttpResponse:
    """Comment on a record; on a ticket an internal note takes the place of a comment."""
    user, record = account_of(request), _named(given.record, pointer="/record")
    row = _written(record, given.row, user)
    if not record.takes_comments:
        raise ProblemError(REFUSED, f"{record.title} take no comments.")
    made = write_comment(row=row, text=given.text, actor=user, at=clock.now())
    return json_answer(_comment(made), status=CREATED, headers={"ETag": etag_of(made)})


@router.post(
    "/comments/{key}/remove",
    response={200: CommentTold, **_REMOVING},
    operation_id="comment_remove",
    url_name="comment.remove",
    summary="Take a comment away",
    openapi_extra=_SEEN,
)
def remove_one(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Take a comment of one's own away; the answer tells it as it stood."""
    comment = _removable(request, Comment.objects.all(), key)
    told = json_answer(_comment(comment))
    remove_comment(comment=comment, actor=account_of(request), at=clock.now())
    return told


@router.get(
    "/files",
    response={200: AttachedFiles, **errors(400, 401, 404, 422)},
    operation_id="files_list",
    url_name="files",
    summary="List the files on a record",
)
def list_files(
    request: HttpRequest,
    place: Place = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return the files on a record that you may see; requesters read none."""
    rows = Attachment.objects.about(_read(request, place)).select_related("by__person")
    return json_answer({"items": [_file(row) for row in rows.order_by("at", "pk")[:_MOST]]})


_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["record", "row", "file"],
                    "properties": {
                        "record": {
                            "type": "string",
                            "maxLength": _LONGEST_RECORD,
                            "description": _NOUN,
                        },
                        "row": {"type": "integer", "minimum": 1, "description": "Its key."},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}


@router.post(
    "/files",
    response={201: AttachedFile, **errors(400, 401, 403, 404, 409, 413, 415, 422)},
    operation_id="file_attach",
    url_name="files",
    summary="Add a file to a record",
    openapi_extra=_UPLOAD,
)
def attach(request: HttpRequest) -> HttpResponse:
    """Add a file of at most 25 MB to a record that you may see."""
    user = account_of(request)
    ask_form(request, _UPLOAD, "A file comes")
    key, sent = request.POST.get("row", ""), request.FILES.get("file")
    faults = {}
    if not (key.isascii() and key.isdigit() and len(key) <= _MOST_DIGITS):
        faults["row"] = ["Expected the key of a record."]
    if sent is None or not sent.name:
        faults["file"] = ["Please add a file."]
    if faults or sent is None:
        raise ProblemError(INVALID, faults=faults_of(faults))
    record = _named(request.POST.get("record", ""), pointer="/record")
    row = _written(record, int(key), user)
    made = attach_file(row=row, name=sent.name or "", content=sent, actor=user, at=clock.now())
    return json_answer(_file(made), status=CREATED, headers={"ETag": etag_of(made)})


@router.get(
    "/files/{key}/content",
    response={**errors(401, 404, 422)},
    operation_id="file_content",
    url_name="file.content",
    summary="Get a file",
    openapi_extra={
        "responses": {
            200: {
                "description": "Its bytes.",
                "content": {"application/octet-stream": {"schema": {"type": "string"}}},
            }
        }
    },
)
def content(request: HttpRequest, key: Key = _KEY) -> FileResponse:
    """Return the bytes of a file, as a download."""
    return download(request, key)


@router.post(
    "/files/{key}/remove",
    response={200: AttachedFile, **_REMOVING},
    operation_id="file_remove",
    url_name="file.remove",
    summary="Take a file away",
    openapi_extra=_SEEN,
)
def remove_file(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Take a file of one's own away; the answer tells it as it stood."""
    attachment = _removable(request, Attachment.objects.all(), key)
    told = json_answer(_file(attachment))
    remove_attachment(attachment=attachment, actor=account_of(request), at=clock.now())
    return told
