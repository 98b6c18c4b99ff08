"""The acts on surveys: begin, reword and end one, invite and remind, answer, opt out."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, Person
from quarterdeck.kernels.sampling import is_sampled
from quarterdeck.office.models import (
    Survey,
    SurveyInvitation,
    SurveyOptOut,
    SurveyProgress,
    SurveyQuestion,
    SurveyVersion,
)
from quarterdeck.office.models.surveys import MOST_QUESTIONS
from quarterdeck.office.queries.occasions import Happening, occasion_named
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.queries.surveys import (
    DOMAIN,
    can_invite,
    invitation_letter,
    wording_of,
)
from quarterdeck.office.rules import may_keep_surveys
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.office.vocabulary import QuestionKind

# How much of the past one act looks through: enough for a worker that was away for a weekend.
_STEP = timedelta(days=1)


@dataclass(frozen=True)
class Question:
    """A question to be asked; `low` and `high` name the ends of a scale."""

    kind: str
    text: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class SurveyTerms:
    """Whom a survey asks, how long it waits, and how it keeps what is answered."""

    share: int = 25
    rest_days: int = 30
    open_days: int = 14
    reminder_days: int = 5
    smallest_group: int = 5


@verb
def begin_survey(
    *,
    name: str,
    occasion: str,
    questions: Sequence[Question],
    introduction: str = "",
    is_anonymous: bool = False,
    terms: SurveyTerms = SurveyTerms(),
    actor: Account,
    at: datetime,
) -> Survey:
    """Ask from now on about what happens; what happened before is not asked about."""
    if not may_keep_surveys(actor):
        raise Refused("You may not begin surveys.")
    if not name.strip():
        raise Refused("A survey needs a name.")
    occasion_named(occasion)
    _check_terms(terms)
    survey = Survey(
        name=name.strip(),
        occasion=occasion,
        seed=secrets.token_hex(16),
        is_anonymous=is_anonymous,
        begun_at=at,
        **asdict(terms),
    )
    try:
        with transaction.atomic():
            survey.save()
    except IntegrityError as problem:
        raise Refused(f"There is a survey “{name.strip()}” already.") from problem
    SurveyProgress.objects.create(survey=survey, asked_until=at)
    _word(survey, questions, introduction, at)
    touch(DOMAIN, at, at)
    return survey


@verb
def reword_survey(
    *,
    survey: Survey,
    version: int,
    questions: Sequence[Question],
    introduction: str = "",
    actor: Account,
    at: datetime,
) -> SurveyVersion:
    """Ask in other words from now on; links that are out keep the words that they were sent for."""
    row = _held(survey, version, actor)
    row.version += 1
    row.save(update_fields=["version"])
    return _word(row, questions, introduction, at)


@verb
def change_survey_terms(
    *, survey: Survey, version: int, terms: SurveyTerms, actor: Account, at: datetime
) -> Survey:
    """Change the sample, the times or the smallest group that is shown."""
    row = _held(survey, version, actor)
    _check_terms(terms)
    for name, value in asdict(terms).items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*asdict(terms), "version"])
    touch(DOMAIN, row.begun_at, at)
    return row


@verb
def end_survey(*, survey: Survey, version: int, actor: Account, at: datetime) -> Survey:
    """Ask nobody any more; links that are out stay open, and no reminder follows."""
    row = _held(survey, version, actor)
    row.ended_at = at
    row.version += 1
    row.save(update_fields=["ended_at", "version"])
    touch(DOMAIN, at, at)
    return row


def invite_to_survey(*, survey: Survey, actor: Account, at: datetime) -> int:
    """Invite the sample of those to whom something has happened since the last time, at most a day
    of the past at once; return how many seconds of it are left to look through.

    Left out are those without a mail address, who have left, who opted out, or who were invited to
    any survey within the days of rest. What is older than a link would be open is not asked about
    any more. Where the installation does not know its own address nobody is invited, but in the
    demo, where those who sign in find the survey among what waits for them. It is an act only where
    somebody is invited.
    """
    with transaction.atomic():
        row = Survey.objects.select_for_update().get(pk=survey.pk)
        if row.ended_at is not None or not can_invite():
            return 0
        occasion = occasion_named(row.occasion)
        until = at - occasion.settles
        since = max(row.progress.asked_until, until - timedelta(days=row.open_days))
        if since >= until:
            return 0
        step = min(until, since + _STEP)
        sampled = [
            each
            for each in occasion.happenings(since, step)
            if is_sampled(row.seed, f"{each.subject}:{each.person_key}", row.share)
        ]
        if _invitable(row, [each.person_key for each in sampled], at):
            invite_sample(survey=row, sampled=sampled, actor=actor, at=at)
        SurveyProgress.objects.filter(survey=row).update(asked_until=step)
    return int((until - step).total_seconds())


@verb
def invite_sample(
    *, survey: Survey, sampled: Sequence[Happening], actor: Account, at: datetime
) -> None:
    """Invite those of a sample who may be asked now, each once, by a mail with a link."""
    wording = wording_of(survey)
    people = _invitable(survey, [each.person_key for each in sampled], at)
    remind = timedelta(days=survey.reminder_days)
    for each in sampled:
        person = people.pop(each.person_key, None)
        if person is None:
            continue
        invitation, is_new = SurveyInvitation.objects.get_or_create(
            survey=survey,
            person=person,
            subject=each.subject,
            defaults={
                "survey_version": wording,
                "title": each.title[:300],
                "unit_id": person.unit_id,
                "team_id": each.team_key,
                "service": each.service,
                "happened_at": each.at,
                "invited_at": at,
                "expires_at": at + timedelta(days=survey.open_days),
                "remind_at": at + remind if survey.reminder_days else None,
            },
        )
        if is_new:
            _mail(invitation, actor, at)


def _invitable(survey: Survey, keys: Iterable[int], at: datetime) -> dict[int, Person]:
    """Return by key those who may be asked now; each is asked once, whatever happened to them."""
    rested = SurveyInvitation.objects.filter(
        invited_at__gt=at - timedelta(days=survey.rest_days), person__in=set(keys)
    )
    people = Person.objects.here_on(own_day(at)).filter(pk__in=set(keys), survey_opt_out=None)
    return people.exclude(email="").exclude(pk__in=rested.values("person")).in_bulk()


@verb
def remind_of_survey(*, invitation: SurveyInvitation, actor: Account, at: datetime) -> bool:
    """Send the one reminder of an invitation, unless it was answered or reminded of meanwhile."""
    due = SurveyInvitation.objects.remindable(at).select_for_update(of=("self",))
    row = due.filter(pk=invitation.pk).first()
    if row is None:
        raise NothingDone(False)
    row.remind_at, row.reminded_at = None, at
    row.version += 1
    row.save(update_fields=["remind_at", "reminded_at", "version"])
    if SurveyOptOut.objects.filter(person=row.person_id).exists():
        return False
    _mail(row, actor, at)
    return True


def _mail(invitation: SurveyInvitation, actor: Account, at: datetime) -> None:
    """Queue the mail with the link in the transaction that says that it was sent."""
    is_reminder = invitation.reminded_at is not None
    write_letter(
        letter=invitation_letter(invitation, is_reminder=is_reminder),
        # Whoever has the link may answer.
        keeps_text=False,
        actor=actor,
        at=at,
    )


@verb
def opt_out_of_surveys(
    *,
    person: Person,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> SurveyOptOut:
    """Ask a person nothing any more."""
    return SurveyOptOut.objects.get_or_create(person=person, defaults={"at": at})[0]


@verb
def opt_in_to_surveys(
    *,
    person: Person,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Let a person who had opted out be asked again."""
    SurveyOptOut.objects.filter(person=person).delete()


def _held(survey: Survey, version: int, actor: Account) -> Survey:
    """Return the survey as it stands, held; Conflict where it was changed, Refused if it ended."""
    if not may_keep_surveys(actor):
        raise Refused("You may not change surveys.")
    row = Survey.objects.select_for_update().get(pk=survey.pk)
    if row.version != version:
        raise Conflict(row)
    if row.ended_at is not None:
        raise Refused(f"“{row}” has ended. Begin another one.")
    return row


def _check_terms(terms: SurveyTerms) -> None:
    expected: Mapping[str, tuple[int, int]] = {
        "share": (1, 100),
        "rest_days": (0, 365),
        "open_days": (1, 90),
        "reminder_days": (0, terms.open_days - 1),
        "smallest_group": (2, 100),
    }
    for name, (low, high) in expected.items():
        if not low <= getattr(terms, name) <= high:
            title = name.replace("_", " ")
            raise Refused(f"A survey's {title}: expected {low} to {high}.")


def _word(
    survey: Survey, questions: Sequence[Question], introduction: str, at: datetime
) -> SurveyVersion:
    _check_questions(questions)
    last = survey.versions.order_by("-number").first()
    wording = SurveyVersion.objects.create(
        survey=survey,
        number=last.number + 1 if last else 1,
        introduction=introduction.strip(),
        at=at,
    )
    SurveyQuestion.objects.bulk_create(
        SurveyQuestion(
            survey_version=wording, order=order, is_required=order == 1, **asdict(question)
        )
        for order, question in enumerate(questions, start=1)
    )
    return wording


def _check_questions(questions: Sequence[Question]) -> None:
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise Refused(f"A survey asks 1 to {MOST_QUESTIONS} questions, not {len(questions)}.")
    for question in questions:
        if question.kind not in QuestionKind.values:
            expected = ", ".join(QuestionKind.values)
            raise Refused(f"A question of kind “{question.kind}”: expected one of {expected}.")
        if not question.text.strip():
            raise Refused("Each question of a survey needs its words.")
    if questions[0].kind == QuestionKind.TEXT:
        raise Refused("The first question of a survey gives its score: a scale, or yes or no.")
