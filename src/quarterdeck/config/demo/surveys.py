"""What the demo's people are asked, and what they answer: by the verbs that links in mails use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from quarterdeck.config.demo import cast
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.models import Account
from quarterdeck.desk.queries.occasions import TICKET_RESOLVED
from quarterdeck.office.models import Survey, SurveyInvitation
from quarterdeck.office.queries.surveys import QUARTERLY
from quarterdeck.office.verbs.survey_responses import answer_survey
from quarterdeck.office.verbs.surveys import Question, SurveyTerms, begin_survey, invite_to_survey
from quarterdeck.people.queries.training import TRAINING_ATTENDED

_DAY = timedelta(days=1)
# A quarter that has just begun tells nothing yet: then it is the one before.
_ENOUGH = 21 * _DAY
_MONTHS_OF_A_QUARTER = 3
_SCALE = "scale"
_SCORES = ((5, 30), (4, 45), (3, 15), (2, 8), (1, 2))
_WRITES = 0.25
_TEXTS = (
    "The wireless network in the library drops every afternoon.",
    "Quick and friendly. I only wish I knew in advance who comes.",
    "Please tell us when a system is down before we find out ourselves.",
    "The new form is much better than writing mails.",
)


@dataclass(frozen=True)
class _Asked:
    """One survey of the demo: what it asks after what, from when on, and who of 100 answers."""

    name: str
    occasion: str
    questions: Sequence[Question]
    begins: datetime
    looked_at: Sequence[datetime]
    answering: int
    is_anonymous: bool = False


def ask_people(*, manager: Account, at: datetime, seed: int) -> None:
    """Let a survey of the quarter, one after resolved tickets and one after a course run."""
    rng = Random(seed)  # noqa: S311 — a story, not a secret
    for asked in _asked(at):
        survey = begin_survey(
            name=asked.name,
            occasion=asked.occasion,
            questions=asked.questions,
            is_anonymous=asked.is_anonymous,
            terms=SurveyTerms(share=100, rest_days=0, reminder_days=0),
            actor=manager,
            at=asked.begins,
        )
        for moment in asked.looked_at:
            while invite_to_survey(survey=survey, actor=worker_account(), at=moment):
                pass
            _answer(survey, asked, moment, rng)


def _asked(at: datetime) -> tuple[_Asked, ...]:
    quarter = _quarter_before(at - _ENOUGH)
    course = at - 21 * _DAY
    return (
        _Asked(
            "Working with IT this quarter",
            QUARTERLY.key,
            (
                Question(_SCALE, "How well does IT support your work?", "Not at all", "Very well"),
                Question("yes_no", "Do you know where to turn when something does not work?"),
                Question("text", "What should IT do better?"),
            ),
            quarter - _DAY,
            [quarter + timedelta(hours=9)],
            answering=70,
            is_anonymous=True,
        ),
        _Asked(
            "After a resolved ticket",
            TICKET_RESOLVED,
            (
                Question(_SCALE, "How satisfied are you with the help?", "Not at all", "Very"),
                Question("text", "What would have made it better?"),
            ),
            at - 13 * _DAY,
            [at - 6 * _DAY, at],
            answering=60,
        ),
        _Asked(
            "After a course",
            TRAINING_ATTENDED,
            (Question(_SCALE, "Was the course worth your time?", "Not at all", "Very much"),),
            course - _DAY,
            [course + 2 * _DAY + timedelta(hours=9)],
            answering=100,
        ),
    )


def _quarter_before(at: datetime) -> datetime:
    """Return when the quarter of an instant began on the clocks of the town."""
    day = at.astimezone(ZoneInfo(cast.ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.replace(day=1, month=day.month - (day.month - 1) % _MONTHS_OF_A_QUARTER)


def _answer(survey: Survey, asked: _Asked, at: datetime, rng: Random) -> None:
    """Let some of those who were invited just now answer, as if they had opened their links."""
    texts = iter(_TEXTS)
    invited = SurveyInvitation.objects.filter(survey=survey, invited_at=at)
    for invitation in invited.select_related("survey", "survey_version").order_by("pk"):
        scores, weights = zip(*_SCORES, strict=True)
        score = rng.choices(scores, weights)[0]
        says = rng.random()
        if rng.randrange(100) >= asked.answering:
            continue
        given: dict[int, int | str] = {}
        for order, question in enumerate(asked.questions, 1):
            if question.kind == _SCALE:
                given[order] = score
            elif question.kind == "yes_no":
                given[order] = int(score > 1)
            elif says < _WRITES and (text := next(texts, "")):
                given[order] = text
        answer_survey(invitation=invitation, answers=given, actor=worker_account(), at=at)
