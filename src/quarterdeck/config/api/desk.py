"""The operations on what hangs on tickets: who watches, time spent, and what is promised.

Watching and recording time begin by adding a row of their records; here stands what ends or
corrects them, and what says more than one row: the terms of a service-level policy.
"""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Reference, Text
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError
from quarterdeck.config.api.records import IF_MATCH, Door, door_to, match
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import ServiceLevelPolicy, ServiceLevelTerms, TicketWatcher, TimeEntry
from quarterdeck.desk.models.time_entry import MOST_MINUTES
from quarterdeck.desk.rules import may_set_service_levels
from quarterdeck.desk.rules.time_spent import may_correct_time
from quarterdeck.desk.rules.watching import may_add_watchers
from quarterdeck.desk.verbs.service_levels import (
    Promise,
    add_service_level_policy,
    set_service_level_terms,
)
from quarterdeck.desk.verbs.time_spent import LONGEST_NOTE, Work, correct_time
from quarterdeck.desk.verbs.watching import unwatch_ticket
from quarterdeck.desk.vocabulary import Agreement, PauseReason, ReopeningRule, ServiceLevelMetric
from quarterdeck.desk.vocabulary.ticket_life import WorkActivity
from quarterdeck.office.models import Calendar
from quarterdeck.office.models.calendars import FIRST_DAY

WATCHERS: Door = door_to(record_of(TicketWatcher))
TIMES: Door = door_to(record_of(TimeEntry))
POLICIES: Door = door_to(record_of(ServiceLevelPolicy))
router = Router(tags=["Desk"])

_KEY = Path(..., description="The key of the record.")
_SEEN = {"parameters": [IF_MATCH]}
_ACT = errors(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)
_LAST_DAY = date(9998, 12, 31)
_LONGEST = 366 * 86_400
# One time for each metric and priority, the unknown one too.
_MOST_TARGETS = 18


class WorkGiven(Given):
    """What was worked in truth."""

    day: date = Field(description="On which day.", examples=["2016-03-29"])
    minutes: int = Field(ge=1, le=MOST_MINUTES, description="How long.", examples=[30])
    activity: WorkActivity = Field(description="What was done.")
    note: Text = Field("", max_length=LONGEST_NOTE, description="What else is to be said.")


class WorkCorrected(Given):
    """What stands in the place of an entry; nothing takes it back alone."""

    instead: WorkGiven | None = Field(None, description="The right figures, if any.")


class TargetGiven(Given):
    """So much time for one metric and priority."""

    metric: ServiceLevelMetric = Field(description="What is to happen in that time.")
    priority: int | None = Field(ge=1, le=5, description="Of which priority; null: unknown.")
    seconds: int = Field(ge=1, le=_LONGEST, description="How long, on the calendar.")
    calendar: Key = Field(description="The key of the calendar.", examples=[1])


class TermsGiven(Given):
    """What is promised from a day on; without targets the policy ends then."""

    valid_from: date = Field(ge=FIRST_DAY, le=_LAST_DAY, description="The first day.")
    targets: list[TargetGiven] = Field(max_length=_MOST_TARGETS, description="The times.")
    pauses: list[PauseReason] = Field(
        [PauseReason.REQUESTER],
        max_length=len(PauseReason),
        description="For which reasons a ticket on hold is not counted.",
    )
    covers_running: bool = Field(False, description="Whether tickets that run are judged by it.")
    restarts: bool = Field(False, description="Whether a new target counts from the change.")
    after_reopening: ReopeningRule = Field(
        ReopeningRule.RESUMES, description="What a reopening does to the time."
    )
    warning_percent: int = Field(80, ge=1, le=99, description="When a warning comes.")
    reason: Text = Field("", max_length=2_000, description="Why.")


class PolicyGiven(Given):
    """For whom something is promised, and its first terms."""

    name: Text = Field(max_length=120, description="How your people call it.")
    agreement: Agreement = Field(
        Agreement.SERVICE_LEVEL, description="To customers, or by a team beneath that."
    )
    team: Key | None = Field(None, description="Whose operational level it is; null: every team.")
    service: Key | None = Field(None, description="Only for this service.")
    customer: Key | None = Field(None, description="Only for this unit and all below it.")
    terms: TermsGiven = Field(description="What is promised.")


class TargetTold(Schema):
    """So much time for one metric and priority."""

    metric: str = Field(description="What is to happen in that time.", examples=["resolution"])
    priority: int | None = Field(description="Of which priority; null: unknown.")
    seconds: int = Field(description="How long, on the calendar.", examples=[14_400])
    calendar: Reference = Field(description="On which calendar.")


class TermsTold(Schema):
    """One version of what a policy promises."""

    number: int = Field(description="Which version.", examples=[1])
    valid_from: date = Field(description="The first day.")
    targets: list[TargetTold] = Field(description="The times; none: the policy ended.")
    pauses: list[str] = Field(description="For which reasons a ticket on hold is not counted.")
    covers_running: bool = Field(description="Whether tickets that ran are judged by it.")
    restarts: bool = Field(description="Whether a new target counts from the change.")
    after_reopening: str = Field(description="What a reopening does to the time.")
    warning_percent: int = Field(description="When a warning comes.")
    reason: str = Field(description="Why.")
    defined_at: datetime = Field(description="When it was set.")


class TermsOfPolicy(Schema):
    """Every version of what a policy promises, the newest first."""

    items: list[TermsTold] = Field(description="The versions.")


@router.post(
    "/watchers/{key}/stop",
    response={200: WATCHERS.schemas.row, **_ACT},
    operation_id="watcher_stop",
    url_name="desk.watcher.stop",
    summary="Stop to watch a ticket",
    openapi_extra=_SEEN,
)
def stop_watching(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Take a watcher away; the answer tells it as it stood."""
    user, row = account_of(request), WATCHERS.find(request, key)
    if row.account_id != user.pk and not may_add_watchers(user, row.ticket):
        raise ProblemError(FORBIDDEN, "Whoever leads the team takes others away.")
    match(request, row)
    told = WATCHERS.tell(row, reader=user)
    unwatch_ticket(ticket=row.ticket, account=row.account, actor=user, at=clock.now())
    return told


@router.post(
    "/time-entries/{key}/correct",
    response={201: TIMES.schemas.row, **_ACT},
    operation_id="time_entry_correct",
    url_name="desk.time.correct",
    summary="Correct what was recorded",
    openapi_extra=_SEEN,
)
def correct_entry(request: HttpRequest, given: WorkCorrected, key: Key = _KEY) -> HttpResponse:
    """Take an entry back, with the right figures in its place if there are any; the answer is the
    entry that was added last."""
    user, entry = account_of(request), TIMES.find(request, key)
    if not may_correct_time(user, entry):
        raise ProblemError(FORBIDDEN, "You may not correct this entry.")
    match(request, entry)
    work = None if given.instead is None else Work(**given.instead.model_dump())
    made = correct_time(entry=entry, work=work, actor=user, at=clock.now())
    return TIMES.tell(made, CREATED, reader=user)


@router.post(
    "/service-level-policies/promise",
    response={201: POLICIES.schemas.row, **errors(400, 401, 403, 409, 413, 415, 422)},
    operation_id="service_level_policy_promise",
    url_name="desk.policy.promise",
    summary="Promise a service level",
)
def promise_policy(request: HttpRequest, given: PolicyGiven) -> HttpResponse:
    """Add a policy with its first terms."""
    user = _setter(request)
    policy = add_service_level_policy(
        name=given.name,
        agreement=given.agreement,
        **{name: _row(name, getattr(given, name), user) for name in _PARTS},
        promise=_promise(given.terms, user, "terms/"),
        actor=user,
        at=clock.now(),
    )
    return POLICIES.tell(policy, CREATED, reader=user)


@router.get(
    "/service-level-policies/{key}/terms",
    response={200: TermsOfPolicy, **errors(401, 404, 422)},
    operation_id="service_level_policy_terms",
    url_name="desk.policy.terms",
    summary="Read what a policy promises",
)
def read_terms(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Return every version of a policy's terms; the ETag is that of the policy."""
    policy: ServiceLevelPolicy = POLICIES.find(request, key)
    found = policy.terms.order_by("-number").prefetch_related("targets__calendar")
    answer = json_answer({"items": [_told(terms) for terms in found]})
    answer.headers["ETag"] = POLICIES.tell(policy).headers["ETag"]
    return answer


@router.post(
    "/service-level-policies/{key}/terms",
    response={201: TermsTold, **_ACT},
    operation_id="service_level_policy_set_terms",
    summary="Promise something else",
    openapi_extra=_SEEN,
)
def set_terms(request: HttpRequest, given: TermsGiven, key: Key = _KEY) -> HttpResponse:
    """Add a version of a policy's terms, which no later one changes."""
    policy = POLICIES.find(request, key)
    user = _setter(request)
    match(request, policy)
    made = set_service_level_terms(
        policy=policy,
        promise=_promise(given, user),
        # Somebody else may promise something between this and the lock of the verb.
        version=policy.version,
        actor=user,
        at=clock.now(),
    )
    return json_answer(_told(made), status=CREATED)


_PARTS = ("team", "service", "customer")


def _setter(request: HttpRequest) -> Any:
    user = account_of(request)
    if not may_set_service_levels(user):
        raise ProblemError(FORBIDDEN, "You may not set service levels.")
    return user


def _row(name: str, key: int | None, user: User) -> Any:
    """Return the row of a key, as far as the reader may see it."""
    if key is None:
        return None
    found = POLICIES.record.targets(name, user).filter(pk=key).first()
    if found is None:
        raise Invalid({name: ["There is none of this key."]})
    return found


def _promise(given: TermsGiven, user: User, place: str = "") -> Promise:
    """Return terms as the verb takes them; each metric and priority once, on a known calendar."""
    calendars = record_of(Calendar).visible_to(user)
    known = calendars.in_bulk([each.calendar for each in given.targets])
    pairs: list[tuple[str, int | None]] = [(each.metric, each.priority) for each in given.targets]
    if len(set(pairs)) < len(pairs):
        raise Invalid({f"{place}targets": ["Each metric and priority has one time."]})
    if unknown := {each.calendar for each in given.targets} - known.keys():
        raise Invalid({f"{place}targets": [f"There is no calendar {min(unknown)}."]})
    times = [(each.seconds, known[each.calendar]) for each in given.targets]
    words = given.model_dump(exclude={"targets", "pauses"})
    targets = dict(zip(pairs, times, strict=True))
    return Promise(targets=targets, pauses=frozenset(given.pauses), **words)


def _told(terms: ServiceLevelTerms) -> dict[str, Any]:
    names = ("number", "pauses", "covers_running", "restarts", "after_reopening")
    targets = sorted(terms.targets.all(), key=lambda each: (each.metric, each.priority or 0))
    return {
        **{name: getattr(terms, name) for name in (*names, "warning_percent", "reason")},
        "valid_from": terms.valid_from.isoformat(),
        "defined_at": terms.defined_at,
        "targets": [
            {
                "metric": each.metric,
                "priority": each.priority,
                "seconds": each.seconds,
                "calendar": {"id": each.calendar_id, "title": str(each.calendar)},
            }
            for each in targets
        ],
    }
