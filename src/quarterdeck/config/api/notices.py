"""The operations on one's own notices: what the product tells the account's owner."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from quarterdeck.config.api.answers import errors, json_answer
from quarterdeck.config.api.records import only
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.permission import account_of
from quarterdeck.office.models import Notice
from quarterdeck.office.queries.notices import A_PAGE, ToldNotice, as_told, own_notices

router = Router(tags=["Mail"])
_LARGEST_KEY = 2**63 - 1


class NoticesAsked(Schema):
    """Which notices are asked for."""

    unread: bool = Field(default=False, description="Whether what was read is left out.")
    before: int | None = Field(
        None, ge=1, le=_LARGEST_KEY, description="The id from which to go on to older ones."
    )


class NoticeTold(Schema):
    """One notice as its reader may read it now."""

    id: int = Field(description="Its key; what is newer has a larger one.")
    kind: str = Field(description="The key of its kind, such as desk.assignment.")
    title: str = Field(description="What it says; empty where that may not be shown any more.")
    about: str = Field(description="What it is about, such as ticket:17; empty where it is settled")
    noted_at: datetime = Field(description="When it was noted.")
    read_at: datetime | None = Field(description="When it was read.")


class Notices(Schema):
    """A page of notices, newest first."""

    items: list[NoticeTold] = Field(description="At most 30.")
    before: int | None = Field(description="What to ask for as `before` to go on; null at the end.")


class ReadGiven(Given):
    """Up to which notice all were read."""

    until: int = Field(ge=1, le=_LARGEST_KEY, description="The id of the newest one that was read.")


class ReadTold(Schema):
    """What was noted."""

    read: int = Field(description="How many had not been read before.")


@router.get(
    "/portal/notices",
    response={200: Notices, **errors(400, 401, 422)},
    operation_id="notices",
    url_name="notices",
    summary="What the account's owner is told",
)
def notices(
    request: HttpRequest,
    *,
    asked: NoticesAsked = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Tell one's own notices, newest first, or the unread alone."""
    only(request, NoticesAsked)
    account = account_of(request)
    found = own_notices(account, unread=asked.unread, before=asked.before)
    told = as_told(account, found[:A_PAGE])
    older = found[A_PAGE - 1].pk if len(found) > A_PAGE else None
    return json_answer({"items": [_item(each) for each in told], "before": older})


@router.post(
    "/portal/notices/read",
    response={200: ReadTold, **errors(400, 401, 403, 415, 422)},
    operation_id="notices_read",
    url_name="notices.read",
    summary="Note one's notices as read",
)
def read(request: HttpRequest, given: ReadGiven) -> HttpResponse:
    """Note as read what is not newer than a notice."""
    own = Notice.objects.visible_to(account_of(request)).filter(pk__lte=given.until)
    return json_answer({"read": own.note_read(clock.now())})


def _item(told: ToldNotice) -> dict[str, Any]:
    notice = told.notice
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "title": told.words,
        "about": notice.about if told.is_open else "",
        "noted_at": notice.noted_at.isoformat(),
        "read_at": None if notice.read_at is None else notice.read_at.isoformat(),
    }
