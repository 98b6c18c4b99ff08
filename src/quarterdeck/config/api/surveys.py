"""The operation on the results of a survey: figures of groups, never a single answer."""

from datetime import timedelta
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.problems import INVALID, Fault, ProblemError
from quarterdeck.config.api.records import only
from quarterdeck.config.readings import number
from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.permission import account_of
from quarterdeck.office.models import Survey
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.survey_results import (
    Days,
    Group,
    QuestionResult,
    Results,
    Score,
    results_of,
)
from quarterdeck.office.records.surveys import surveys
from quarterdeck.office.vocabulary import QuestionKind
from quarterdeck.ui.details import find_visible

router = Router(tags=["Surveys"])
Interval = list[float] | None
Number = int | float | None


class ScoreTold(Schema):
    """How many answered what."""

    n: int = Field(description="How many answered.")
    share: Number = Field(
        description="The share of the satisfied (4 or 5), or of those who say yes."
    )
    interval: Interval = Field(description="Wilson's 95 % interval of the share.")
    mean: Number = Field(description="The mean of a scale from 1 to 5; null: it is none.")
    mean_interval: Interval = Field(
        description="Student's 95 % interval of the mean, within the scale."
    )
    counts: dict[str, int] = Field(description="How many chose each step.", examples=[{"5": 12}])


class QuestionTold(Schema):
    """One question and what was answered; of texts, how many were written."""

    text: str = Field(description="The question.")
    kind: Literal["scale", "yes_no", "text"] = Field(description="How it is answered.")
    score: ScoreTold | None = Field(description="The figures; null: too few, or a text.")
    written: int | None = Field(description="How many texts were written; null: no text.")


class GroupTold(Schema):
    """One team, unit or service."""

    key: str = Field(description="Its key, or the service's name; empty for none.")
    title: str = Field(description="How it is called.")
    score: ScoreTold | None = Field(description="The figures; null: hidden, as too few.")


class SurveyResults(Schema):
    """The results of a survey over one period, as the pages show them to you."""

    survey: int = Field(description="The key of the survey.")
    period: str = Field(description="The name of the period.", examples=["2026-Q1"])
    by: Literal["team", "unit", "service"] = Field(description="How answers are grouped.")
    smallest_group: int = Field(description="Figures of fewer people are hidden.")
    is_hidden: bool = Field(description="Whether there are answers, and too few to be told.")
    answered: int = Field(description="Of those asked, how many answered.")
    asked: int = Field(description="How many invitations' links ran out in the period.")
    running: int = Field(description="Of those invited in the period, whose links still run.")
    response_rate: Number = Field(description="The share of these that was answered.")
    response_rate_interval: Interval = Field(description="Wilson's 95 % interval of the rate.")
    questions: list[QuestionTold] = Field(description="In the order in which they are asked.")
    groups: list[GroupTold] = Field(description="Those within your reach.")


class ResultsAsked(Schema):
    """Of which period, and by what grouped."""

    period: Text = Field(max_length=40, description="2016, 2016-Q1, 2016-03 or FY2016.")
    by: Literal["team", "unit", "service"] = Field("team", description="How answers are grouped.")


@router.get(
    "/{key}/results",
    response={200: SurveyResults, **errors(401, 404, 422)},
    operation_id="survey_results",
    url_name="survey.results",
    summary="The results of a survey",
)
def read_results(
    request: HttpRequest,
    *,
    key: Key = Path(..., description="The key of the survey."),  # noqa: B008 — as below
    asked: ResultsAsked = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return figures of groups; small groups are hidden as on the pages, and no text is told."""
    only(request, ResultsAsked)
    user = account_of(request)
    survey: Survey = find_visible(surveys, key, user)
    try:
        period = period_named(asked.period)
    except Refused as refusal:
        fault = Fault(str(refusal), parameter="period")
        raise ProblemError(INVALID, faults=(fault,)) from refusal
    days = Days(period.first, period.last + timedelta(days=1))
    results = results_of(survey, days, asked.by, user, clock.now())
    told = _told(results)
    told |= {
        "survey": survey.pk,
        "period": period.key,
        "by": asked.by,
        "smallest_group": survey.smallest_group,
    }
    return json_answer(told)


def _told(results: Results) -> dict[str, Any]:
    rate = results.rate
    return {
        "is_hidden": results.is_hidden,
        "answered": rate.answered,
        "asked": rate.asked,
        "running": rate.running,
        "response_rate": number(rate.share),
        "response_rate_interval": rate.interval,
        "questions": [_question(each) for each in results.questions],
        "groups": [_group(each) for each in results.groups],
    }


def _question(result: QuestionResult) -> dict[str, Any]:
    is_text = result.kind == QuestionKind.TEXT
    return {
        "text": result.text,
        "kind": result.kind,
        "score": None if is_text else _score(result.score),
        "written": len(result.texts) + result.hidden_texts if is_text else None,
    }


def _group(group: Group) -> dict[str, Any]:
    return {"key": group.key, "title": group.title, "score": _score(group.score)}


def _score(score: Score | None) -> dict[str, Any] | None:
    if score is None or not score.n:
        return None
    return {
        "n": score.n,
        "share": number(score.share),
        "interval": score.interval,
        "mean": number(score.mean),
        "mean_interval": score.mean_interval,
        "counts": {str(step): count for step, count in score.counts},
    }
