"""The operations on tests of courses: what a participant is asked, and what they answer."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError
from quarterdeck.config.api.records import Door, door_to
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.permission import account_of
from quarterdeck.people.models import CourseTest, Enrolment
from quarterdeck.people.queries.course_tests import Sitting, asked_test, items_of, sittings
from quarterdeck.people.records.training import enrolments
from quarterdeck.people.verbs.course_tests import sit_course_test
from quarterdeck.people.vocabulary import TestMoment

ENROLMENTS: Door = door_to(enrolments)
router = Router(tags=["Training"])
_MOST_ITEMS, _MOST_CHOICES = 200, 50
_KEY = Path(..., description="The key of the enrolment.")
_MOMENT = Path(..., description="Before the session or after it.", example="pre")


class ChoiceTold(Schema):
    """One choice of an item."""

    order: int = Field(description="Under which number it is chosen.", examples=[1])
    text: str = Field(description="What it says.")


class ItemTold(Schema):
    """One item of a test."""

    order: int = Field(description="Under which number it is answered.", examples=[1])
    text: str = Field(description="What is asked.")
    choices: list[ChoiceTold] = Field(description="What may be chosen.")


class TestTold(Schema):
    """The test that a participant has before them; which choices are right it does not tell."""

    is_open: bool = Field(description="Whether it can be answered now.")
    first: datetime | None = Field(description="From when on it can be; null: from now.")
    last: datetime = Field(description="Until when it can be.")
    points: int | None = Field(description="How many items were right; null: not answered yet.")
    items: list[ItemTold] = Field(description="The items, in their order.")


class AnswerGiven(Given):
    """What is chosen of one item."""

    item: int = Field(ge=1, le=_MOST_ITEMS, description="The number of the item.", examples=[1])
    chosen: list[int] = Field(max_length=_MOST_CHOICES, description="The numbers of the choices.")


class AnswersGiven(Given):
    """What a participant answers, once; an item that is left out is not right."""

    answers: list[AnswerGiven] = Field(max_length=_MOST_ITEMS, description="Item by item.")


@router.get(
    "/enrolments/{key}/tests/{moment}",
    response={200: TestTold, **errors(401, 404, 422)},
    operation_id="enrolment_test",
    url_name="people.enrolment.test",
    summary="Read a test that one has to answer",
)
def read_test(request: HttpRequest, key: Key = _KEY, moment: TestMoment = _MOMENT) -> HttpResponse:
    """Return the test of one's own enrolment, before or after the session."""
    _, sitting, test = _own(request, key, moment)
    return json_answer(_told(sitting, test))


@router.post(
    "/enrolments/{key}/tests/{moment}",
    response={201: TestTold, **errors(400, 401, 403, 404, 409, 413, 415, 422)},
    operation_id="enrolment_sit_test",
    summary="Answer a test",
)
def sit_test(
    request: HttpRequest, given: AnswersGiven, key: Key = _KEY, moment: TestMoment = _MOMENT
) -> HttpResponse:
    """Take the answers of a participant: once, and in time."""
    enrolment, _, _ = _own(request, key, moment)
    answers = {each.item: each.chosen for each in given.answers}
    user = account_of(request)
    sit_course_test(enrolment=enrolment, moment=moment, answers=answers, actor=user, at=clock.now())
    _, sitting, test = _own(request, key, moment)
    return json_answer(_told(sitting, test), status=CREATED)


def _own(request: HttpRequest, key: int, moment: str) -> tuple[Enrolment, Sitting, CourseTest]:
    """Return one's own enrolment with its test; nobody sits or reads a test for somebody else."""
    enrolment: Enrolment = ENROLMENTS.find(request, key)
    if enrolment.person_id != account_of(request).person_id:
        raise ProblemError(FORBIDDEN, "You may sit your own tests alone.")
    found = {each.moment: each for each in sittings(enrolment, clock.now())}
    sitting = found.get(moment)
    if sitting is None:
        raise Http404
    test = sitting.attempt.test if sitting.attempt else asked_test(enrolment, moment)
    if test is None:
        raise Http404
    return enrolment, sitting, test


def _told(sitting: Sitting, test: CourseTest) -> dict[str, Any]:
    attempt = sitting.attempt
    return {
        "is_open": sitting.is_open,
        "first": sitting.first,
        "last": sitting.last,
        "points": None if attempt is None else attempt.result.points,
        "items": [
            {
                "order": item.order,
                "text": item.text,
                "choices": [
                    {"order": each.order, "text": each.text}
                    for each in sorted(item.choices.all(), key=lambda choice: choice.order)
                ],
            }
            for item in items_of(test)
        ],
    }
