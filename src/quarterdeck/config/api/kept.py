"""The operations on what is done to tickets by one click or by itself: macros and rules."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Reference, Text
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError
from quarterdeck.config.api.records import IF_MATCH, Door, door_to, match
from quarterdeck.config.api.schemas import Given
from quarterdeck.config.api.steering import permitted
from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import Macro, TicketRule
from quarterdeck.desk.queries.rule_conditions import MOST_CONDITIONS, Condition, conditions_of
from quarterdeck.desk.queries.rule_trials import Trial
from quarterdeck.desk.queries.steps import LONGEST_TEXT, MOST_STEPS, Step, steps_of
from quarterdeck.desk.rules import may_keep_rules, may_open
from quarterdeck.desk.rules.kept import may_change_kept
from quarterdeck.desk.verbs.kept import Shelf, change_macro, keep_macro
from quarterdeck.desk.verbs.ticket_rules import RuleTerms, change_rule, keep_rule, try_rule
from quarterdeck.desk.vocabulary.ticket_life import (
    Audience,
    RuleComparison,
    RuleField,
    RuleSince,
    RuleTrigger,
    StepKind,
)

MACROS: Door = door_to(record_of(Macro))
RULES: Door = door_to(record_of(TicketRule))
router = Router(tags=["Desk"])

_KEY = Path(..., description="The key of the record.")
_SEEN = {"parameters": [IF_MATCH]}
_ADDING = errors(400, 401, 403, 409, 413, 415, 422)
_CHANGING = errors(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)
_LONGEST_NAME, _MOST_MINUTES, _LAST_PLACE = 120, 525_600, 9_999
Value = Annotated[Text, Field(max_length=LONGEST_TEXT)]


class StepGiven(Given):
    """One step: what is done, and with what."""

    kind: StepKind = Field(description="What is done with the ticket.", examples=["tag"])
    value: Value = Field("", description="With what: a key of a row, a word, or nothing.")


class MacroGiven(Given):
    """Steps that are done by one click, and for whom they are."""

    name: Text = Field(max_length=_LONGEST_NAME, description="By which it is found.")
    audience: Audience = Field(Audience.OWN, description="For whom it is.")
    team: Key | None = Field(None, description="For which team, where it is for one.")
    retired: bool = Field(False, description="Whether it is offered no longer.")
    steps: list[StepGiven] = Field(max_length=MOST_STEPS, description="In their order.")


class ConditionGiven(Given):
    """One condition: what is asked about, how it is compared, and with what."""

    field: RuleField = Field(description="What is asked about.", examples=["priority"])
    comparison: RuleComparison = Field(description="How it is compared.", examples=["is"])
    value: Value = Field("", description="With what.")


class RuleGiven(Given):
    """When, if, then."""

    name: Text = Field(max_length=_LONGEST_NAME, description="What it does, in a few words.")
    trigger: RuleTrigger = Field(description="When it looks at a ticket.")
    minutes: int | None = Field(
        None, ge=1, le=_MOST_MINUTES, description="How many have to pass, where time is waited for."
    )
    since: RuleSince | None = Field(None, description="Since when they count.")
    needs_all: bool = Field(True, description="Whether every condition has to hold, or one.")
    conditions: list[ConditionGiven] = Field(
        default_factory=list, max_length=MOST_CONDITIONS, description="If."
    )
    steps: list[StepGiven] = Field(max_length=MOST_STEPS, description="Then, in their order.")
    place: int = Field(100, ge=0, le=_LAST_PLACE, description="The lower, the sooner.")
    stops: bool = Field(False, description="Whether no later rule follows.")
    is_active: bool = Field(False, description="Whether it runs.")


class StepTold(Schema):
    """One step of a macro or rule."""

    kind: str = Field(description="What is done with the ticket.")
    value: str = Field(description="With what.")


class StepsTold(Schema):
    """The steps of a macro."""

    items: list[StepTold] = Field(description="In their order.")


class ConditionTold(Schema):
    """One condition of a rule."""

    field: str = Field(description="What is asked about.")
    comparison: str = Field(description="How it is compared.")
    value: str = Field(description="With what.")


class RuleTermsTold(Schema):
    """What a rule says."""

    minutes: int | None = Field(description="How many have to pass.")
    since: str = Field(description="Since when they count.")
    needs_all: bool = Field(description="Whether every condition has to hold.")
    conditions: list[ConditionTold] = Field(description="If.")
    steps: list[StepTold] = Field(description="Then.")


class TrialTold(Schema):
    """A ticket that a rule matches, why, and what it would change."""

    ticket: Reference = Field(description="Which ticket.")
    reason: str = Field(description="Which conditions hold.")
    changes: list[str] = Field(description="What would change; the first 25 are looked at.")


class TrialsTold(Schema):
    """What a rule would do to the newest tickets."""

    items: list[TrialTold] = Field(description="Of the last hundred tickets by hand.")


@router.post(
    "/macros/keep",
    response={201: MACROS.schemas.row, **_ADDING},
    operation_id="macro_keep",
    url_name="desk.macro.keep",
    summary="Keep a macro",
)
def add_macro(request: HttpRequest, given: MacroGiven) -> HttpResponse:
    """Keep steps that are done by one click."""
    user = permitted(request, may_open, "keep macros")
    shelf, steps = _shelf(given, user), _steps(given.steps)
    kept = keep_macro(shelf=shelf, steps=steps, actor=user, at=clock.now())
    return MACROS.tell(kept, CREATED, reader=user)


@router.get(
    "/macros/{key}/steps",
    response={200: StepsTold, **errors(401, 404, 422)},
    operation_id="macro_steps",
    url_name="desk.macro.steps",
    summary="Read the steps of a macro",
)
def read_steps(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Return the steps in their order, under the ETag of the macro."""
    macro = MACROS.find(request, key)
    return _tagged({"items": _steps_told(macro.steps)}, MACROS, macro)


@router.post(
    "/macros/{key}/change",
    response={200: MACROS.schemas.row, **_CHANGING},
    operation_id="macro_change",
    url_name="desk.macro.change",
    summary="Change a macro",
    openapi_extra=_SEEN,
)
def alter_macro(request: HttpRequest, given: MacroGiven, key: Key = _KEY) -> HttpResponse:
    """Let a macro say something else, or be for others."""
    user, macro = account_of(request), MACROS.find(request, key)
    if not may_change_kept(user, macro):
        raise ProblemError(FORBIDDEN, f"You may not change “{macro}”.")
    match(request, macro)
    changed = change_macro(
        macro=macro,
        version=macro.version,
        shelf=_shelf(given, user),
        steps=_steps(given.steps),
        actor=user,
        at=clock.now(),
    )
    return MACROS.tell(changed, reader=user)


@router.post(
    "/rules/keep",
    response={201: RULES.schemas.row, **_ADDING},
    operation_id="rule_keep",
    url_name="desk.rule.keep",
    summary="Keep a rule",
)
def add_rule(request: HttpRequest, given: RuleGiven) -> HttpResponse:
    """Keep a rule by which tickets are worked on; it runs from when it is active."""
    user = permitted(request, may_keep_rules, "say what happens to tickets by itself")
    kept = keep_rule(terms=_terms(given), actor=user, at=clock.now())
    return RULES.tell(kept, CREATED, reader=user)


@router.get(
    "/rules/{key}/terms",
    response={200: RuleTermsTold, **errors(401, 404, 422)},
    operation_id="rule_terms",
    url_name="desk.rule.terms",
    summary="Read what a rule says",
)
def read_terms(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Return conditions and steps of a rule, under its ETag."""
    rule: TicketRule = RULES.find(request, key)
    told = {
        **{name: getattr(rule, name) for name in ("minutes", "since", "needs_all")},
        "conditions": [each._asdict() for each in conditions_of(rule.conditions)],
        "steps": _steps_told(rule.steps),
    }
    return _tagged(told, RULES, rule)


@router.post(
    "/rules/{key}/change",
    response={200: RULES.schemas.row, **_CHANGING},
    operation_id="rule_change",
    url_name="desk.rule.change",
    summary="Change a rule",
    openapi_extra=_SEEN,
)
def alter_rule(request: HttpRequest, given: RuleGiven, key: Key = _KEY) -> HttpResponse:
    """Let a rule say something else, run, or run no longer."""
    rule = RULES.find(request, key)
    user = permitted(request, may_keep_rules, "say what happens to tickets by itself")
    match(request, rule)
    changed = change_rule(
        rule=rule, version=rule.version, terms=_terms(given), actor=user, at=clock.now()
    )
    return RULES.tell(changed, reader=user)


@router.post(
    "/rules/{key}/try",
    response={200: TrialsTold, **errors(400, 401, 403, 404, 409, 413, 415, 422)},
    operation_id="rule_try",
    url_name="desk.rule.try",
    summary="Try a rule",
)
def try_out(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Do what a rule says to the newest tickets that match, tell what changed, and undo it all."""
    rule = RULES.find(request, key)
    user = permitted(request, may_keep_rules, "try rules")
    found = try_rule(rule=rule, by=worker_account(), actor=user, at=clock.now())
    return json_answer({"items": [_trial(each) for each in found]})


def _trial(trial: Trial) -> dict[str, Any]:
    ticket = {"id": trial.ticket.pk, "title": str(trial.ticket)}
    return {"ticket": ticket, "reason": trial.reason, "changes": list(trial.changes)}


def _shelf(given: MacroGiven, user: Account) -> Shelf:
    """Return for whom a macro is; the team as far as the reader may see it."""
    team = None
    if given.team is not None:
        team = record_of(Team).visible_to(user).filter(pk=given.team).first()
        if team is None:
            raise Invalid({"team": ["There is none of this key."]})
    return Shelf(name=given.name, audience=given.audience, team=team, retired=given.retired)


def _steps(given: list[StepGiven]) -> list[Step]:
    return [Step(each.kind, each.value) for each in given]


def _steps_told(stored: list[list[str]]) -> list[dict[str, str]]:
    return [{"kind": each.kind.value, "value": each.value} for each in steps_of(stored)]


def _terms(given: RuleGiven) -> RuleTerms:
    conditions = [Condition(each.field, each.comparison, each.value) for each in given.conditions]
    plain = given.model_dump(exclude={"conditions", "steps", "since"})
    steps = _steps(given.steps)
    return RuleTerms(**plain, since=given.since or "", conditions=conditions, steps=steps)


def _tagged(told: dict[str, Any], door: Door, row: Any) -> HttpResponse:
    answer = json_answer(told)
    answer.headers["ETag"] = door.tell(row).headers["ETag"]
    return answer
