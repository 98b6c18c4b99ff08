"""The operation that searches everything which the reader may see."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from quarterdeck.config.api.answers import errors, json_answer
from quarterdeck.config.api.fields import Reference, Text
from quarterdeck.config.api.records import only
from quarterdeck.config.api.schemas import Count
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import all_records
from quarterdeck.core.search import LONGEST_TEXT, Found, Order, search_all

router = Router(tags=["Search"])
_SHOWN, _MOST, _COUNTED = 5, 50, 100


class SearchAsked(Schema):
    """What is sought, and how much of it is wanted."""

    q: Text = Field(
        max_length=LONGEST_TEXT,
        description="Words, all of which are there or begin so, or the beginning of a number.",
        examples=["printer"],
    )
    order: Literal["newest", "best"] = Field(
        "newest", description="What comes first; best ranks the newest 2,000 hits of each record."
    )
    limit: int = Field(_SHOWN, ge=1, le=_MOST, description="How many hits of each record at most.")


class Hits(Schema):
    """What was found of one record."""

    record: str = Field(description="Which record it is.", examples=["desk.ticket"])
    title: str = Field(description="What its rows are called.", examples=["Tickets"])
    path: str = Field(
        description="Where its rows are read, by key.", examples=["/api/v1/desk/tickets"]
    )
    count: Count = Field(description="How many there are, counted up to 100.")
    items: list[Reference] = Field(description="The first hits.")


class SearchAnswer(Schema):
    """Every record of which something was found."""

    items: list[Hits] = Field(description="In the order of the records.")


@router.get(
    "/search",
    response={200: SearchAnswer, **errors(401, 422)},
    operation_id="search",
    url_name="search",
    summary="Search everything",
)
def search(
    request: HttpRequest,
    asked: SearchAsked = Query(...),  # noqa: B008 — ninja's way to say where it stands
) -> HttpResponse:
    """Return what you may see that has these words, by record."""
    only(request, SearchAsked)
    found = search_all(
        [record for record in all_records() if record.search],
        asked.q,
        account_of(request),
        shown=asked.limit,
        counted=_COUNTED,
        order=Order(asked.order),
    )
    return json_answer({"items": [_told(each) for each in found if each.rows]})


def _told(found: Found) -> dict[str, object]:
    record = found.record
    return {
        "record": record.key,
        "title": record.title,
        "path": f"/api/v1/{record.path.rstrip('/')}",
        "count": {"amount": found.amount, "is_bounded": found.is_bounded},
        "items": [{"id": row.pk, "title": str(row)} for row in found.rows],
    }
