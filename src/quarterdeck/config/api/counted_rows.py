"""The operation on the rows behind a figure: those that it counted, and those that it left out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import ACCEPTED, errors, json_answer
from quarterdeck.config.api.fields import Text
from quarterdeck.config.api.measures import ReadingAsked, asked_reading
from quarterdeck.config.api.problems import INVALID, Fault, ProblemError
from quarterdeck.config.api.records import only
from quarterdeck.core.measures import State
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import record_of
from quarterdeck.scorecard.queries.closings import Evidence
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.web.evidence import (
    COUNTED,
    found_rows,
    known_evidence,
    noun_of,
    ordered_keys,
)
from quarterdeck.ui.list_cells import columns_of

router = Router(tags=["Measures"])
_ROWS_A_PAGE = 200
_MOST_PAGES = 1_000_000


class CountedRow(Schema):
    """One row behind a figure."""

    id: int = Field(description="Its key, under the operations of its noun.")
    title: str = Field(description="What it is called.")
    amount: int | None = Field(
        description="What it counts for: seconds, or of a share 1 in the numerator and 0 outside; "
        "null of what was left out."
    )


class CountedRows(Schema):
    """One page of the rows behind a figure, as far as you may see them."""

    noun: str | None = Field(
        description="What the rows are; null where a figure lists none, or is being computed.",
        examples=["desk.ticket"],
    )
    n: int | None = Field(description="How many rows there are; null while it is computed.")
    hidden: int | None = Field(description="How many of them you may not see, or nobody kept.")
    items: list[CountedRow] = Field(description="Of what was counted, the largest amount first.")
    next: int | None = Field(description="The next page; null at the end.")


class RowsAsked(ReadingAsked):
    """Which rows of a reading are asked for."""

    left_out: Text = Field(
        "", max_length=300, description="A reason of “excluded”; empty for what was counted."
    )
    page: int = Field(1, ge=1, le=_MOST_PAGES, description="Which page.")


@router.get(
    "/measures/{key}/rows",
    response={200: CountedRows, 202: CountedRows, **errors(401, 404, 409, 422)},
    operation_id="measures_rows",
    url_name="measure.rows",
    summary="List the rows behind one measure",
)
def list_rows(
    request: HttpRequest,
    *,
    key: str = Path(..., description="The measure.", example="desk.cycle_time"),
    asked: RowsAsked = Query(...),  # noqa: B008 — ninja's way to say where it stands
) -> HttpResponse:
    """Return the rows that the kept reading was counted from, never counted a second time.

    202 says that a worker is computing the reading.
    """
    only(request, RowsAsked)
    account = account_of(request)
    wanted, terms = asked_reading(key, asked, account)
    known = known_evidence(wanted, terms, account)
    if known is None:
        awaited: dict[str, Any] = {
            "noun": None,
            "n": None,
            "hidden": None,
            "items": [],
            "next": None,
        }
        return json_answer(awaited, status=ACCEPTED, headers={"Retry-After": "1"})
    return json_answer(_told(known, asked, account))


def _told(known: tuple[Figures, Evidence], asked: RowsAsked, user: User) -> dict[str, Any]:
    figures, evidence = known
    tab, n = _tab(figures, asked.left_out)
    noun = noun_of(evidence, tab)
    is_listed = tab != COUNTED or figures.state is State.VALUE
    if noun is None or not is_listed:
        return {"noun": None, "n": n, "hidden": n, "items": [], "next": None}
    record = record_of(noun)
    keys = ordered_keys(noun, evidence, tab, user)
    first = (asked.page - 1) * _ROWS_A_PAGE
    page = keys[first : first + _ROWS_A_PAGE]
    amounts = evidence.amounts if tab == COUNTED else {}
    rows = found_rows(noun, columns_of(record), page, user)
    return {
        "noun": record.key,
        "n": n,
        "hidden": n - len(keys),
        "items": [
            {"id": key, "title": str(row), "amount": amounts.get(key)} for key, row in rows.items()
        ],
        "next": asked.page + 1 if len(keys) > first + _ROWS_A_PAGE else None,
    }


def _tab(figures: Figures, reason: str) -> tuple[str, int]:
    """Return which set of rows is asked for, and how many it has."""
    if not reason:
        return COUNTED, figures.n
    for place, (known, n) in enumerate(figures.exclusions):
        if known == reason:
            return str(place), n
    fault = Fault("Nothing was left out for this reason.", parameter="left_out")
    raise ProblemError(INVALID, faults=(fault,))
