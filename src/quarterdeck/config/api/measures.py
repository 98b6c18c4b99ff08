"""The operations on measures: their definitions, one reading, and the scorecard."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import ACCEPTED, errors, json_answer
from quarterdeck.config.api.fields import Text
from quarterdeck.config.api.problems import INVALID, Fault, ProblemError
from quarterdeck.config.api.records import only
from quarterdeck.config.readings import definition_of, kept_reading_of, kept_scorecard_of
from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import ORGANISATION, Scope, Terms, all_measures
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import calendar_named, period_named
from quarterdeck.scorecard.queries.board import readable_measure, readable_measures
from quarterdeck.scorecard.queries.readings import Answers, Wanted
from quarterdeck.scorecard.web.scorecard import FILE_PATIENCE_SECONDS, read_wanted

router = Router(tags=["Measures"])
PERIODS = "2016, 2016-Q1, 2016-03, FY2016 or 2016-01-15..2016-02-14, in the organisation's zone."
SCOPES = "organisation, or unit:NAME, team:NAME, service:NAME or source:NAME."
Number = int | float | None


class Definition(Schema):
    """What a reader must know of a measure."""

    key: str = Field(description="The measure's name.", examples=["desk.cycle_time"])
    title: str = Field(description="What it is called.", examples=["Cycle time"])
    unit: Literal["seconds", "share", "count"] = Field(description="What its value is counted in.")
    better: Literal["lower", "higher"] = Field(description="Which direction is the good one.")
    duty: str = Field(description="The duty that it serves.", examples=["J3.4"])
    definition: str = Field(description="The definition in words.")
    definition_version: int = Field(description="A new definition starts a new series.")


class ReadPeriod(Schema):
    """A period: its name, and from when until when (exclusive) it runs."""

    key: str = Field(description="The name of the period.", examples=["2016-03"])
    start: datetime = Field(description="Its first instant.")
    end: datetime = Field(description="The instant at which it is over.")


class LeftOut(Schema):
    """Rows that a reading left out, and why."""

    reason: str = Field(description="Why they were left out.")
    n: int = Field(description="How many rows.")


class MeasureReading(Definition):
    """One measure over one period and scope; where there is no value, `state` says why."""

    period: ReadPeriod = Field(description="The period that was asked for.")
    state: Literal["value", "not_enough_evidence", "not_applicable", "being_computed"] = Field(
        description="Whether there is a value, and if not why; what is being computed, ask again."
    )
    value: Number = Field(description="The value in the measure's unit.", examples=[5400])
    n: int | None = Field(description="How many rows were counted.")
    numerator: Number = Field(description="What was divided.")
    denominator: Number = Field(description="By what it was divided.")
    median: Number = Field(description="Half of the rows lie at or below it.")
    p90: Number = Field(description="Nine tenths of the rows lie at or below it.")
    interval: list[float] | None = Field(
        description="The 95 % interval of the value: Wilson's, or as parameters say."
    )
    coverage: Number = Field(description="Which share of the period some source recorded.")
    parameters: dict[str, str] = Field(description="Under which settings it was counted.")
    excluded: list[LeftOut] = Field(description="What was left out, by reason.")
    freshest_at: datetime | None = Field(description="The latest evidence.")
    as_of: datetime | None = Field(description="The moment at which the reading was taken.")
    is_closed: bool = Field(description="Whether the month is closed, so that it stands as stored.")


class ScorecardLine(Schema):
    """One measure of success of the scorecard, with the readings that serve it."""

    duty: str = Field(description="Its name among the duties.", examples=["J3.4.m1"])
    title: str = Field(description="What it is called.")
    needs: str = Field(description="What is missing while nothing computes it.")
    words: list[str] = Field(description="The readings in words.")
    readings: list[MeasureReading] = Field(description="The readings.")


class Scorecard(Schema):
    """Every measure of success over one period and scope."""

    period: str = Field(description="The name of the period.", examples=["2016-03"])
    scope: str = Field(description="Whose evidence was read.", examples=["organisation"])
    measures: list[ScorecardLine] = Field(description="In the order of the job description.")


class CardAsked(Schema):
    """Over which period and scope is read."""

    period: Text = Field(max_length=40, description=PERIODS, examples=["2016-03"])
    scope: Text = Field("organisation", max_length=210, description=SCOPES)


class ReadingAsked(CardAsked):
    """Over which period and scope, and on which calendar, is read."""

    calendar: Text = Field("", max_length=64, description="The key of a business calendar.")


@router.get(
    "/measures",
    response={200: list[Definition], **errors(401)},
    operation_id="measures_list",
    url_name="measures",
    summary="List the measures",
)
def list_measures(request: HttpRequest) -> HttpResponse:
    """Return the definitions of the measures that your roles may read."""
    measures = readable_measures(account_of(request))
    return json_answer([definition_of(measure) for measure in measures])


@router.get(
    "/measures/{key}",
    response={200: MeasureReading, 202: MeasureReading, **errors(401, 404, 409, 422)},
    operation_id="measures_read",
    url_name="measure",
    summary="Read one measure",
)
def read_measure(
    request: HttpRequest,
    *,
    key: str = Path(..., description="The measure.", example="desk.cycle_time"),
    asked: ReadingAsked = Query(...),  # noqa: B008 — ninja's way to say where it stands
) -> HttpResponse:
    """Return what the measure says over one period and scope; durations are in seconds.

    It is what the pages show: the reading as it is kept, with the moment at which it was taken; of
    a period that still runs it is at most five minutes old. 202 says that a worker is computing it.
    """
    only(request, ReadingAsked)
    account = account_of(request)
    wanted, terms = asked_reading(key, asked, account)
    found = read_wanted([wanted], terms, account, FILE_PATIENCE_SECONDS)
    return _answer(kept_reading_of(wanted, found), found)


def asked_reading(key: str, asked: ReadingAsked, account: Account) -> tuple[Wanted, Terms]:
    """Return which reading is asked for, and on which terms; 404 where the account reads none."""
    if key not in {measure.key for measure in all_measures()}:
        raise Http404
    period, scope = _read(asked)
    measure = readable_measure(account, key, scope)
    if measure is None:
        raise Http404
    calendar = readable("calendar", lambda: calendar_named(asked.calendar).key)
    terms = Terms(clock.now(), calendar if asked.calendar else "")
    return Wanted(measure, period, scope), terms


@router.get(
    "/scorecard",
    response={200: Scorecard, 202: Scorecard, **errors(401, 404, 409, 422)},
    operation_id="scorecard_read",
    url_name="scorecard",
    summary="Read the scorecard",
)
def read_scorecard(
    request: HttpRequest,
    *,
    asked: CardAsked = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return every measure of success, with the readings of the measures that you may read.

    They are those that the pages show, as they are kept; 202 says that some are being computed.
    """
    only(request, CardAsked)
    period, scope = _read(asked)
    account = account_of(request)
    measures = readable_measures(account, scope)
    if not measures and scope != ORGANISATION:
        raise Http404
    wanted = [Wanted(measure, period, scope) for measure in measures]
    found = read_wanted(wanted, Terms(clock.now()), account, FILE_PATIENCE_SECONDS)
    return _answer(kept_scorecard_of(wanted, period, scope, found), found)


def _answer(told: dict[str, Any], found: Answers) -> HttpResponse:
    """Answer with what is kept; say so where a worker is still at some of it."""
    if any(each.key not in found.known for each in found.missing):
        return json_answer(told, status=ACCEPTED, headers={"Retry-After": "1"})
    return json_answer(told)


def _read(asked: CardAsked) -> tuple[Period, Scope]:
    period = readable("period", lambda: period_named(asked.period))
    return period, readable("scope", lambda: Scope.parse(asked.scope))


def readable(name: str, read: Any) -> Any:
    """Return what a parameter means, or say that it cannot be read."""
    try:
        return read()
    except (Refused, OverflowError) as problem:
        raise ProblemError(INVALID, faults=(Fault(str(problem), parameter=name),)) from problem
