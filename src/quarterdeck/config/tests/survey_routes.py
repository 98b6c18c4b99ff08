"""The rows of the table of routes for surveys, and a survey with something to show."""

from datetime import timedelta

from quarterdeck.config.demo import cast as department
from quarterdeck.config.tests.cast import AT, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.queries.occasions import TICKET_RESOLVED
from quarterdeck.office.models import Survey, SurveyInvitation, SurveyResponse
from quarterdeck.office.queries.surveys import token_of
from quarterdeck.office.verbs.survey_responses import answer_survey
from quarterdeck.office.verbs.surveys import Question, SurveyTerms, begin_survey

# Those who work at the desk answer for the network team's tickets here: its lead reads the answer.
LINES = """
survey                     GET    open-link     200  200  200  200  200  200  200  200  200  200
survey                     POST   open-link     422  422  422  422  422  422  422  422  422  422
survey                     GET    forged-link   404  404  404  404  404  404  404  404  404  404
office.survey.list         GET    -              in  200  200  200  200  200  200  200  200  200
office.survey.detail       GET    survey         in  404  200  200  200  200  200  200  200  200
office.survey.begin        GET    -              in  404  404  404  200  200  404  200  404  200
office.survey.begin        POST   -              in  404  404  404  422  422  404  422  404  422
office.survey.reword       POST   survey         in  404  404  404  422  422  404  422  404  422
office.survey.terms        POST   survey         in  404  404  404  422  422  404  422  404  422
office.survey.end          POST   survey         in  404  404  404  422  422  404  422  404  422
office.surveyresponse.list GET    -              in  200  200  200  200  200  200  200  200  200
office.surveyresponse.detail GET  response       in  404  404  200  200  200  404  404  200  200
"""

_ANSWERING = 6


def answered_survey(occasion: str = TICKET_RESOLVED) -> Survey:
    """Let six people answer, in March 2016, how a ticket of the network team went, or else what
    the occasion is about."""
    operator = Account.objects.get(username="operator")
    manager = Account.objects.get(roles__role=Role.IT_MANAGER)
    begun = AT.replace(month=3, day=1)
    survey = begin_survey(
        name=f"After each {occasion}",
        occasion=occasion,
        questions=[
            Question("scale", "How satisfied are you?", "Not at all", "Very"),
            Question("text", "What should we do better?"),
        ],
        terms=SurveyTerms(share=100),
        actor=manager,
        at=begun,
    )
    with acting(actor=operator, verb_name="tests.answered_survey", at=begun):
        requester = Account.objects.get(roles__role=Role.REQUESTER).person
        assert requester is not None
        others = Person.objects.exclude(pk=requester.pk).order_by("pk")[:_ANSWERING]
        asked = [
            _invited(survey, number, person) for number, person in enumerate([*others, requester])
        ]
    for invitation, score in zip(asked, (5, 5, 4, 4, 2, 5), strict=False):
        answers: dict[int, int | str] = {1: score, 2: "Answer sooner." if score == 2 else ""}
        answer_survey(
            invitation=invitation, answers=answers, actor=operator, at=begun + timedelta(days=3)
        )
    return survey


def _invited(survey: Survey, number: int, person: Person) -> SurveyInvitation:
    return SurveyInvitation.objects.create(
        survey=survey,
        survey_version=survey.versions.get(),
        person=person,
        subject=f"desk.ticket:{10**6 + number}",
        title=f"INC{number} The line is slow",
        unit=person.unit,
        team=Team.objects.get(name=department.NETWORK),
        happened_at=survey.begun_at,
        invited_at=survey.begun_at,
        # The last one can still be answered whenever the tests run.
        expires_at=survey.begun_at + timedelta(days=14 if number < _ANSWERING else 36_500),
    )


def _arguments(_cast: Cast) -> Arguments:
    """Return what the addresses of these records are made with."""
    survey = answered_survey()
    unanswered = survey.invitations.get(answered_on=None)
    return {
        "survey": [survey.pk],
        "response": [SurveyResponse.objects.order_by("pk")[0].pk],
        "open-link": [token_of(unanswered)],
        "forged-link": [f"{unanswered.pk}-{'a' * 26}"],
    }


TABLE = RouteTable(LINES, _arguments, frozenset({"survey"}))
