"""What a request from the catalogue says: its answers in words, and what an approval is about."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from quarterdeck.core.approvable import ApprovalKind
from quarterdeck.core.evidence import digest
from quarterdeck.core.models import Account, Person
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import CatalogueRequest, Ticket
from quarterdeck.desk.rules import waits_for_approval
from quarterdeck.kernels.questions import NO, YES, Question, QuestionType, asked
from quarterdeck.office.models import ApprovalRequest
from quarterdeck.office.queries import calendar_named, working_calendar
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.vocabulary import ApprovalState
from quarterdeck.services.models import CatalogueItem

APPROVAL_KIND = "desk.catalogue_request"
_WORDS = {YES: "Yes", NO: "No"}


def today(at: datetime) -> date:
    """Return the day in the organisation's zone."""
    return own_day(at)


def items_on_offer(user: Account, at: datetime) -> Iterable[CatalogueItem]:
    """Return what this account's person may ask for today, by service and title."""
    return items_on_offer_to(user.person, at)


def items_on_offer_to(person: Person | None, at: datetime) -> Iterable[CatalogueItem]:
    """Return what somebody may ask for today, by service and title."""
    offered = CatalogueItem.objects.for_person(person).on_offer(today(at))
    return offered.select_related("service").order_by("service__name", "title", "pk")


@dataclass(frozen=True)
class Answer:
    """One answer: the question, the value as stored, and in words."""

    question: Question
    value: Any
    shown: str

    def told(self) -> dict[str, Any]:
        """Return it as it is stored."""
        question = self.question
        known = {"key": question.key, "label": question.label, "type": question.type.value}
        return {**known, "value": self.value, "shown": self.shown}


def answers_in_words(
    questions: Iterable[Question], kept: Mapping[str, Any], people: Mapping[str, Person]
) -> list[Answer]:
    """Return the answers to what was asked, in the order of the form; what has none is left out."""
    return [
        Answer(question, kept[question.key], _shown(question, kept[question.key], people))
        for question in asked(tuple(questions), kept)
        if question.key in kept
    ]


def _shown(question: Question, value: Any, people: Mapping[str, Person]) -> str:
    match question.type:
        case QuestionType.MULTI_CHOICE:
            return ", ".join(value)
        case QuestionType.YES_NO:
            return _WORDS[value]
        case QuestionType.PERSON:
            return str(people[value])
        case _:
            return str(value)


def _between(answer: Answer) -> str:
    """A question mark needs no colon after it."""
    return " " if answer.question.label.endswith("?") else ": "


def text_of(answers: Iterable[Answer]) -> str:
    """Return answers as the text of a ticket: a line each, a long one below its question."""
    lines = [
        f"{each.question.label}\n{each.shown}"
        if "\n" in each.shown
        else f"{each.question.label.removesuffix(':')}{_between(each)}{each.shown}"
        for each in answers
    ]
    return "\n".join(lines)


def digest_of_request(ticket: Ticket) -> str:
    """Tell what was asked for, and for whom, from anything else."""
    request = CatalogueRequest.objects.get(ticket=ticket)
    answers = json.dumps(request.answers, sort_keys=True)
    return digest(request.item_id, request.form_id, answers, ticket.requester_id)


def owner_of_request(ticket: Ticket) -> Person | None:
    """Return who owns the service that is asked for."""
    return ticket.service.owner if ticket.service else None


def approval_of(ticket: Ticket) -> ApprovalRequest | None:
    """Return the last request for the approval of a ticket, if any was asked for."""
    asked_for = ApprovalRequest.objects.about(ticket).filter(kind=APPROVAL_KIND)
    return asked_for.order_by("-pk").first()


def unapproved(ticket: Ticket) -> ApprovalRequest | None:
    """Return the last request for the approval of a ticket, if it was asked for and not given."""
    approval = approval_of(ticket)
    return None if approval is None or approval.state == ApprovalState.APPROVED else approval


def expected_at(request: CatalogueRequest, ticket: Ticket) -> datetime | None:
    """Return when a request is usually done, or None where nothing is said or it is not begun.

    The hours count on the calendar of the service from the approval, where one was needed.
    """
    if request.expected_hours is None or waits_for_approval(ticket):
        return None
    approval = approval_of(ticket)
    begun = ticket.opened_at if approval is None else approval.ended_at or ticket.opened_at
    agreed = ticket.service.agreed_hours if ticket.service else None
    calendar = working_calendar(agreed or calendar_named(""))
    return calendar.add_business(begun, request.expected_hours * 3600)


def people_named(values: Iterable[str], user: Account) -> dict[str, Person]:
    """Return the people whom answers name by their keys, as far as the reader may see them."""
    keys = [int(value) for value in values if value.isascii() and value.isdigit()]
    found = record_of(Person).visible_to(user).filter(pk__in=keys)
    return {str(person.pk): person for person in found}


CATALOGUE_REQUESTS = ApprovalKind(
    key=APPROVAL_KIND,
    title="Request from the catalogue",
    model=Ticket,
    digest_of=digest_of_request,
    owner_of=owner_of_request,
    # Once its ticket has ended, nobody needs the answer any more.
    is_wanted=waits_for_approval,
)
