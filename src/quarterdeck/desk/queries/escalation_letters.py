"""What is written by mail about an escalation, to our own people and to a complainant."""

from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from quarterdeck.core.models import Account, Person
from quarterdeck.desk.models import Escalation
from quarterdeck.desk.queries.letters import letter_to, notice_to, way_to_answer
from quarterdeck.desk.queries.mail_kinds import (
    ACKNOWLEDGED,
    COMPLAINT_ANSWER,
    COMPLAINT_WITHDRAWN,
    ESCALATION,
    ESCALATION_ANSWER,
    FOLLOW_UP,
)
from quarterdeck.desk.queries.mailboxes import answering_mailbox
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.letters import Letter

_SALT = "quarterdeck.desk.verdict"


def signature_of_round(escalation: Escalation) -> str:
    """Return what signs the link of one round of a complaint; another round has another."""
    told = f"{escalation.pk}:{escalation.round}"
    return salted_hmac(_SALT, told, algorithm="sha256").hexdigest()[:40]


def signed_complaint(key: int, signature: str) -> Escalation | None:
    """Return the complaint whose present round a link is signed for, else None."""
    found = Escalation.objects.complaints().select_related("ticket").filter(pk=key).first()
    if found is None or not constant_time_compare(signature, signature_of_round(found)):
        return None
    return found


def verdict_address(escalation: Escalation) -> str:
    """Return the path where the complainant says whether it is solved."""
    return reverse("desk.verdict", args=[escalation.pk, signature_of_round(escalation)])


def for_owner(escalation: Escalation, person: Person | None) -> Letter | None:
    """Return the mail that tells somebody what they have to answer, and by when."""
    facts = {
        "what": "a complaint" if escalation.is_complaint else "an escalation",
        "cause": str(escalation.get_cause_display()),
        "reason": escalation.reason,
        "until": _moment(escalation),
        "skipped": "\n".join(f"Passed over: {each}" for each in escalation.skipped),
    }
    return notice_to(person, ESCALATION, escalation.ticket, facts)


def for_raiser(escalation: Escalation) -> Letter | None:
    """Return the mail that tells whoever escalated what the answer is."""
    person = escalation.raised_by.person
    if person is None or person == escalation.complainant:
        return None
    facts = {"by": str(escalation.owner or "Somebody"), "answer": escalation.answer}
    return notice_to(person, ESCALATION_ANSWER, escalation.ticket, facts)


def acknowledgement(escalation: Escalation) -> Letter | None:
    """Return the mail by which a complainant learns that it was heard, and what is promised."""
    facts = {"reason": escalation.reason, "until": _moment(escalation)}
    return letter_to(escalation.complainant, ACKNOWLEDGED, escalation.ticket, facts)


def answer_letter(escalation: Escalation) -> Letter | None:
    """Return the mail that brings a complainant the answer."""
    facts = {"answer": escalation.answer}
    return letter_to(escalation.complainant, COMPLAINT_ANSWER, escalation.ticket, facts)


def withdrawal(escalation: Escalation, by: Account, reason: str) -> Letter | None:
    """Return the mail that tells a complainant that somebody withdrew the complaint for them."""
    facts = {"by": str(by.person or by), "reason": reason}
    return letter_to(escalation.complainant, COMPLAINT_WITHDRAWN, escalation.ticket, facts)


def follow_up(escalation: Escalation, place: str) -> Letter | None:
    """Return the mail that asks a complainant whether it is solved, by a link of one use.

    `place` is where our pages stand, such as `https://desk.example.org/`; where that is not known,
    the complainant is asked to answer the mail, if a mailbox takes that.
    """
    if place:
        question = "Is it solved? Say so here, without signing in; the link works once:"
        address = f"{place.rstrip('/')}{verdict_address(escalation)}"
    else:
        way = way_to_answer(escalation.ticket, answering_mailbox(escalation.ticket))
        question, address = f"Is it solved? {way[0].upper()}{way[1:]}.", ""
    facts = {"outcome": escalation.resolution, "question": question, "address": address}
    return letter_to(escalation.complainant, FOLLOW_UP, escalation.ticket, facts)


def _moment(escalation: Escalation) -> str:
    zone = organisation().zone
    return f"{escalation.answer_due_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
