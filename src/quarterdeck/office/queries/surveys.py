"""Surveys as their invited people meet them: links, letters, and what waits for an answer."""

from base64 import b32encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from quarterdeck.core.memory import asked_once
from quarterdeck.core.models import Account, Person
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.waiting import Consequence, Told, WaitingItem
from quarterdeck.office.models import Survey, SurveyInvitation, SurveyVersion
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.letters import Letter, letter
from quarterdeck.office.queries.occasions import Happening, Occasion, occasion_named
from quarterdeck.office.queries.periods import own_day, own_start_of

# Which evidence the readings of surveys rest on.
DOMAIN = "office.surveys"
# Where a round of a periodic survey begins: with the first day of a quarter.
_MONTHS_OF_A_QUARTER = 3
_SALT = "quarterdeck.office.survey"
# 128 bits, which nobody guesses.
_BYTES = 16


def token_of(invitation: SurveyInvitation) -> str:
    """Return what the link of an invitation ends with: its key, and our signature of it."""
    digest = salted_hmac(_SALT, str(invitation.pk), algorithm="sha256").digest()
    signature = b32encode(digest[:_BYTES]).decode().lower().rstrip("=")
    return f"{invitation.pk}-{signature}"


def invitation_by(token: str) -> SurveyInvitation | None:
    """Return the invitation that a link leads to, answered or not; None unless we signed it."""
    key = token.partition("-")[0]
    if not (key.isascii() and key.isdigit()):
        return None
    rows = SurveyInvitation.objects.select_related("survey", "survey_version", "person", "spent")
    invitation = rows.filter(pk=key).first() if int(key) < 2**63 else None
    if invitation is None or not constant_time_compare(token, token_of(invitation)):
        return None
    return invitation


def is_open(invitation: SurveyInvitation, at: datetime) -> bool:
    """Say whether an invitation can still be answered."""
    return not invitation.is_answered and at < invitation.expires_at


def can_invite() -> bool:
    """Say whether those who are invited can learn of it: by links that lead somewhere, since the
    installation knows its own address, or in the demo on the page of the day alone."""
    return can_mail_links() or organisation().is_demo


def can_mail_links() -> bool:
    """Say whether links in mails lead anywhere."""
    return bool(settings.PUBLIC_URL)


def invitation_letter(invitation: SurveyInvitation, *, is_reminder: bool) -> Letter | None:
    """Return the mail that asks for an answer, or asks once more; none without a link."""
    if not can_mail_links():
        return None
    survey = invitation.survey
    facts = {
        "name": str(invitation.person),
        "occasion": occasion_named(survey.occasion).asks,
        "title": invitation.title,
        "introduction": invitation.survey_version.introduction,
        "address": urljoin(settings.PUBLIC_URL, reverse("survey", args=[token_of(invitation)])),
        "until": f"{own_day(invitation.expires_at)}",
        "kept": "Your answers are kept without your name."
        if survey.is_anonymous
        else "Your answers are read with your name by those who are responsible.",
    }
    kind = "office.survey-reminder" if is_reminder else "office.survey"
    return letter(kind, invitation.person, facts)


def _own() -> QuerySet[SurveyInvitation]:
    own = SurveyInvitation.objects.unanswered().filter(
        person=Slot("person"), expires_at__gt=Slot("at")
    )
    return own.select_related("survey").order_by("expires_at", "pk")


_OWN = Prepared(_own)


def waiting_surveys(account: Account, at: datetime) -> Told:
    """Give the surveys that the account's person may still answer."""
    if account.person_id is None:
        return
    asked = _OWN.posed(person=account.person_id, at=at)
    yield [asked]
    for invitation in asked:
        yield WaitingItem(
            title=f"How was it? {invitation.title}",
            address=reverse("survey", args=[token_of(invitation)]),
            due_at=invitation.expires_at,
            consequence=Consequence.SLIGHT,
            kind="Survey",
            detail=str(invitation.survey),
        )


@asked_once
def wording_of(survey: Survey) -> SurveyVersion:
    """Return the wording that holds for those who are invited now."""
    return survey.versions.order_by("-number")[0]


def _quarterly(since: datetime, until: datetime) -> Iterator[Happening]:
    """Give everybody who is in the directory, once at the beginning of each quarter."""
    day = own_day(until)
    first = day.replace(day=1, month=day.month - (day.month - 1) % _MONTHS_OF_A_QUARTER)
    begins = own_start_of(first)
    if not since < begins <= until:
        return
    quarter = f"{first.year}-Q{first.month // _MONTHS_OF_A_QUARTER + 1}"
    for key in Person.objects.here_on(first).order_by("pk").values_list("pk", flat=True):
        yield Happening(key, f"quarter:{quarter}", quarter, begins)


QUARTERLY = Occasion(
    key="office.quarter",
    title="A quarter begins",
    asks="We ask some of those whom we work for, every quarter",
    happenings=_quarterly,
    settles=timedelta(),
)
