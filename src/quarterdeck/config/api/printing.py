"""The operations on printed scorecards: asked for, watched, fetched."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import ACCEPTED, errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.measures import PERIODS, SCOPES, readable
from quarterdeck.config.api.problems import REFUSED, ProblemError
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.measures import Scope
from quarterdeck.core.permission import account_of
from quarterdeck.office.queries import calendar_named, period_named
from quarterdeck.office.queries.printing import Print, own_print, own_prints
from quarterdeck.office.verbs.printing import ask_for_print
from quarterdeck.office.vocabulary import PrintState
from quarterdeck.office.web.printing import pdf_answer
from quarterdeck.scorecard.queries.board import readable_measures
from quarterdeck.scorecard.queries.printing import PRINT, ScorecardAsked

router = Router(tags=["Scorecard"])
_STATES = tuple(state.value for state in PrintState)
_KEY = Path(..., description="The key of the request.", example=17)
_PDF = {"schema": {"type": "string", "format": "binary"}}
_FILE = {"responses": {200: {"description": "The file.", "content": {"application/pdf": _PDF}}}}


class PrintGiven(Given):
    """Which scorecard is to be printed."""

    period: Text = Field(max_length=40, description=PERIODS, examples=["2016-03"])
    scope: Text = Field("organisation", max_length=210, description=SCOPES)
    calendar: Text = Field("", max_length=64, description="The key of a business calendar.")


class ScorecardPrint(Schema):
    """A scorecard that somebody wants as PDF; the file is under its address with “/pdf”."""

    id: int = Field(description="The key of the request.", examples=[17])
    period: str = Field(description="Over which period.")
    scope: str = Field(description="Whose evidence.")
    calendar: str = Field(description="On which calendar; empty: the usual one.")
    asked_at: datetime = Field(description="When it was asked for.")
    state: Literal[_STATES] = Field(description="How far it is.")  # type: ignore[valid-type]  # the words of the vocabulary
    done: int = Field(description="How many steps of its making are done.")
    of: int = Field(description="Of how many; 0 until they are counted, and once it is made.")
    failure: str = Field(description="Why nothing was made; empty otherwise. Ask for it again.")
    made_at: datetime | None = Field(description="When the file was made.")
    expires_at: datetime | None = Field(
        description="Until when it is kept; null: no file yet, or one of closed figures, which "
        "stays."
    )
    size: int | None = Field(description="Its bytes.")
    seal: str | None = Field(description="The digest of the last seal over its figures, if any.")


class ScorecardPrints(Schema):
    """The printed scorecards of an account."""

    items: list[ScorecardPrint] = Field(description="The latest first, at most 50.")


@router.get(
    "/prints",
    response={200: ScorecardPrints, **errors(401)},
    operation_id="prints_list",
    url_name="prints",
    summary="List your printed scorecards",
)
def list_prints(request: HttpRequest) -> HttpResponse:
    """Return what you have asked for and may still read."""
    found = own_prints(account_of(request), PRINT)
    return json_answer({"items": [_told(each) for each in found]})


@router.post(
    "/prints",
    response={202: ScorecardPrint, **errors(400, 401, 403, 404, 409, 415, 422)},
    operation_id="print_ask",
    url_name="prints",
    summary="Have a scorecard printed",
)
def ask(request: HttpRequest, given: PrintGiven) -> HttpResponse:
    """Have a worker print the measures that you may read; of what you wait for already, that.

    409 says that too many of yours are waiting, or were asked for within a day.
    """
    account = account_of(request)
    period = readable("period", lambda: period_named(given.period))
    scope = readable("scope", lambda: Scope.parse(given.scope))
    known = readable("calendar", lambda: calendar_named(given.calendar).key)
    measures = readable_measures(account, scope)
    if not measures:
        raise Http404
    asked = ScorecardAsked(period, scope, known if given.calendar else "", measures)
    row = ask_for_print(question=asked.question, actor=account, at=clock.now())
    where = {"Location": f"/api/v1/scorecard/prints/{row.pk}"}
    return json_answer(_told(_own(request, row.pk)), status=ACCEPTED, headers=where)


@router.get(
    "/prints/{key}",
    response={200: ScorecardPrint, **errors(401, 404, 422)},
    operation_id="print_read",
    url_name="print",
    summary="Read how far a printed scorecard is",
)
def show(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Return what you have asked for; what others have asked for is not here."""
    return json_answer(_told(_own(request, key)))


@router.get(
    "/prints/{key}/pdf",
    response={**errors(401, 404, 409, 422)},
    operation_id="print_fetch",
    url_name="print.file",
    summary="Fetch a printed scorecard",
    openapi_extra=_FILE,
)
def fetch(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Return the file; 409 while there is none."""
    found = _own(request, key)
    if found.made is None:
        told = found.failure or "It is still being made; ask again in a moment."
        raise ProblemError(REFUSED, told)
    return pdf_answer(found, found.made)


def _own(request: HttpRequest, key: int) -> Print:
    found = own_print(account_of(request), key, PRINT)
    if found is None:
        raise Http404
    return found


def _told(found: Print) -> dict[str, Any]:
    row, made, job = found.row, found.made, found.job
    return {
        "id": row.pk,
        **{name: row.told[name] for name in ("period", "scope", "calendar")},
        "asked_at": row.asked_at,
        "state": found.state.value,
        "done": job.done if job else 0,
        "of": job.of if job else 0,
        "failure": found.failure,
        "made_at": made.made_at if made else None,
        "expires_at": made.expires_at if made else None,
        "size": made.size if made else None,
        "seal": made.seal.digest if made and made.seal else None,
    }
