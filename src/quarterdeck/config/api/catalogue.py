"""The operations on what the items of the service catalogue ask."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError
from quarterdeck.config.api.records import Door, door_to
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import record_of
from quarterdeck.kernels.questions import MOST_QUESTIONS, Question, QuestionType
from quarterdeck.services.models import CatalogueForm, CatalogueItem
from quarterdeck.services.rules import may_keep_services
from quarterdeck.services.verbs.catalogue import set_catalogue_form

ITEMS: Door = door_to(record_of(CatalogueItem))
router = Router(tags=["Services"])
_KEY = Path(..., description="The key of the item.")
_LONGEST, _LONGEST_KEY, _MOST_OPTIONS = 300, 60, 100
_DIGITS, _PLACES = 15, 6


class CatalogueQuestionGiven(Given):
    """One question."""

    key: Text = Field(max_length=_LONGEST_KEY, description="Under which name it is answered.")
    label: Text = Field(max_length=_LONGEST, description="What is asked.")
    type: QuestionType = Field(description="What kind of answer it wants.", examples=["choice"])
    is_required: bool = Field(False, description="Whether it has to be answered.")
    help: Text = Field("", max_length=_LONGEST, description="What helps to answer it.")
    options: list[Text] = Field(
        default_factory=list, max_length=_MOST_OPTIONS, description="What may be chosen."
    )
    least: Decimal | None = Field(
        None, max_digits=_DIGITS, decimal_places=_PLACES, description="The least number."
    )
    most: Decimal | None = Field(
        None, max_digits=_DIGITS, decimal_places=_PLACES, description="The greatest number."
    )
    asked_when: Text = Field(
        "", max_length=_LONGEST_KEY, description="The key of the question it depends on."
    )
    asked_for: Text = Field(
        "", max_length=_LONGEST, description="With which answer to that one it is asked."
    )
    is_ahead: bool = Field(False, description="Whether it wants a day that has not passed.")


class CatalogueQuestionsGiven(Given):
    """What an item asks from now on."""

    questions: list[CatalogueQuestionGiven] = Field(
        max_length=MOST_QUESTIONS, description="In their order."
    )
    seen: int = Field(
        ge=0, le=2**31 - 1, description="The number of the version that was read; 0: there is none."
    )


class CatalogueQuestionTold(Schema):
    """One question."""

    key: str = Field(description="Under which name it is answered.")
    label: str = Field(description="What is asked.")
    type: str = Field(description="What kind of answer it wants.")
    is_required: bool = Field(description="Whether it has to be answered.")
    help: str = Field(description="What helps to answer it.")
    options: list[str] = Field(description="What may be chosen.")
    least: str | None = Field(description="The least number.")
    most: str | None = Field(description="The greatest number.")
    asked_when: str = Field(description="The key of the question it depends on.")
    asked_for: str = Field(description="With which answer to that one it is asked.")
    is_ahead: bool = Field(description="Whether it wants a day that has not passed.")


class CatalogueQuestionsTold(Schema):
    """What an item asks."""

    number: int = Field(description="The number of the version; 0: it asks nothing.")
    questions: list[CatalogueQuestionTold] = Field(description="In their order.")


def _told(form: CatalogueForm | None) -> dict[str, Any]:
    if form is None:
        return {"number": 0, "questions": []}
    return {"number": form.number, "questions": [each.told() for each in form.asked]}


@router.get(
    "/{key}/questions",
    response={200: CatalogueQuestionsTold, **errors(401, 404, 422)},
    operation_id="catalogue_questions",
    url_name="catalogue.questions",
    summary="Read what an item of the catalogue asks",
)
def read_questions(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Return the questions of an item, and the number of their version."""
    item: CatalogueItem = ITEMS.find(request, key)
    return json_answer(_told(item.form))


@router.post(
    "/{key}/questions",
    response={201: CatalogueQuestionsTold, **errors(400, 401, 403, 404, 409, 413, 415, 422)},
    operation_id="catalogue_questions_set",
    url_name="catalogue.questions",
    summary="Let an item of the catalogue ask other questions",
)
def set_questions(
    request: HttpRequest, given: CatalogueQuestionsGiven, key: Key = _KEY
) -> HttpResponse:
    """Let an item ask these questions from now on; earlier requests keep what they answered."""
    user, item = account_of(request), ITEMS.find(request, key)
    if not may_keep_services(user):
        raise ProblemError(FORBIDDEN, "You may not change what the catalogue asks.")
    asked = [
        Question(**{**each.model_dump(), "options": tuple(each.options)})
        for each in given.questions
    ]
    form = set_catalogue_form(
        catalogue_item=item, questions=asked, seen=given.seen, actor=user, at=clock.now()
    )
    return json_answer(_told(form), status=CREATED)
