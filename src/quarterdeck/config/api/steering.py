"""The operations of those who steer: targets, closed months, and how tickets are counted."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import ACCEPTED, CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Reference, Text
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError, etag_of
from quarterdeck.config.api.records import IF_MATCH, match, only
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid
from quarterdeck.core.measures import Scope
from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import record_of
from quarterdeck.office.queries import period_named
from quarterdeck.scorecard.models import ClosedPeriod, ClosedReading, Target
from quarterdeck.scorecard.queries.board import readable_measure, readable_measures, reads_measures
from quarterdeck.scorecard.queries.late_evidence import late_readings
from quarterdeck.scorecard.rules import may_close_periods, may_set_targets
from quarterdeck.scorecard.verbs.closings import (
    ask_for_closing,
    issue_restatement,
    schedule_closing,
)
from quarterdeck.scorecard.verbs.late_evidence import ask_for_comparison
from quarterdeck.scorecard.verbs.targets import end_target, set_target

router = Router(tags=["Scorecard"])
_SCOPE = "organisation, or unit:NAME, team:NAME, service:NAME or source:NAME."
_MOST, _LONGEST_REASON = 500, 500
_DIGITS, _PLACES = 15, 6
_WRITING = errors(400, 401, 403, 404, 409, 415, 422)


class MeasureAtScope(Given):
    """One measure, and whose evidence it reads."""

    measure: Text = Field(max_length=120, description="The measure.", examples=["desk.cycle_time"])
    scope: Text = Field("organisation", max_length=240, description=_SCOPE)


class ScorecardTargetGiven(MeasureAtScope):
    """What a measure shall reach from a day on; values are in the measure's unit."""

    value: Decimal = Field(ge=0, max_digits=_DIGITS, decimal_places=_PLACES, description="It.")
    warning: Decimal | None = Field(
        None, ge=0, max_digits=_DIGITS, decimal_places=_PLACES, description="Nearly missed there."
    )
    owner: Key = Field(description="The key of the person who answers for it.", examples=[1])
    valid_from: date = Field(description="Its first day.", examples=["2016-04-01"])
    reason: Text = Field("", max_length=_LONGEST_REASON, description="Why.")


class TargetEndGiven(Given):
    """When a target ends."""

    last_day: date = Field(description="The last day on which it holds.", examples=["2016-04-30"])
    reason: Text = Field("", max_length=_LONGEST_REASON, description="Why.")


class ScorecardTarget(Schema):
    """A target; a new one is a new row, and the one before it gets its last day."""

    id: int = Field(description="Its key.")
    version: int = Field(description="Its version, which is part of the ETag.")
    measure: str = Field(description="The measure.")
    scope: str = Field(description="Whose evidence is judged.")
    value: str = Field(description="What shall be reached, in the measure's unit.")
    warning: str | None = Field(description="From where on it is nearly missed.")
    owner: Reference = Field(description="Who answers for it.")
    valid_from: date = Field(description="Its first day.")
    valid_to: date | None = Field(description="Its last day; null: it has no end.")


class ScorecardTargets(Schema):
    """The newest targets of the measures that the account may read."""

    items: list[ScorecardTarget] = Field(description="The newest first, at most 500.")


class ClosingGiven(Given):
    """Which month is to be closed."""

    period: Text = Field(max_length=40, description="A month that is over.", examples=["2016-03"])


class ClosingAsked(Schema):
    """A month that a worker closes."""

    period: str = Field(description="The month.")
    is_first: bool = Field(description="Whether nobody had asked for it before.")


class ClosedMonth(Schema):
    """A month whose readings are settled."""

    period: str = Field(description="The month.")
    closed_at: str = Field(description="When it was closed.")
    closed_by: str = Field(description="By whom.")


class ClosedMonths(Schema):
    """The closed months."""

    items: list[ClosedMonth] = Field(description="The newest first, at most 500.")


class MonthAsked(Schema):
    """Which month."""

    period: str = Field(max_length=40, description="The closed month.", examples=["2016-03"])


class LateReading(Schema):
    """A closed reading of which later evidence says something else."""

    measure: str = Field(description="The measure.")
    scope: str = Field(description="Whose evidence it reads.")
    stands: str | None = Field(description="Its value as it stands, exact, in the measure's unit.")
    stands_of: int = Field(description="So many rows behind that.")
    now: str | None = Field(description="What it would be by the evidence that is known now.")
    now_of: int = Field(description="So many rows behind that.")
    compared_at: datetime = Field(description="When it was compared.")


class LateReadings(Schema):
    """What a closed month would say otherwise."""

    items: list[LateReading] = Field(description="In the order of the measures' titles.")


class ComparisonAsked(Schema):
    """A comparison that a worker makes."""

    is_first: bool = Field(description="Whether nobody had asked for it already.")


class ScheduleGiven(Given):
    """Whether months close by themselves."""

    is_on: bool = Field(description="On the fifth of the next month, the month before is closed.")


class RestatementGiven(MeasureAtScope):
    """Which closed reading takes late evidence in, and why."""

    period: Text = Field(max_length=40, description="The closed month.")
    reason: Text = Field(max_length=_LONGEST_REASON, description="Why.")


class RestatementTold(Schema):
    """A restatement of a closed reading."""

    id: int = Field(description="Its key.")
    number: int = Field(description="How manieth of this reading.")
    reason: str = Field(description="Why.")


class ScheduleTold(Schema):
    """Whether months close by themselves."""

    is_on: bool = Field(description="Whether they do.")


def permitted(request: HttpRequest, may: Callable[[Account], bool], what: str) -> Account:
    """Return who asks, if they may; ProblemError if not."""
    user = account_of(request)
    if not may(user):
        raise ProblemError(FORBIDDEN, f"You may not {what}.")
    return user


def _readable(user: User, given: MeasureAtScope) -> Scope:
    """Return the scope, where the account may read the measure; else there is nothing there."""
    scope = Scope.parse(given.scope)
    if readable_measure(user, given.measure, scope) is None:
        raise Http404
    return scope


def _target(row: Target) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "measure": row.measure,
        "scope": row.scope,
        "value": str(row.value),
        "warning": None if row.warning is None else str(row.warning),
        "owner": {"id": row.owner_id, "title": str(row.owner)},
        "valid_from": row.valid_from.isoformat(),
        "valid_to": None if row.valid_to is None else row.valid_to.isoformat(),
    }


@router.get(
    "/targets",
    response={200: ScorecardTargets, **errors(401)},
    operation_id="targets_list",
    url_name="targets",
    summary="List the targets",
)
def list_targets(request: HttpRequest) -> HttpResponse:
    """Return the targets of the measures that your roles may read, ended ones too."""
    user = account_of(request)
    rows = Target.objects.select_related("owner").order_by("-valid_from", "-pk")
    known: dict[str, set[str]] = {}
    items = []
    for row in rows.iterator():
        if row.scope not in known:
            scope = Scope.parse(row.scope)
            known[row.scope] = {each.key for each in readable_measures(user, scope)}
        if row.measure in known[row.scope]:
            items.append(_target(row))
        if len(items) == _MOST:
            break
    return json_answer({"items": items})


@router.post(
    "/targets",
    response={201: ScorecardTarget, **_WRITING},
    operation_id="target_set",
    url_name="targets",
    summary="Set a target",
)
def set_one(request: HttpRequest, given: ScorecardTargetGiven) -> HttpResponse:
    """Let a measure have a target from a day on; the one before it ends on the day before."""
    user = permitted(request, may_set_targets, "set targets")
    scope = _readable(user, given)
    owner = record_of(Person).visible_to(user).filter(pk=given.owner).first()
    if not isinstance(owner, Person):
        raise Invalid({"owner": ["Nobody is known by this key."]})
    words = given.model_dump(include={"measure", "value", "warning", "valid_from", "reason"})
    row = set_target(**words, scope=scope, owner=owner, actor=user, at=clock.now())
    return json_answer(_target(row), status=CREATED, headers={"ETag": etag_of(row)})


@router.post(
    "/targets/{key}/end",
    response={200: ScorecardTarget, **errors(400, 401, 403, 404, 409, 412, 415, 422, 428)},
    operation_id="target_end",
    url_name="target.end",
    summary="End a target",
    openapi_extra={"parameters": [IF_MATCH]},
)
def end_one(
    request: HttpRequest,
    given: TargetEndGiven,
    *,
    key: Key = Path(..., description="The key of the target."),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Let a target hold until a day and no longer."""
    user = permitted(request, may_set_targets, "end targets")
    row = Target.objects.select_related("owner").filter(pk=key).first()
    if row is None or readable_measure(user, row.measure, Scope.parse(row.scope)) is None:
        raise Http404
    match(request, row)
    words = {"last_day": given.last_day, "reason": given.reason}
    ended = end_target(target=row, version=row.version, **words, actor=user, at=clock.now())  # type: ignore[arg-type]  # the words fit
    return json_answer(_target(ended), headers={"ETag": etag_of(ended)})


@router.get(
    "/closings",
    response={200: ClosedMonths, **errors(401, 404)},
    operation_id="closings_list",
    url_name="closings",
    summary="List the closed months",
)
def list_closings(request: HttpRequest) -> HttpResponse:
    """Return the months that are closed, to whoever may read any measure."""
    if not reads_measures(account_of(request)):
        raise Http404
    rows = ClosedPeriod.objects.select_related("closed_by__person").order_by("-period")[:_MOST]
    items = [
        {"period": row.period, "closed_at": row.closed_at, "closed_by": str(row.closed_by)}
        for row in rows
    ]
    return json_answer({"items": items})


@router.post(
    "/closings",
    response={202: ClosingAsked, **_WRITING},
    operation_id="closing_ask",
    url_name="closings",
    summary="Have a month closed",
)
def close(request: HttpRequest, given: ClosingGiven) -> HttpResponse:
    """Have a worker close a month that is over; the list tells when it is done."""
    user = permitted(request, may_close_periods, "close months")
    period = period_named(given.period)
    is_first = ask_for_closing(period=period, actor=user, at=clock.now())
    return json_answer({"period": period.key, "is_first": is_first}, status=ACCEPTED)


@router.get(
    "/closings/late",
    response={200: LateReadings, **errors(400, 401, 404, 422)},
    operation_id="closing_late",
    url_name="closing.late",
    summary="List the closed readings whose restatement is due",
)
def list_late(
    request: HttpRequest,
    *,
    asked: MonthAsked = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return the closed readings of a month of which later evidence says something else, as far as
    it was compared: each night, and whenever somebody has it done."""
    only(request, MonthAsked)
    user = account_of(request)
    closed = ClosedPeriod.objects.filter(period=asked.period).first()
    if closed is None or not reads_measures(user):
        raise Http404
    items = [
        {
            "measure": each.measure.key,
            "scope": str(each.scope),
            "stands": each.standing.stored()["value"],
            "stands_of": each.standing.n,
            "now": each.live.stored()["value"],
            "now_of": each.live.n,
            "compared_at": each.compared_at,
        }
        for each in late_readings(user, closed)
    ]
    return json_answer({"items": items})


@router.post(
    "/closings/compare",
    response={202: ComparisonAsked, **_WRITING},
    operation_id="closings_compare",
    url_name="closings.compare",
    summary="Have closed months compared with later evidence",
)
def compare(request: HttpRequest) -> HttpResponse:
    """Have a worker compare closed readings with what is known by now."""
    user = permitted(request, may_close_periods, "compare closed months")
    is_first = ask_for_comparison(actor=user, at=clock.now())
    return json_answer({"is_first": is_first}, status=ACCEPTED)


@router.post(
    "/closing-schedule",
    response={200: ScheduleTold, **_WRITING},
    operation_id="closing_schedule",
    url_name="closing.schedule",
    summary="Let months close by themselves, or not",
)
def schedule(request: HttpRequest, given: ScheduleGiven) -> HttpResponse:
    """Let the last month be closed by itself on the fifth of the next, or let people close it."""
    user = permitted(request, may_close_periods, "say when months close")
    row = schedule_closing(is_on=given.is_on, actor=user, at=clock.now())
    return json_answer({"is_on": row.is_on})


@router.post(
    "/restatements",
    response={201: RestatementTold, **_WRITING},
    operation_id="restatement_issue",
    url_name="restatements",
    summary="Restate a closed reading",
)
def restate(request: HttpRequest, given: RestatementGiven) -> HttpResponse:
    """Take late evidence into a closed reading: what it said before stays beside it."""
    user = permitted(request, may_close_periods, "restate closed readings")
    scope = _readable(user, given)
    rows = ClosedReading.objects.filter(measure=given.measure, scope=str(scope))
    row = rows.filter(closed_period__period=period_named(given.period).key).first()
    if row is None:
        raise Http404
    made = issue_restatement(closed_reading=row, reason=given.reason, actor=user, at=clock.now())
    told = {"id": made.pk, "number": made.number, "reason": made.reason}
    return json_answer(told, status=CREATED)
