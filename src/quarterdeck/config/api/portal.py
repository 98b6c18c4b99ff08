"""The operations on approvals and on requests from the service catalogue."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.authentication import account_of
from quarterdeck.config.api.fields import Key, Reference, Text
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.catalogue_requests import items_on_offer
from quarterdeck.desk.verbs.catalogue_requests import Wish, request_from_catalogue
from quarterdeck.office.models import ApprovalRequest
from quarterdeck.office.rules.approvals import authorities, can_decide, may_withdraw
from quarterdeck.office.verbs.approvals import decide_approval, withdraw_approval
from quarterdeck.services.models import CatalogueItem

router = Router(tags=["Portal"])


class AskedQuestion(Schema):
    """One question of an item, as it is asked today."""

    key: str = Field(description="Under which name it is answered.")
    label: str = Field(description="What is asked.")
    type: str = Field(description="What kind of answer it wants.", examples=["choice"])
    is_required: bool = Field(description="Whether it has to be answered where it is asked.")
    options: list[str] = Field(description="What may be chosen.")
    asked_when: str = Field(description="The question that it depends on; empty: always asked.")
    asked_for: str = Field(description="With which answer to that one it is asked.")


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
    """What is asked for, with the answers."""

    item: Key = Field(description="The key of the item.", examples=[1])
    form: Key | None = Field(None, description="The version of the questions that was read.")
    answers: dict[str, Text | list[Text]] = Field(
        default_factory=dict,
        description="Answers by the keys of questions: days in ISO 8601, people by their keys.",
    )
    entry_key: Text = Field("", max_length=64, description="The same twice is one request.")


class RequestMade(Schema):
    """The ticket that a request has become."""

    id: int = Field(description="The key of the ticket.")
    number: str = Field(description="Its number.", examples=["T-000017"])
    state: str = Field(description="How it stands.", examples=["on_hold"])
    pause_reason: str = Field(description="What it waits for.", examples=["approval"])


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
    names = ("key", "label", "type", "is_required", "options", "asked_when", "asked_for")
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


@router.post(
    "/requests",
    response={201: RequestMade, **errors(400, 401, 403, 404, 409, 415, 422)},
    operation_id="catalogue_request",
    url_name="catalogue.request",
    summary="Ask for something",
)
def ask(request: HttpRequest, given: WishGiven) -> HttpResponse:
    """Ask for something for the account's own person; it becomes a ticket."""
    user = account_of(request)
    item = next((each for each in items_on_offer(user, clock.now()) if each.pk == given.item), None)
    if item is None:
        raise Http404
    form = item.forms.filter(pk=given.form or 0).first()
    wish = Wish(item=item, form=form, answers=given.answers, entry_key=given.entry_key)
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
