"""The operations on how the organisation's time is cut into periods."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field, model_validator

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.schemas import Given
from quarterdeck.config.api.steering import permitted
from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.office.models import PeriodRule
from quarterdeck.office.queries import organisation
from quarterdeck.office.rules import may_change_settings
from quarterdeck.office.verbs.period_rules import (
    change_fiscal_year,
    change_zone,
    correct_fiscal_year,
    correct_zone,
    withdraw_period_rule,
)

router = Router(tags=["Office"])
_RULE_KEY = Path(..., description="The key of the rule.", example=3)
_MOST, _LONGEST_REASON, _LONGEST_ZONE = 500, 200, 64
_WRITING = errors(400, 401, 403, 409, 415, 422)


class PeriodRuleGiven(Given):
    """Another zone, or another start of fiscal years, from a day on; one of the two."""

    zone: Text | None = Field(
        None,
        max_length=_LONGEST_ZONE,
        description="In which days begin, by its IANA name.",
        examples=["Europe/Berlin"],
    )
    fiscal_year_starts_in: int | None = Field(
        None, ge=1, le=12, description="The month, 1 to 12.", examples=[None]
    )
    valid_from: date = Field(
        description="The first day; of a fiscal year the first of its month, or 1970-01-01 for "
        "since ever.",
        examples=["2027-01-01"],
    )
    reason: Text = Field("", max_length=_LONGEST_REASON, description="Why; charts tell it.")

    @model_validator(mode="after")
    def _one_of_both(self) -> "PeriodRuleGiven":
        if (self.zone is None) == (self.fiscal_year_starts_in is None):
            message = "Give either a zone or the month in which fiscal years start."
            raise ValueError(message)
        return self


class PeriodRuleWithdrawn(Given):
    """Why what was planned is taken back."""

    reason: Text = Field("", max_length=_LONGEST_REASON, description="Why.")


class PeriodRuleTold(Schema):
    """What holds from a day on."""

    id: int = Field(description="Its key.")
    kind: str = Field(description="zone, or fiscal_year.")
    valid_from: date = Field(description="The first day; 1970-01-01 is since ever.")
    value: str = Field(description="An IANA name, or the month in which fiscal years start.")
    reason: str = Field(description="Why.")
    is_correction: bool = Field(description="Whether it cuts the past otherwise.")
    effect: str = Field(description="What a correction cuts otherwise.")
    is_replaced: bool = Field(
        description="Whether a later one from the same day counts in its place."
    )
    is_withdrawn: bool = Field(description="Whether it was taken back before its day came.")


class PeriodRules(Schema):
    """What was said of what holds since when, the latest first, with what is replaced and counts
    no longer."""

    items: list[PeriodRuleTold] = Field(description="At most 500.")


def _told(
    row: PeriodRule, *, is_replaced: bool = False, is_withdrawn: bool = False
) -> dict[str, Any]:
    names = ("kind", "value", "reason", "is_correction", "effect")
    shared = {name: getattr(row, name) for name in names}
    day = row.valid_from.isoformat()
    standing = {"is_replaced": is_replaced, "is_withdrawn": is_withdrawn}
    return {"id": row.pk, "valid_from": day, **shared, **standing}


@router.get(
    "",
    response={200: PeriodRules, **errors(401)},
    operation_id="period_rules_list",
    url_name="period-rules",
    summary="List how time is cut into periods",
)
def list_rules(request: HttpRequest) -> HttpResponse:
    """Return in which zone days begin and when fiscal years start, and since when."""
    rows = PeriodRule.objects.visible_to(account_of(request)).select_related("withdrawal")
    found, counting = rows.order_by("-valid_from", "-pk")[:_MOST], set[tuple[str, date]]()
    items = []
    for row in found:
        place, is_withdrawn = (row.kind, row.valid_from), hasattr(row, "withdrawal")
        items.append(_told(row, is_replaced=place in counting, is_withdrawn=is_withdrawn))
        counting.add(place)
    return json_answer({"items": items})


@router.post(
    "",
    response={201: PeriodRuleTold, **_WRITING},
    operation_id="period_rule_set",
    url_name="period-rules",
    summary="Change the zone or the fiscal year",
)
def change(request: HttpRequest, given: PeriodRuleGiven) -> HttpResponse:
    """Say what holds from a day to come on; what is past stays as it was cut."""
    user = permitted(request, may_change_settings, "change the settings")
    act = change_fiscal_year if given.zone is None else change_zone
    return json_answer(_told(act(**_wanted(given, user))), status=CREATED)


@router.post(
    "/corrections",
    response={201: PeriodRuleTold, **_WRITING},
    operation_id="period_rule_correct",
    url_name="period-rule-corrections",
    summary="Correct the zone or the fiscal year of the past",
)
def correct(request: HttpRequest, given: PeriodRuleGiven) -> HttpResponse:
    """Cut the past otherwise; `effect` says which months and fiscal years that changes. Closed
    months stay as they were sealed until they are restated."""
    user = permitted(request, may_change_settings, "change the settings")
    act = correct_fiscal_year if given.zone is None else correct_zone
    return json_answer(_told(act(**_wanted(given, user))), status=CREATED)


@router.post(
    "/{key}/withdrawal",
    response={200: PeriodRuleTold, **errors(400, 401, 403, 404, 409, 415, 422)},
    operation_id="period_rule_withdraw",
    url_name="period-rule-withdrawal",
    summary="Withdraw what is planned",
)
def withdraw(
    request: HttpRequest, given: PeriodRuleWithdrawn, key: Key = _RULE_KEY
) -> HttpResponse:
    """Take back a rule before its day comes, with those that it had replaced on that day."""
    user = permitted(request, may_change_settings, "change the settings")
    row = get_object_or_404(PeriodRule.objects.visible_to(user), pk=key)
    withdraw_period_rule(
        organisation=organisation(), rule=row, reason=given.reason, actor=user, at=clock.now()
    )
    return json_answer(_told(row, is_withdrawn=True))


def _wanted(given: PeriodRuleGiven, user: Account) -> dict[str, Any]:
    """Return what is asked for as the verbs take it."""
    what: dict[str, Any] = {"zone": given.zone}
    if given.zone is None:
        what = {"month": given.fiscal_year_starts_in}
    shared = {"valid_from": given.valid_from, "reason": given.reason}
    return {"organisation": organisation(), **what, **shared, "actor": user, "at": clock.now()}
