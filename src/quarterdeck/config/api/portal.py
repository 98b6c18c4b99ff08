"""The operations on requests from the service catalogue, and on the approvals of them."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any, Literal

from django.core.files import File
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Reference, Text
from quarterdeck.config.api.problems import FORBIDDEN, INVALID, ProblemError, faults_of
from quarterdeck.config.api.schemas import Given
from quarterdeck.config.api.uploads import ask_form
from quarterdeck.core import clock
from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.catalogue_requests import items_on_offer, items_on_offer_to
from quarterdeck.desk.rules.own_tickets import may_report_for
from quarterdeck.desk.verbs.catalogue_requests import Wish, request_from_catalogue
from quarterdeck.kernels.questions import Question, QuestionType
from quarterdeck.office.models import ApprovalRequest, Attachment
from quarterdeck.office.rules.approvals import authorities, can_decide, may_withdraw
from quarterdeck.office.verbs.approvals import decide_approval, withdraw_approval
from quarterdeck.office.verbs.remarks import keep_upload
from quarterdeck.services.models import CatalogueItem

router = Router(tags=["Portal"])
# As many digits as a key has at most, and one.
_LONGEST_KEY = 19


class AskedQuestion(Schema):
    """One question of an item, as it is asked today."""

    key: str = Field(description="Under which name it is answered.")
    label: str = Field(description="What is asked.")
    type: str = Field(description="What kind of answer it wants.", examples=["choice"])
    is_required: bool = Field(description="Whether it has to be answered where it is asked.")
    options: list[str] = Field(description="What may be chosen.")
    asked_when: str = Field(description="The question that it depends on; empty: always asked.")
    asked_for: str = Field(description="With which answer to that one it is asked.")
    is_ahead: bool = Field(description="Whether it wants a day that has not passed.")


class OfferedItem(Schema):
    """Something that the account's person may ask for."""

    id: int = Field(description="Its key.")
    title: str = Field(description="What it is.")
    description: str = Field(description="What one gets.")
    service: Reference | None = Field(description="Of which service it is.")
    needs_approval: bool = Field(description="Whether somebody has to approve it first.")
    expected_hours: int | None = Field(description="Business hours until it is usually done.")
    form: int | None = Field(description="The version of its questions; null: it asks nothing.")
    questions: list[AskedQuestion] = Field(description="The questions, in their order.")


class OfferedItems(Schema):
    """The catalogue, as the account's person sees it today."""

    items: list[OfferedItem] = Field(description="By service and title.")


class WishGiven(Given):
    """What is asked for, for whom, with the answers."""

    requester: Key | None = Field(
        None, description="For whom, by their key; null: the account's own person."
    )
    item: Key = Field(description="The key of the item.", examples=[1])
    form: Key | None = Field(None, description="The version of the questions that was read.")
    answers: dict[str, Text | list[Text]] = Field(
        default_factory=dict,
        description="Answers by the keys of questions: days in ISO 8601, people by their keys, "
        "files by the keys that their uploads gave.",
    )
    entry_key: Text = Field("", max_length=64, description="The same twice is one request.")


class RequestMade(Schema):
    """The ticket that a request has become."""

    id: int = Field(description="The key of the ticket.")
    number: str = Field(description="Its number.", examples=["T-000017"])
    state: str = Field(description="How it stands.", examples=["on_hold"])
    pause_reason: str = Field(description="What it waits for.", examples=["approval"])


class FileKept(Schema):
    """A file that was sent ahead."""

    id: int = Field(description="The key by which a request names it.", examples=[17])
    name: str = Field(description="How it is called.", examples=["offer.pdf"])
    size: int = Field(description="How large it is, in bytes.")


class DecisionGiven(Given):
    """Yes or no, for the state of the record that was read."""

    verdict: Literal["approve", "reject"] = Field(description="What is decided.")
    comment: Text = Field("", max_length=4000, description="Needed where it is rejected.")
    digest: Text = Field(max_length=64, description="The digest of the request, as it was read.")


class ReasonGiven(Given):
    """Why."""

    reason: Text = Field("", max_length=500, description="Why it is taken back.")


class ApprovalStanding(Schema):
    """How a request for approval stands."""

    id: int = Field(description="Its key.")
    state: str = Field(description="How it stands.", examples=["approved"])
    step: int = Field(description="The step that is open, or was the last.")
    ended_at: datetime | None = Field(description="When it ended.")


@router.get(
    "/catalogue",
    response={200: OfferedItems, **errors(401)},
    operation_id="catalogue_list",
    url_name="catalogue",
    summary="What may be asked for",
)
def list_catalogue(request: HttpRequest) -> HttpResponse:
    """Return what the account's person may ask for today, with the questions of each item."""
    found = items_on_offer(account_of(request), clock.now())
    return json_answer({"items": [_offered(item) for item in found]})


def _offered(item: CatalogueItem) -> dict[str, Any]:
    form, service = item.form, item.service
    asked = () if form is None else form.asked
    names = (
        *("key", "label", "type", "is_required", "options", "asked_when", "asked_for"),
        "is_ahead",
    )
    return {
        "id": item.pk,
        "title": item.title,
        "description": item.description,
        "service": None if service is None else {"id": service.pk, "title": service.name},
        "needs_approval": item.approval_policy_id is not None,
        "expected_hours": item.expected_hours,
        "form": None if form is None else form.pk,
        "questions": [{name: each.told()[name] for name in names} for each in asked],
    }


_FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.post(
    "/uploads",
    response={201: FileKept, **errors(400, 401, 403, 409, 413, 415, 422)},
    operation_id="portal_upload",
    url_name="portal.upload",
    summary="Send a file ahead of the request that names it",
    openapi_extra=_FILE_BODY,
)
def upload(request: HttpRequest) -> HttpResponse:
    """Keep a file for a day under a key; a question that asks for a file is answered with it."""
    user = account_of(request)
    ask_form(request, _FILE_BODY, "A file comes")
    file = request.FILES.get("file")
    if file is None or not file.name:
        raise ProblemError(INVALID, faults=faults_of({"file": ["Please add a file."]}))
    kept = keep_upload(name=file.name, content=file, actor=user, at=clock.now())
    return json_answer({"id": kept.pk, "name": kept.name, "size": kept.size}, status=CREATED)


@router.post(
    "/requests",
    response={201: RequestMade, **errors(400, 401, 403, 404, 409, 415, 422)},
    operation_id="catalogue_request",
    url_name="catalogue.request",
    summary="Ask for something",
)
def ask(request: HttpRequest, given: WishGiven) -> HttpResponse:
    """Ask for something for the account's own person, or as the desk for somebody else; it becomes
    a ticket."""
    user = account_of(request)
    requester = _requester(user, given.requester)
    offered = items_on_offer_to(requester or user.person, clock.now())
    item = next((each for each in offered if each.pk == given.item), None)
    if item is None:
        raise Http404
    form = item.forms.filter(pk=given.form or 0).first()
    asked = () if form is None else form.asked
    with ExitStack() as opened:
        words = _with_files(asked, given.answers, user, opened)
        known: dict[str, Any] = {"entry_key": given.entry_key, "requester": requester}
        return _made(Wish(item=item, form=form, **known, **words), user)


def _requester(user: Account, key: int | None) -> Person | None:
    """Return for whom it is asked; nobody in particular is the account's own person."""
    if key is None:
        return None
    seen = record_of(Person).visible_to(user).select_related("unit")
    found: Person | None = seen.filter(pk=key).first()
    if found is None:
        raise Http404
    if not may_report_for(user, found):
        raise ProblemError(FORBIDDEN, "Only the desk asks for something for others.")
    return found


def _opened(upload: Attachment, opened: ExitStack) -> File[bytes] | None:
    """Open what was uploaded; None where the same request, sent at the same time, has taken it."""
    try:
        return opened.enter_context(default_storage.open(upload.stored_name))
    except FileNotFoundError:
        return None


def _with_files(
    asked: Sequence[Question], answers: Mapping[str, Any], user: Account, opened: ExitStack
) -> dict[str, Any]:
    """Return the answers with the names of files, the files that the account has uploaded, and
    their keys."""
    named, files, uploads = dict(answers), dict[str, File[bytes]](), set[int]()
    for question in (each for each in asked if each.type is QuestionType.FILE):
        key = named.get(question.key)
        if isinstance(key, str) and key.isdecimal() and len(key) < _LONGEST_KEY:
            upload = Attachment.objects.uploaded_by(user).filter(pk=int(key)).first()
            content = None if upload is None else _opened(upload, opened)
            if upload is not None and content is not None:
                named[question.key], files[question.key] = upload.name, content
                uploads.add(upload.pk)
    return {"answers": named, "files": files, "uploads": uploads}


def _made(wish: Wish, user: Account) -> HttpResponse:
    ticket: Ticket = request_from_catalogue(wish=wish, actor=user, at=clock.now())
    names = ("number", "state", "pause_reason")
    made = {"id": ticket.pk, **{name: getattr(ticket, name) for name in names}}
    return json_answer(made, status=CREATED)


@router.post(
    "/approvals/{key}/decision",
    response={200: ApprovalStanding, **errors(400, 401, 403, 404, 409, 415, 422)},
    operation_id="approval_decide",
    url_name="approval.decide",
    summary="Approve or reject",
)
def decide(
    request: HttpRequest,
    given: DecisionGiven,
    *,
    key: Key = Path(..., description="The key of the request."),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Decide in the first seat that is open to the account, its own before any other."""
    user = account_of(request)
    found = _visible(user, key)
    allowed = authorities(user, found, clock.now())
    if can_decide(found) and not allowed:
        raise ProblemError(FORBIDDEN, "This request is not yours to decide.")
    decide_approval(
        request=found,
        seat=allowed[0].seat if allowed else found.steps.all()[0].seats.all()[0],
        verdict=given.verdict,
        comment=given.comment,
        digest=given.digest,
        actor=user,
        at=clock.now(),
    )
    return json_answer(_standing(_visible(user, key)))


@router.post(
    "/approvals/{key}/withdrawal",
    response={200: ApprovalStanding, **errors(400, 401, 403, 404, 409, 415, 422)},
    operation_id="approval_withdraw",
    url_name="approval.withdraw",
    summary="Take a request for approval back",
)
def withdraw(
    request: HttpRequest,
    given: ReasonGiven,
    *,
    key: Key = Path(..., description="The key of the request."),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Take back what one has asked for."""
    user = account_of(request)
    found = _visible(user, key)
    if not may_withdraw(user, found):
        raise ProblemError(FORBIDDEN, "Only whoever asked takes a request back.")
    ended = withdraw_approval(request=found, reason=given.reason, actor=user, at=clock.now())
    return json_answer(_standing(ended))


def _visible(user: Account, key: int) -> ApprovalRequest:
    found = ApprovalRequest.objects.visible_to(user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _standing(row: ApprovalRequest) -> dict[str, Any]:
    return {"id": row.pk, "state": row.state, "step": row.step, "ended_at": row.ended_at}
