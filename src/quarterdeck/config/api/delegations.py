"""The operations on delegated authority: hand it on for a time, and take it back."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Instant, Key, Reference, Text
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Person
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import record_of
from quarterdeck.office.models import Delegation
from quarterdeck.office.rules.approvals import may_delegate_for
from quarterdeck.office.verbs.delegations import Mandate, delegate_authority, revoke_delegation

router = Router(tags=["Portal"])


class DelegationGiven(Given):
    """Who decides in place of the account's own person, for how long and how far."""

    receiver: Key = Field(description="The key of the person who decides instead.", examples=[1])
    begins_at: Instant = Field(description="From when on.", examples=["2026-07-01T00:00:00Z"])
    ends_at: Instant | None = Field(None, description="Until when; null: until it is ended.")
    kinds: list[Text] = Field(
        default_factory=list, max_length=50, description="Which kinds of approval; none: all."
    )
    amount_limit: Decimal | None = Field(
        None, gt=0, max_digits=14, decimal_places=2, description="Up to which amount; null: any."
    )
    reason: Text = Field(max_length=500, description="Why.", examples=["Leave"])


class EndGiven(Given):
    """Why it ends."""

    reason: Text = Field("", max_length=500, description="Why it is taken back.")


class DelegationMade(Schema):
    """A delegation as it stands."""

    id: int = Field(description="Its key.")
    giver: Reference = Field(description="Whose authority it is.")
    receiver: Reference = Field(description="Who decides instead.")
    begins_at: datetime = Field(description="From when on.")
    ends_at: datetime | None = Field(description="Until when, or when it was ended.")


@router.post(
    "/delegations",
    response={201: DelegationMade, **errors(400, 401, 403, 409, 415, 422)},
    operation_id="delegation_begin",
    url_name="delegation.begin",
    summary="Let somebody decide in one's place",
)
def begin(request: HttpRequest, given: DelegationGiven) -> HttpResponse:
    """Hand on the authority of the account's own person."""
    user = account_of(request)
    if user.person is None:
        raise ProblemError(FORBIDDEN, "Your account belongs to no person with authority.")
    receiver = record_of(Person).visible_to(user).filter(pk=given.receiver).first()
    if not isinstance(receiver, Person):
        raise Invalid({"receiver": ["Nobody is known by this key."]})
    mandate = Mandate(
        giver=user.person,
        receiver=receiver,
        begins_at=given.begins_at,
        ends_at=given.ends_at,
        kinds=tuple(given.kinds),
        amount_limit=given.amount_limit,
        reason=given.reason,
    )
    made: Delegation = delegate_authority(mandate=mandate, actor=user, at=clock.now())
    return json_answer(_told(made), status=CREATED)


@router.post(
    "/delegations/{key}/end",
    response={200: DelegationMade, **errors(400, 401, 403, 404, 409, 415, 422)},
    operation_id="delegation_end",
    url_name="delegation.end",
    summary="Take delegated authority back",
)
def end(
    request: HttpRequest,
    given: EndGiven,
    *,
    key: Key = Path(..., description="The key of the delegation."),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """End a delegation now; what was decided under it stands."""
    user = account_of(request)
    found = Delegation.objects.visible_to(user).filter(pk=key).first()
    if found is None:
        raise Http404
    if not may_delegate_for(user, found.giver):
        raise ProblemError(FORBIDDEN, "Only whose authority it is takes it back.")
    ended: Delegation = revoke_delegation(
        delegation=found, reason=given.reason, actor=user, at=clock.now()
    )
    return json_answer(_told(ended))


def _told(row: Delegation) -> dict[str, Any]:
    people = {"giver": row.giver, "receiver": row.receiver}
    return {
        "id": row.pk,
        **{name: {"id": each.pk, "title": str(each)} for name, each in people.items()},
        "begins_at": row.begins_at,
        "ends_at": row.until,
    }
