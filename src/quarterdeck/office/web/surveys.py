"""The pages of surveys for those who keep them and read their results."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.kernels.periods import Period
from quarterdeck.office.models import Survey, SurveyQuestion, SurveyVersion
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.occasions import occasion_named
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.queries.survey_results import DIMENSIONS, Days, results_of
from quarterdeck.office.queries.surveys import can_invite, can_mail_links, wording_of
from quarterdeck.office.records.surveys import may_read_responses, responses, surveys
from quarterdeck.office.rules import may_keep_surveys
from quarterdeck.office.verbs.surveys import (
    begin_survey,
    change_survey_terms,
    end_survey,
    reword_survey,
)
from quarterdeck.office.web.survey_forms import (
    BeginForm,
    EndForm,
    VersionedQuestionsForm,
    VersionedTermsForm,
)
from quarterdeck.ui.details import breadcrumbs, facts_of, find_visible, panels_and_changes

_FACTS = ("share", "rest_days", "open_days", "reminder_days", "smallest_group", "begun_at")


def _keeper(request: HttpRequest) -> Account:
    user = account_of(request)
    if not may_keep_surveys(user):
        raise Http404
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a survey."""
    user = _keeper(request)
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            survey = begin_survey(
                name=given["name"],
                occasion=given["occasion"],
                questions=form.questions(),
                introduction=given["introduction"],
                is_anonymous=given["is_anonymous"],
                terms=form.terms(),
                actor=user,
                at=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(surveys.detail_address, survey.pk)
    context = {"form": form, "breadcrumbs": breadcrumbs(surveys, "Begin a survey")}
    status = 422 if request.method == "POST" else 200
    return render(request, "office/survey_begin.html", context, status=status)


@require_safe
def show(request: HttpRequest, key: int) -> HttpResponse:
    """Show a survey with its results in a period."""
    user = account_of(request)
    return _page(request, find_visible(surveys, key, user), user)


def _page(request: HttpRequest, survey: Survey, user: Account, *bound: forms.Form) -> HttpResponse:
    at = clock.now()
    period, refusal = _period(request, f"{own_day(at):%Y}")
    days = Days(period.first, period.last + timedelta(days=1))
    by = request.GET.get("by", "")
    by = by if by in DIMENSIONS else "team"
    wording = wording_of(survey)
    questions = list(wording.questions.order_by("order"))
    results = results_of(survey, days, by, user, at)
    context: dict[str, Any] = {
        "survey": survey,
        "rows": _rows_behind(survey, period, user),
        # Under two wordings a number would lead to the answers to both.
        "is_one_wording": sum(each.order == 1 for each in results.questions) == 1,
        "by_name": by,
        "occasion": occasion_named(survey.occasion).title,
        "wording": wording,
        "questions": questions,
        "results": results,
        "period": period,
        "refusal": refusal,
        "by": DIMENSIONS[by],
        "tabs": [
            {
                "title": title,
                "address": f"?{urlencode({'period': period.key, 'by': name})}",
                "is_current": name == by,
            }
            for name, title in DIMENSIONS.items()
        ],
        "facts": facts_of(surveys, survey, user, _FACTS),
        "is_mute": not can_mail_links(),
        "is_asked_here": can_invite(),
        **panels_and_changes(surveys, survey, user),
        "breadcrumbs": breadcrumbs(surveys, survey.name),
    }
    if may_keep_surveys(user) and survey.ended_at is None:
        context |= _forms(survey, wording, questions, bound)
    return render(request, "office/survey.html", context, status=422 if bound else 200)


def _rows_behind(survey: Survey, period: Period, user: Account) -> str:
    """Return where the single answers of a period are listed; nowhere for whoever reads none."""
    if survey.is_anonymous or not may_read_responses(user):
        return ""
    asked = {
        "survey": survey.pk,
        "answered_on_from": period.first,
        "answered_on_until": period.last,
    }
    return f"{reverse(responses.list_address)}?{urlencode(asked)}"


def _forms(
    survey: Survey,
    wording: SurveyVersion,
    questions: list[SurveyQuestion],
    bound: tuple[forms.Form, ...],
) -> dict[str, forms.Form]:
    """Return the forms of a survey; one that was sent and refused shows what was typed."""
    refused = {type(form): form for form in bound}
    worded: dict[str, Any] = {"version": survey.version, "introduction": wording.introduction}
    for question in questions:
        for name in ("kind", "text", "low", "high"):
            worded[f"{name}_{question.order}"] = getattr(question, name)
    terms = {name: getattr(survey, name) for name in VersionedTermsForm().fields}
    fresh: dict[str, tuple[type[forms.Form], dict[str, Any]]] = {
        "rewording": (VersionedQuestionsForm, worded),
        "terms_form": (VersionedTermsForm, terms),
        "ending": (EndForm, {"version": survey.version}),
    }
    return {
        name: refused.get(kind) or kind(initial=initial, auto_id=f"{name}_%s")
        for name, (kind, initial) in fresh.items()
    }


def _period(request: HttpRequest, usual: str) -> tuple[Period, str]:
    """Return the period that is asked for, else this year with what was wrong."""
    try:
        return period_named(request.GET.get("period") or usual), ""
    except Refused as refusal:
        return period_named(usual), str(refusal)


@require_POST
def reword(request: HttpRequest, key: int) -> HttpResponse:
    """Ask in other words from now on."""
    user = _keeper(request)
    survey: Survey = find_visible(surveys, key, user)
    form = VersionedQuestionsForm(request.POST, auto_id="rewording_%s")
    if form.is_valid():
        try:
            reword_survey(
                survey=survey,
                version=form.cleaned_data["version"],
                questions=form.questions(),
                introduction=form.cleaned_data["introduction"],
                actor=user,
                at=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(request, survey)
    return _page(request, survey, user, form)


@require_POST
def change_terms(request: HttpRequest, key: int) -> HttpResponse:
    """Change whom the survey asks, and how long it waits."""
    user = _keeper(request)
    survey: Survey = find_visible(surveys, key, user)
    form = VersionedTermsForm(request.POST, auto_id="terms_form_%s")
    if form.is_valid():
        version, at = form.cleaned_data["version"], clock.now()
        try:
            change_survey_terms(
                survey=survey, version=version, terms=form.terms(), actor=user, at=at
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(request, survey)
    return _page(request, survey, user, form)


@require_POST
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Ask nobody any more."""
    user = _keeper(request)
    survey: Survey = find_visible(surveys, key, user)
    form = EndForm(request.POST, auto_id="ending_%s")
    if form.is_valid():
        version, at = form.cleaned_data["version"], clock.now()
        try:
            end_survey(survey=survey, version=version, actor=user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(request, survey)
    return _page(request, survey, user, form)


def _saved(request: HttpRequest, survey: Survey) -> HttpResponse:
    messages.success(request, f"“{survey}” is saved.")
    return redirect(surveys.detail_address, survey.pk)
