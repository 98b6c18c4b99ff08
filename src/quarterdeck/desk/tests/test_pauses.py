"""A ticket waits for somebody: for whom that is said, and what they are asked."""

from datetime import timedelta
from typing import Any

import pytest

from quarterdeck.core.errors import Refused
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.own_tickets import conversation_of, stand_of
from quarterdeck.desk.queries.promises import PAUSES
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.own_tickets import answer_desk
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.verbs.tickets import hold_ticket, start_ticket
from quarterdeck.desk.vocabulary import PauseReason
from quarterdeck.office.models import OutgoingMail

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def words(by: str = "nils") -> dict[str, Any]:
    return {"actor": account(by), "at": LATER}


def hold(ticket: Ticket, reason: str = "requester", **given: str) -> Ticket:
    said: dict[str, Any] = {"pause_reason": reason, **given, **words()}
    return hold_ticket(ticket=ticket, version=ticket.version, **said)


def test_the_requester_reads_what_is_asked_by_mail_and_in_the_portal(desk: Desk) -> None:
    held = hold(opened(desk), question="Which room?")

    mail = OutgoingMail.objects.order_by("pk").last()
    assert mail is not None
    assert (mail.recipient, mail.text) == ("mona@example.org", "Which room?")
    assert [message.text for message in conversation_of(held)][1:] == ["Which room?"]


def test_nobody_waits_for_a_requester_who_was_asked_nothing(desk: Desk) -> None:
    with pytest.raises(Refused, match="Say what the requester is asked"):
        hold(opened(desk))


def test_a_reply_that_waits_for_its_answer_has_asked_already(desk: Desk) -> None:
    ticket = opened(desk)
    reply_publicly(ticket=ticket, text="Which room?", **words())

    held = hold(ticket)

    assert (held.pause_reason, len(conversation_of(held))) == ("requester", 2)


def test_what_was_answered_has_to_be_asked_anew(desk: Desk) -> None:
    ticket = opened(desk)
    reply_publicly(ticket=ticket, text="Which room?", **words())
    answer_desk(ticket=ticket, text="Number 12.", **words("mona"))

    with pytest.raises(Refused, match="Say what the requester is asked"):
        hold(ticket)


def test_what_was_said_before_the_work_began_asks_nothing(desk: Desk) -> None:
    ticket = opened(desk)
    reply_publicly(ticket=ticket, text="We look at it.", **words())
    later = {**words(), "at": LATER + timedelta(days=30)}
    begun = start_ticket(ticket=ticket, version=ticket.version, **later)

    with pytest.raises(Refused, match="Say what the requester is asked"):
        hold(begun)


def test_whom_no_reply_reaches_is_asked_by_word_of_mouth(desk: Desk) -> None:
    ticket = opened(desk, requester=None, requester_name="Somebody new")

    with pytest.raises(Refused, match="neither address nor account"):
        hold(ticket, question="Which room?")
    reply_publicly(ticket=ticket, text="Which room?", **words())
    with pytest.raises(Refused, match="Say what the requester is asked"):
        hold(ticket)
    reply_publicly(ticket=ticket, text="Which room? (by phone)", is_spoken=True, **words())

    assert hold(ticket).pause_reason == "requester"


def test_only_what_waits_for_the_requester_asks_them(desk: Desk) -> None:
    with pytest.raises(Refused, match="Only what waits for the requester"):
        hold(opened(desk), "vendor", question="When does it come?")


def test_a_ticket_waits_for_a_change(desk: Desk) -> None:
    held = hold(opened(desk), "change")

    assert (held.get_pause_reason_display(), stand_of(held).words) == (
        "Waiting for a change",
        "Waits for a planned change",
    )


def test_a_promise_may_name_every_reason_to_wait_but_an_approval() -> None:
    assert set(PAUSES) == set(PauseReason) - {PauseReason.NONE, PauseReason.APPROVAL}
