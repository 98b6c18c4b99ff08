"""Few people stay hidden in results of surveys, however many answers they gave."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from quarterdeck.core.measures import ORGANISATION, Scope, State, Terms
from quarterdeck.core.models import Account
from quarterdeck.kernels.spans import Span
from quarterdeck.office.models import Survey
from quarterdeck.office.queries.survey_readings import satisfaction_after
from quarterdeck.office.queries.survey_results import Days, results_of
from quarterdeck.office.tests.surveyed import AT, VISITED, begun, open_house
from quarterdeck.office.verbs.survey_responses import answer_survey
from quarterdeck.office.verbs.surveys import (
    Question,
    SurveyTerms,
    invite_to_survey,
    reword_survey,
)

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=10)
MARCH = Days(AT.date().replace(day=1), AT.date().replace(month=4, day=1))


@pytest.fixture(autouse=True)
def _later(settings: object) -> Iterator[None]:
    settings.PUBLIC_URL = "https://desk.example.org"  # type: ignore[attr-defined]  # Django's settings
    with time_machine.travel(LATER, tick=False):
        yield


def asked_daily(guests: int, *, is_anonymous: bool) -> tuple[Survey, Account]:
    """Ask so many guests on each of three days, and let all of them answer each time."""
    manager = open_house(guests)
    terms = SurveyTerms(share=100, rest_days=0)
    survey = begun(manager, terms=terms, is_anonymous=is_anonymous)
    for day in (1, 2, 3):
        at = AT + timedelta(days=day)
        invite_to_survey(survey=survey, actor=manager, at=at)
        for invitation in survey.invitations.filter(invited_at=at):
            answer_survey(invitation=invitation, answers={1: 5, 3: ""}, actor=manager, at=at)
    return survey, manager


@pytest.mark.parametrize("is_anonymous", [False, True])
@pytest.mark.parametrize(("guests", "is_hidden"), [(4, True), (5, False)])
def test_answers_of_few_people_are_hidden_however_many(
    guests: int, is_hidden: bool, is_anonymous: bool
) -> None:
    survey, manager = asked_daily(guests, is_anonymous=is_anonymous)

    results = results_of(survey, MARCH, "team", manager, LATER)
    march = Span(AT.replace(day=1, hour=0), AT + timedelta(days=29))
    readings = [
        satisfaction_after(VISITED.key, march, scope, Terms(LATER))
        for scope in (ORGANISATION, Scope("team", "Visitors"))
    ]

    # Four people gave twelve answers, and five fifteen: enough answers, and not enough people.
    assert (results.n, results.is_hidden) == (3 * guests, is_hidden)
    assert [each.score is None for each in results.groups] == ([] if is_hidden else [False])
    known = State.NOT_ENOUGH_EVIDENCE if is_hidden else State.VALUE
    assert [each.state for each in readings] == [known, known]


@pytest.mark.parametrize("is_anonymous", [False, True])
def test_people_who_answer_often_are_shown_under_each_wording(*, is_anonymous: bool) -> None:
    # Six guests answer on three days, and once more in other words.
    survey, manager = asked_daily(6, is_anonymous=is_anonymous)
    at = AT + timedelta(days=4)
    reword_survey(
        survey=survey,
        version=survey.version,
        questions=[Question("scale", "How was it?"), Question("yes_no", "Was it enough?")],
        actor=manager,
        at=at,
    )
    invite_to_survey(survey=survey, actor=manager, at=at)
    for invitation in survey.invitations.filter(invited_at=at):
        answer_survey(invitation=invitation, answers={1: 4, 2: 1}, actor=manager, at=at)

    questions = results_of(survey, MARCH, "team", manager, LATER).questions

    # Eighteen answers to the first wording, and six to the second: six people stand behind each.
    assert {(each.text, each.score.n) for each in questions if each.order == 1} == {
        ("How satisfied are you?", 18),
        ("How was it?", 6),
    }


@pytest.mark.parametrize("is_anonymous", [False, True])
def test_a_question_is_hidden_where_few_people_can_stand_behind_it(*, is_anonymous: bool) -> None:
    manager = open_house(6)
    survey = begun(manager, terms=SurveyTerms(share=100, rest_days=0), is_anonymous=is_anonymous)
    at = AT + timedelta(days=1)
    invite_to_survey(survey=survey, actor=manager, at=at)
    for number, invitation in enumerate(survey.invitations.order_by("pk")):
        answers: dict[int, int | str] = {1: 5, 2: 1} if number < 4 else {1: 5}
        answer_survey(invitation=invitation, answers=answers, actor=manager, at=at)

    questions = results_of(survey, MARCH, "team", manager, LATER).questions

    # Six people answered the first question, and four of them the second.
    assert [(each.order, each.score.n) for each in questions] == [(1, 6), (2, 0)]
