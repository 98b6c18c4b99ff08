"""The operations by which surveys begin and are asked in other words."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError
from quarterdeck.config.api.records import IF_MATCH, Door, door_to, match
from quarterdeck.config.api.schemas import Given
from quarterdeck.config.api.steering import permitted
from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import record_of
from quarterdeck.office.models import Survey
from quarterdeck.office.models.surveys import MOST_QUESTIONS
from quarterdeck.office.queries.occasions import all_occasions
from quarterdeck.office.rules import may_keep_surveys
from quarterdeck.office.verbs.surveys import Question, SurveyTerms, begin_survey, reword_survey
from quarterdeck.office.vocabulary import QuestionKind

SURVEYS: Door = door_to(record_of(Survey))
router = Router(tags=["Surveys"])
_USUAL = SurveyTerms()
_LONGEST_NAME, _LONGEST_QUESTION, _LONGEST_END = 200, 300, 60
_LONGEST_INTRODUCTION = 10_000


class SurveyQuestionGiven(Given):
    """One question."""

    kind: QuestionKind = Field(description="How it is answered.", examples=["scale"])
    text: Text = Field(min_length=1, max_length=_LONGEST_QUESTION, description="What is asked.")
    low: Text = Field("", max_length=_LONGEST_END, description="What 1 means, of a scale.")
    high: Text = Field("", max_length=_LONGEST_END, description="What 5 means, of a scale.")


class WordingGiven(Given):
    """What a survey asks, and in which words."""

    introduction: Text = Field(
        "", max_length=_LONGEST_INTRODUCTION, description="It stands above the questions."
    )
    questions: list[SurveyQuestionGiven] = Field(
        min_length=1,
        max_length=MOST_QUESTIONS,
        description="In their order; the first one has to be answered, and is no text.",
    )


class SurveyGiven(WordingGiven):
    """A survey that begins now."""

    name: Text = Field(min_length=1, max_length=_LONGEST_NAME, description="What it is called.")
    occasion: Text = Field(
        max_length=80, description="After what it asks.", examples=["desk.ticket_resolved"]
    )
    is_anonymous: bool = Field(False, description="Without names; it cannot be changed later.")
    share: int = Field(_USUAL.share, ge=1, le=100, description="The sample, in percent.")
    rest_days: int = Field(
        _USUAL.rest_days, ge=0, le=365, description="Nobody is asked again so soon."
    )
    open_days: int = Field(
        _USUAL.open_days, ge=1, le=90, description="How long a link can be answered."
    )
    reminder_days: int = Field(
        _USUAL.reminder_days, ge=0, le=89, description="Days until the reminder; 0: none."
    )
    smallest_group: int = Field(
        _USUAL.smallest_group, ge=2, le=100, description="Figures of fewer people are hidden."
    )


def _questions(given: WordingGiven) -> list[Question]:
    if given.questions[0].kind == QuestionKind.TEXT:
        raise Invalid({"questions": ["The first question is no text: figures come from it."]})
    return [Question(**each.model_dump()) for each in given.questions]


@router.post(
    "/begin",
    response={201: SURVEYS.schemas.row, **errors(400, 401, 403, 409, 413, 415, 422)},
    operation_id="survey_begin",
    url_name="survey.begin",
    summary="Begin a survey",
)
def begin(request: HttpRequest, given: SurveyGiven) -> HttpResponse:
    """Ask from now on about what happens; what happened before is not asked about."""
    user = permitted(request, may_keep_surveys, "begin surveys")
    known = [each.key for each in all_occasions()]
    if given.occasion not in known:
        raise Invalid({"occasion": [f"Expected one of {', '.join(known)}."]})
    terms: dict[str, Any] = given.model_dump(include={*asdict(_USUAL)})
    survey = begin_survey(
        name=given.name,
        occasion=given.occasion,
        questions=_questions(given),
        introduction=given.introduction,
        is_anonymous=given.is_anonymous,
        terms=SurveyTerms(**terms),
        actor=user,
        at=clock.now(),
    )
    return SURVEYS.tell(survey, CREATED, reader=user)


@router.post(
    "/{key}/wording",
    response={
        200: SURVEYS.schemas.row,
        **errors(400, 401, 403, 404, 409, 412, 413, 415, 422, 428),
    },
    operation_id="survey_reword",
    url_name="survey.wording",
    summary="Ask in other words from now on",
    openapi_extra={"parameters": [IF_MATCH]},
)
def reword(
    request: HttpRequest,
    given: WordingGiven,
    *,
    key: Key = Path(..., description="The key of the survey."),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Ask in other words; links that are out keep the words that they were sent for."""
    user, survey = account_of(request), SURVEYS.find(request, key)
    if not may_keep_surveys(user):
        raise ProblemError(FORBIDDEN, "You may not change surveys.")
    match(request, survey)
    reword_survey(
        survey=survey,
        version=survey.version,
        questions=_questions(given),
        introduction=given.introduction,
        actor=user,
        at=clock.now(),
    )
    return SURVEYS.tell(Survey.objects.get(pk=survey.pk), reader=user)
