"""The page of how time is cut into periods: zone and fiscal years, each from a day on."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.office import rules
from quarterdeck.office.models import PeriodRule
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.period_changes import outcome_of, planned
from quarterdeck.office.queries.periods import MONTHS, own_day, year_cut, years_around
from quarterdeck.office.verbs.period_rules import (
    change_fiscal_year,
    change_zone,
    correct_fiscal_year,
    correct_zone,
    withdraw_period_rule,
)
from quarterdeck.office.vocabulary import PeriodRuleKind
from quarterdeck.office.web.period_forms import CorrectionForm, FiscalYearForm, ZoneForm
from quarterdeck.office.web.settings import keeper

_ADDRESS = "office.periods"
_LONGEST_REASON = 200
# The three forms of the page share names of fields, but no ids.
_ZONE, _YEARS, _CORRECT = "zone_%s", "years_%s", "correct_%s"


@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """Show how time is cut, since when, and how to change it."""
    return _show(request)


def _show(request: HttpRequest, **sent: Any) -> HttpResponse:
    user, at, own = account_of(request), clock.now(), organisation()
    may_keep = rules.may_change_settings(user)
    known = PeriodRule.objects.visible_to(user)
    known = known.select_related("defined_by", "withdrawal__withdrawn_by")
    newest = {(each.kind, each.valid_from): each for each in known.order_by("pk")}
    open_plans = planned(own, at) if may_keep else []
    context: dict[str, Any] = {
        "own": own,
        "years": _years_told(own_day(at)),
        "known": [
            (
                each,
                _in_words(each.kind, each.value),
                each.valid_from == FIRST_DAY,
                newest[each.kind, each.valid_from] == each,
                each in open_plans,
            )
            for each in known.order_by("-valid_from", "-pk")
        ],
        "may_keep": may_keep,
        **sent,
    }
    if may_keep:
        zone = {"zone": own.zone}
        context.setdefault("zone_form", ZoneForm(initial=zone, auto_id=_ZONE))
        month = int(own.fiscal_years[-1].value)
        context.setdefault("year_form", FiscalYearForm(initial={"month": month}, auto_id=_YEARS))
        context.setdefault("correction", CorrectionForm(auto_id=_CORRECT))
    status = 422 if sent else 200
    return render(request, "office/periods.html", context, status=status)


def _years_told(today: date) -> list[str]:
    """Return the fiscal year that runs and, where another start is to come, those around it."""
    own = organisation()
    years = [year_cut(own.rules.fiscal_year_of(today))]
    if own.fiscal_years[-1].valid_from > today:
        years += years_around(own.rules, own.fiscal_years[-1].valid_from)
    return list(dict.fromkeys(map(str, years)))


def _years_saved(valid_from: date) -> list[str]:
    """Return the fiscal years around a change of their start; the one that runs, where they start
    so since ever."""
    its = organisation().rules
    if valid_from == FIRST_DAY:
        return [str(year_cut(its.fiscal_year_of(own_day(clock.now()))))]
    return list(map(str, years_around(its, valid_from)))


def _in_words(kind: str, value: str) -> str:
    if kind == PeriodRuleKind.ZONE:
        return f"Days begin in {value}"
    return f"Fiscal years start in {MONTHS[int(value) - 1]}"


@require_POST
def another_zone(request: HttpRequest) -> HttpResponse:
    """Let days begin in another zone from a day on."""
    user, form = keeper(request), ZoneForm(request.POST, auto_id=_ZONE)
    if form.is_valid() and (row := _kept(form, change_zone, form.cleaned_data, user)):
        since = "since ever" if row.valid_from == FIRST_DAY else f"from {row.valid_from}"
        messages.success(request, f"Saved: {_in_words(row.kind, row.value)} {since}.")
        return redirect(_ADDRESS)
    return _show(request, zone_form=form)


@require_POST
def another_fiscal_year(request: HttpRequest) -> HttpResponse:
    """Let fiscal years start in another month from a day on."""
    user, form = keeper(request), FiscalYearForm(request.POST, auto_id=_YEARS)
    if form.is_valid() and (row := _kept(form, change_fiscal_year, form.cleaned_data, user)):
        messages.success(request, f"Saved. {'; '.join(_years_saved(row.valid_from))}.")
        return redirect(_ADDRESS)
    return _show(request, year_form=form)


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take back what was planned, before its day comes."""
    user = keeper(request)
    row = get_object_or_404(PeriodRule.objects.visible_to(user), pk=key)
    why = request.POST.get("reason", "")[:_LONGEST_REASON]
    try:
        withdraw_period_rule(
            organisation=organisation(), rule=row, reason=why, actor=user, at=clock.now()
        )
        told = f"Withdrawn: {_in_words(row.kind, row.value)} from {row.valid_from}."
        messages.success(request, told)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_ADDRESS)


@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """Show what a correction of the past changes, and make it once that has been read."""
    user = keeper(request)
    form = CorrectionForm(request.POST, auto_id=_CORRECT)
    if not form.is_valid():
        return _show(request, correction=form)
    at = clock.now()
    effect = _effect(form, at)
    if not effect or form.cleaned_data["seen"] != effect:
        form.data = {**request.POST.dict(), "seen": effect}
        return _show(request, correction=form, effect=effect)
    change = form.change
    shared = {"valid_from": change.valid_from, "reason": change.reason}
    if change.kind is PeriodRuleKind.ZONE:
        row = _kept(form, correct_zone, {"zone": change.value, **shared}, user)
    else:
        row = _kept(form, correct_fiscal_year, {"month": int(change.value), **shared}, user)
    if row is None:
        return _show(request, correction=form)
    messages.success(request, f"The past is corrected. {row.effect}")
    return redirect(_ADDRESS)


def _effect(form: CorrectionForm, at: datetime) -> str:
    """Return what a correction changes; where it cannot be, the form says why."""
    try:
        effect = outcome_of(organisation(), form.change, at).effect
    except Refused as refusal:
        _tell(form, refusal)
        return ""
    if not effect:
        form.add_error(None, "Nothing recorded is cut otherwise by that; it is a change, above.")
    return effect


def _kept(
    form: forms.Form, act: Callable[..., PeriodRule], given: Mapping[str, Any], user: Account
) -> PeriodRule | None:
    """Do what was asked for; where it is refused, the form says why."""
    try:
        return act(organisation=organisation(), **given, actor=user, at=clock.now())
    except Refused as refusal:
        _tell(form, refusal)
        return None


def _tell(form: forms.Form, refusal: Refused) -> None:
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    for name, texts in errors.items():
        form.add_error(name if name in form.fields else None, texts)
    if not errors:
        form.add_error(None, str(refusal))
