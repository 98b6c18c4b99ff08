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
from quarterdeck.office.verbs.surveys import SurveyTerms, invite_to_survey

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
