"""What is asked for from the catalogue becomes a ticket, which waits until it is approved."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Person, Unit
from quarterdeck.desk.models import Ticket, TicketMessage
from quarterdeck.desk.queries.catalogue_requests import approval_of, expected_at, items_on_offer
from quarterdeck.desk.queries.own_tickets import own_tickets, stand_of
from quarterdeck.desk.tests.portal_cast import (
    DEVICE,
    FOR_WHOM,
    LETTER,
    MEMORY,
    approved_by,
    catalogue_item,
    formed,
    news_arrives,
)
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.catalogue_requests import Wish, request_from_catalogue
from quarterdeck.desk.verbs.own_tickets import (
    Trouble,
    answer_desk,
    confirm_solved,
    reopen_own_ticket,
    report_trouble,
    withdraw_own_ticket,
)
from quarterdeck.desk.verbs.tickets import hold_ticket, resolve_ticket, resume_ticket
from quarterdeck.desk.vocabulary import PauseReason
from quarterdeck.kernels.questions import Question, QuestionType
from quarterdeck.office.models import ApprovalRequest, Attachment, OutgoingMail
from quarterdeck.office.rules.approvals import authorities
from quarterdeck.office.verbs.approvals import decide_approval, expire_approvals
from quarterdeck.services.models import CatalogueItem

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def asked_for(item: CatalogueItem, by: str = "mona", **given: object) -> Ticket:
    wish = replace(Wish(item=item, form=item.form), **given)  # type: ignore[arg-type]  # the words fit
    return request_from_catalogue(wish=wish, actor=account(by), at=MONDAY)


def decide(ticket: Ticket, by: str, verdict: str, comment: str = "") -> None:
    request = approval_of(ticket)
    assert request is not None
    seat = authorities(account(by), request, LATER)[0].seat
    decide_approval(
        request=request,
        seat=seat,
        verdict=verdict,
        comment=comment,
        digest=request.digest,
        actor=account(by),
        at=LATER,
    )
    news_arrives()
    ticket.refresh_from_db()


def resolved(ticket: Ticket) -> Ticket:
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Done.",
        true_category="Hardware",
        actor=account("nils"),
        at=LATER,
    )


def test_a_request_is_a_ticket_of_the_items_team_with_the_answers(desk: Desk) -> None:
    item = catalogue_item(desk)
    form = formed(desk, item, DEVICE, MEMORY, FOR_WHOM)

    vera = person("Vera")
    ticket = asked_for(item, answers={"device": "Phone", "memory": "4", "for_whom": str(vera.pk)})
    formed(desk, item, DEVICE)

    kept = ticket.catalogue_request
    assert (ticket.kind, ticket.team, ticket.service, ticket.requester, ticket.contact_channel) == (
        "request",
        desk.network,
        desk.mail,
        person("Mona"),
        "Portal",
    )
    assert ticket.description == "Which device? Phone\nFor whom? Vera"
    assert (kept.form, [(each["key"], each["value"]) for each in kept.answers]) == (
        form,
        [("device", "Phone"), ("for_whom", str(vera.pk))],
    )


def test_each_wrong_answer_is_told_and_nothing_is_opened(desk: Desk) -> None:
    item = catalogue_item(desk)
    formed(desk, item, DEVICE, MEMORY, FOR_WHOM, replace(LETTER, is_required=True))

    with pytest.raises(Invalid) as told:
        asked_for(
            item,
            answers={"device": "Laptop", "memory": "much", "for_whom": "999", "letter": "a.pdf"},
        )

    assert told.value.errors == {
        "memory": ["“much” is no number."],
        "for_whom": ["Nobody is known by this."],
        "letter": ["Please add a file."],
    }
    assert not Ticket.objects.exists()


def test_a_day_may_have_passed_unless_the_question_wants_one_ahead(desk: Desk) -> None:
    item = catalogue_item(desk)
    since = Question("since", "Since when?", QuestionType.DATE)
    start = Question("start", "From when on?", QuestionType.DATE, is_ahead=True)
    formed(desk, item, since, start)

    with pytest.raises(Invalid) as told:
        asked_for(item, answers={"since": "2016-04-03", "start": "2016-04-03"})
    ticket = asked_for(item, answers={"since": "2016-04-03", "start": "2016-04-04"})

    assert told.value.errors == {"start": ["This day has passed: choose a later one."]}
    kept = [(each["key"], each["value"]) for each in ticket.catalogue_request.answers]
    assert kept == [("since", "2016-04-03"), ("start", "2016-04-04")]


def test_files_are_added_and_the_same_sending_is_one_request(desk: Desk) -> None:
    item = catalogue_item(desk)
    formed(desk, item, LETTER)
    letter = ContentFile(b"Yes, please.", name="letter.txt")
    sent: dict[str, Any] = {
        "answers": {"letter": "letter.txt"},
        "files": {"letter": letter},
        "entry_key": "one",
    }

    first, second = asked_for(item, **sent), asked_for(item, **sent)

    assert first == second
    assert [file.name for file in Attachment.objects.about(first)] == ["letter.txt"]


def test_a_form_that_has_changed_meanwhile_is_asked_anew(desk: Desk) -> None:
    item = catalogue_item(desk)
    seen = formed(desk, item, DEVICE)
    formed(desk, item, DEVICE, FOR_WHOM)

    with pytest.raises(Refused, match="has changed meanwhile"):
        asked_for(item, form=seen, answers={"device": "Phone"})


def test_only_what_is_on_offer_to_somebody_is_asked_for(desk: Desk) -> None:
    with acting(actor=desk.operator, verb_name="test.units", at=MONDAY):
        other = Unit.objects.create(name="Libraries", path="2.")
        own = Unit.objects.get(name="IT")
        Unit.objects.filter(pk=own.pk).update(path=f"{own.pk}.")
        Person.objects.filter(name="Mona").update(unit=own)
    titles: dict[str, dict[str, Any]] = {
        "For all": {},
        "For us": {"audience": own},
        "For others": {"audience": other},
        "Soon": {"active_from": date(2016, 4, 5)},
        "Once": {"active_until": date(2016, 4, 3)},
        "Today": {"active_from": date(2016, 4, 4), "active_until": date(2016, 4, 4)},
    }
    items = {title: catalogue_item(desk, title=title, **given) for title, given in titles.items()}

    offered = {item.title for item in items_on_offer(account("mona"), MONDAY)}

    assert offered == {"For all", "For us", "Today"}
    with pytest.raises(Refused, match="not on offer"):
        asked_for(items["For others"])


def test_a_request_waits_for_its_approval_and_nobody_resolves_it_before(desk: Desk) -> None:
    item = catalogue_item(desk, approval_policy=approved_by(desk, "Ada"), expected_hours=8)

    ticket = asked_for(item)
    waiting = (ticket.state, ticket.pause_reason, stand_of(ticket).words)
    with pytest.raises(Refused, match="it is on hold"):
        resolved(ticket)
    with pytest.raises(Refused, match="it is on hold"):
        resume_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=LATER)
    decide(ticket, "ada", "approve")

    told = TicketMessage.objects.get(ticket=ticket).text
    assert waiting == ("on_hold", "approval", "Waits for approval")
    assert (ticket.state, ticket.pause_reason) == ("new", "")
    assert told == "Your request is approved, and work on it can begin."
    # Monday 10:00 to 18:00 UTC on the usual calendar.
    assert expected_at(ticket.catalogue_request, ticket) == MONDAY + timedelta(hours=9)


def test_what_is_not_approved_ends_and_the_requester_learns_why(desk: Desk) -> None:
    ticket = asked_for(catalogue_item(desk, approval_policy=approved_by(desk, "Ada")))

    decide(ticket, "ada", "reject", "We have none left.")

    mail = OutgoingMail.objects.get(recipient="mona@example.org")
    assert (ticket.state, ticket.cancelled_as) == ("cancelled", "not_approved")
    assert mail.text == "Your request was not approved.\n\nWe have none left."


def test_what_nobody_decides_on_ends(desk: Desk) -> None:
    ticket = asked_for(catalogue_item(desk, approval_policy=approved_by(desk, "Ada")))

    expire_approvals(actor=desk.operator, at=MONDAY + timedelta(days=31))
    news_arrives()

    ticket.refresh_from_db()
    assert (ticket.state, stand_of(ticket).words) == ("cancelled", "Not approved")


def test_whoever_withdraws_a_request_needs_its_approval_no_more(desk: Desk) -> None:
    ticket = asked_for(catalogue_item(desk, approval_policy=approved_by(desk, "Ada")))

    ended = withdraw_own_ticket(ticket=ticket, actor=account("mona"), at=LATER)
    news_arrives()

    assert (ended.state, ended.cancelled_as) == ("cancelled", "withdrawn")
    assert ApprovalRequest.objects.get().state == "withdrawn"


def test_nobody_asks_for_what_nobody_could_approve(desk: Desk) -> None:
    item = catalogue_item(desk, approval_policy=approved_by(desk, "Mona"))

    with pytest.raises(Refused, match="nobody approves their own request"):
        asked_for(item)

    assert not Ticket.objects.exists()


def test_trouble_is_reported_for_oneself_and_its_urgency_is_said_in_plain_words(
    desk: Desk,
) -> None:
    trouble = Trouble(title="No mail", stops_work=True, hits_others=True, service=desk.mail)

    ticket = report_trouble(trouble=trouble, actor=account("mona"), at=MONDAY)

    assert (ticket.kind, ticket.impact, ticket.urgency, ticket.priority) == ("incident", 2, 1, 2)


def test_an_answer_lets_the_ticket_go_on_that_waited_for_it(desk: Desk) -> None:
    ticket = opened(desk)
    held = hold_ticket(
        ticket=ticket,
        version=ticket.version,
        pause_reason=PauseReason.REQUESTER,
        question="Which floor?",
        actor=account("nils"),
        at=MONDAY,
    )

    file = ContentFile(b"E42", name="screen.txt")
    answer_desk(ticket=held, text="It says E42.", files=[file], actor=account("mona"), at=LATER)

    ticket.refresh_from_db()
    assert (ticket.state, Attachment.objects.about(ticket).count()) == ("new", 1)


def test_the_requester_confirms_what_was_solved(desk: Desk) -> None:
    ticket = resolved(opened(desk))

    assert confirm_solved(ticket=ticket, actor=account("mona"), at=LATER).state == "closed"


def test_the_requester_reopens_in_time_and_not_later(desk: Desk) -> None:
    first, second = resolved(opened(desk)), resolved(opened(desk))
    in_time, late = LATER + timedelta(days=14), LATER + timedelta(days=14, seconds=1)
    words: dict[str, Any] = {"reason": "It eats paper again.", "actor": account("mona")}

    reopened = reopen_own_ticket(ticket=first, at=in_time, **words)
    with pytest.raises(Refused, match="ended too long ago"):
        reopen_own_ticket(ticket=second, at=late, **words)

    assert (reopened.state, reopened.reopen_count) == ("new", 1)


@pytest.mark.parametrize("act", [confirm_solved, withdraw_own_ticket])
def test_nobody_acts_on_somebody_elses_ticket_as_its_requester(desk: Desk, act: object) -> None:
    ticket = opened(desk)

    with pytest.raises(Refused):
        act(ticket=ticket, actor=account("vera"), at=LATER)  # type: ignore[operator]  # it is a verb


def test_a_person_sees_their_own_tickets_and_nobody_elses(desk: Desk) -> None:
    own = opened(desk)
    opened(desk, requester=person("Omar"))

    assert list(own_tickets(account("mona"))) == [own]
