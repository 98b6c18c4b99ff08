"""How surveys and single responses are listed and shown."""

from datetime import datetime

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import NounClass, User, holds
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Badge, Record, Tone, View
from quarterdeck.office.models import Survey, SurveyResponse
from quarterdeck.office.models.survey_responses import ANSWERING_ROLES
from quarterdeck.office.models.surveys import READING_ROLES
from quarterdeck.office.queries.surveys import waiting_surveys
from quarterdeck.office.rules import may_keep_surveys
from quarterdeck.office.verbs.surveys import SurveyTerms, change_survey_terms, end_survey
from quarterdeck.ui import navigation


def _change_terms(
    *,
    survey: Survey,
    version: int,
    share: int,
    rest_days: int,
    open_days: int,
    reminder_days: int,
    smallest_group: int,
    actor: Account,
    at: datetime,
) -> Survey:
    """Change the sample, the times or the smallest group that is shown."""
    terms = SurveyTerms(share, rest_days, open_days, reminder_days, smallest_group)
    return change_survey_terms(survey=survey, version=version, terms=terms, actor=actor, at=at)


def _may_keep(user: User, _survey: Survey) -> bool:
    return may_keep_surveys(user)


surveys = Record(
    Survey,
    columns=("name", "occasion", "share", "is_anonymous", "begun_at", "ended_at"),
    search=("name",),
    order=("-begun_at", "-id"),
    badges={
        "is_anonymous": {
            True: Badge(Tone.INFO, "Anonymous"),
            False: Badge(Tone.NEUTRAL, "With names"),
        }
    },
    views=(View("Running", "running"),),
    action=Action("Begin a survey", "office.survey.begin", "plus", may_keep_surveys),
    acts=(
        RecordAct("change-terms", "Change the terms", _change_terms, _may_keep),
        RecordAct("end", "End", end_survey, _may_keep),
    ),
    icon="message",
    section="Office",
    empty="A survey asks a few of those concerned after each occasion: begin one.",
)
responses = Record(
    SurveyResponse,
    columns=("survey", "title", "score", "person", "team", "unit", "service", "answered_on"),
    filters=("survey", "score", "team", "unit", "service", "answered_on"),
    order=("-id",),
    noun_class=NounClass.PERSONNEL,
    titles={"title": "About", "answered_on": "Answered"},
    icon="message",
    section="Office",
    empty="What invited people answer appears here, unless their survey is anonymous.",
)


def _may_read_results(user: User) -> bool:
    return holds(user, *READING_ROLES)


def may_read_responses(user: User) -> bool:
    """Whether this account may have single answers within its reach."""
    return holds(user, *ANSWERING_ROLES)


waiting.register(waiting_surveys)
navigation.register(
    navigation.Entry("Office", "Surveys", surveys.list_address, surveys.icon, _may_read_results),
    navigation.Entry(
        "Office", "Survey responses", responses.list_address, responses.icon, may_read_responses
    ),
)
