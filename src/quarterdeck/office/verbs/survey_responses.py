"""The acts of answering a survey."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account
from quarterdeck.office.models import (
    SpentLink,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
)
from quarterdeck.office.queries.periods import own_day, own_start_of
from quarterdeck.office.queries.surveys import DOMAIN, is_open
from quarterdeck.office.vocabulary import QuestionKind

# What the numbers of an answer may be.
NUMBERS = {QuestionKind.SCALE: range(1, 6), QuestionKind.YES_NO: range(2)}
_LONGEST_TEXT = 4_000
# Keys that programs in JavaScript read without loss, far beyond those that are counted up.
_FIRST_KEY, _KEYS = 2**40, 2**52


def answer_survey(
    *, invitation: SurveyInvitation, answers: Mapping[int, int | str], actor: Account, at: datetime
) -> None:
    """Take the answers of an invited person, by the order of their questions: once, and in time.

    Nothing is returned, so that nothing leads from an invitation to an anonymous response.
    """
    if not invitation.survey.is_anonymous:
        answer_with_name(invitation=invitation, answers=answers, actor=actor, at=at)
        return
    answer_without_name(
        survey=invitation.survey,
        link=invitation.pk,
        answers=answers,
        moment=at,
        actor=actor,
        at=own_start_of(own_day(at)),
    )


@verb
def answer_with_name(
    *,
    invitation: SurveyInvitation,
    answers: Mapping[int, int | str],
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> None:
    """Take the answers to a survey whose responses bear the names of those who gave them."""
    row = _open(invitation.pk, at)
    given = _all_given(row, answers)
    row.answered_on = own_day(at)
    row.version += 1
    row.save(update_fields=["answered_on", "version"])
    _keep(row, row.answered_on, given)
    touch(DOMAIN, at, at)


@verb
def answer_without_name(
    *,
    survey: Survey,  # noqa: ARG001 — the act is about it, and not about the invitation
    link: int,
    answers: Mapping[int, int | str],
    moment: datetime,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> None:
    """Take the answers to an anonymous survey; `link` is the key of the invitation.

    The act is about the survey and dated by the beginning of the day, and no row with a history
    changes: so the log tells neither who answered nor when. `moment` is the present, by which the
    link is open or over.
    """
    row = _open(link, moment)
    given = _all_given(row, answers)
    month = own_day(at).replace(day=1)
    SpentLink.objects.create(invitation=row, answered_on=month)
    _keep(row, month, given)
    touch(DOMAIN, moment, moment)


def _open(key: int, at: datetime) -> SurveyInvitation:
    """Return the invitation, held, so that it is answered once; Refused where it is over."""
    held = SurveyInvitation.objects.select_for_update(of=("self",)).select_related("survey")
    row = held.get(pk=key)
    if not is_open(row, at):
        raise Refused(
            "You have answered already. Thank you!"
            if row.is_answered
            else "The time to answer is over."
        )
    return row


def _all_given(
    row: SurveyInvitation, answers: Mapping[int, int | str]
) -> dict[SurveyQuestion, int | str]:
    questions = row.survey_version.questions.order_by("order")
    return {each: _given(each, answers.get(each.order, "")) for each in questions}


def _keep(row: SurveyInvitation, day: date, given: Mapping[SurveyQuestion, int | str]) -> None:
    response = _response(row, day, {each.order: given[each] for each in given}[1])
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            pk=_drawn_key() if row.survey.is_anonymous else None,
            response=response,
            question=question,
            number=value if isinstance(value, int) else None,
            text=value if isinstance(value, str) else "",
        )
        for question, value in given.items()
        if value != ""
    )


def _response(invitation: SurveyInvitation, day: date, score: int | str) -> SurveyResponse:
    """Keep that somebody answered; of an anonymous survey neither who, nor about what, nor when."""
    is_anonymous = invitation.survey.is_anonymous
    return SurveyResponse.objects.create(
        pk=_drawn_key() if is_anonymous else None,
        survey=invitation.survey,
        survey_version=invitation.survey_version,
        person=None if is_anonymous else invitation.person,
        subject="" if is_anonymous else invitation.subject,
        title="" if is_anonymous else invitation.title,
        unit_id=invitation.unit_id,
        team_id=invitation.team_id,
        service=invitation.service,
        answered_on=day,
        score=int(score),
    )


def _drawn_key() -> int:
    """Return a key drawn at random: one that is counted up would tell who answered before whom."""
    return _FIRST_KEY + secrets.randbelow(_KEYS)


def _given(question: SurveyQuestion, answer: int | str) -> int | str:
    """Return an answer as it is kept; an empty text is none."""
    text = answer.strip().replace("\0", "") if isinstance(answer, str) else answer
    if text == "":
        if question.is_required:
            raise Refused(f"“{question.text}” is not answered yet.")
        return ""
    if question.kind == QuestionKind.TEXT:
        return str(text)[:_LONGEST_TEXT]
    if not isinstance(text, int) or text not in NUMBERS[QuestionKind(question.kind)]:
        asked = question.get_kind_display().lower()
        raise Refused(f"“{question.text}” is answered by “{text}”: expected {asked}.")
    return text
