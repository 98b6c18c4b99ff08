"""The mails of a ticket: the requester learns its number, and what failed is sent again, once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.desk.models import Ticket, TicketMessage
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.ticket_mail import send_message_again
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.verbs.tickets import Report, resolve_at_once
from quarterdeck.desk.vocabulary import MessageKind
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.verbs.mail import (
    begin_sending,
    note_refused,
    note_sent,
    queue_mail,
    send_again,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def refused(mail: OutgoingMail | None, by: Account) -> OutgoingMail:
    assert mail is not None
    taken = begin_sending(mail=mail, actor=by, at=MONDAY)
    assert taken is not None
    return note_refused(mail=taken, reason="550 No such mailbox", actor=by, at=MONDAY)


def confirmation(ticket: Ticket) -> TicketMessage:
    return TicketMessage.objects.get(ticket=ticket, kind=MessageKind.CONFIRMATION)


def test_the_requester_learns_the_number_and_what_was_understood(desk: Desk) -> None:
    ticket = opened(desk, description="It started this morning.")

    mail = confirmation(ticket).mail
    assert mail is not None
    assert (mail.recipient, mail.subject) == (
        "mona@example.org",
        "[T-000001] The printer on the second floor eats paper",
    )
    assert "T-000001" in mail.text
    assert "It started this morning." in mail.text


def test_whoever_reads_the_number_on_the_page_gets_no_mail(desk: Desk) -> None:
    opened(desk, requester=person("Nils"))
    opened(desk, requester=None, requester_name="Somebody at the door")

    assert OutgoingMail.objects.count() == 0


def test_a_form_that_is_sent_twice_confirms_once(desk: Desk) -> None:
    for _ in range(2):
        opened(desk, entry_key="one form")

    assert OutgoingMail.objects.count() == 1


def test_what_is_resolved_on_the_phone_is_told_in_one_mail(desk: Desk) -> None:
    report = Report(title="Where is the paper?", requester=person("Mona"), team=desk.network)
    resolve_at_once(
        report=report,
        resolution="In the cupboard.",
        true_category="Advice",
        actor=account("nils"),
        at=MONDAY,
    )

    mail = OutgoingMail.objects.get()
    assert ("T-000001" in mail.text, "In the cupboard." in mail.text) == (True, True)


def test_an_answer_stands_in_the_thread_of_the_confirmation(desk: Desk) -> None:
    ticket = opened(desk)
    answer = reply_publicly(ticket=ticket, text="Which one?", actor=account("nils"), at=MONDAY)

    first = confirmation(ticket).mail
    assert first is not None
    assert answer.mail is not None
    assert answer.mail.headers["In-Reply-To"] == first.message_id


def test_a_refused_mail_is_sent_again_to_the_mended_address(desk: Desk) -> None:
    message = confirmation(opened(desk))
    before = refused(message.mail, desk.operator)
    with acting(actor=desk.operator, verb_name="test.mend", at=MONDAY):
        Person.objects.filter(name="Mona").update(email="mona.berg@example.org")

    again = send_message_again(
        message=TicketMessage.objects.get(pk=message.pk), actor=account("nils"), at=MONDAY
    )

    assert (again.pk, again.message_id) == (before.pk, before.message_id)
    assert (again.recipient, again.state, again.attempts, again.failure) == (
        "mona.berg@example.org",
        "queued",
        0,
        "",
    )


def test_of_two_who_send_again_one_does(desk: Desk) -> None:
    message = confirmation(opened(desk))
    mail = refused(message.mail, desk.operator)
    send_again(mail=mail, actor=desk.operator, at=MONDAY)

    with pytest.raises(Refused, match="waiting to be sent"):
        send_message_again(message=message, actor=account("nils"), at=MONDAY)


def test_what_was_sent_is_never_sent_again(desk: Desk) -> None:
    mail = confirmation(opened(desk)).mail
    assert mail is not None
    taken = begin_sending(mail=mail, actor=desk.operator, at=MONDAY)
    assert taken is not None
    note_sent(mail=taken, actor=desk.operator, at=MONDAY)

    with pytest.raises(Refused, match="is sent"):
        send_again(mail=mail, actor=desk.operator, at=MONDAY)
    later = begin_sending(mail=mail, actor=desk.operator, at=MONDAY + timedelta(days=1))
    assert later is None


def test_only_who_works_on_the_ticket_sends_its_mail_again(desk: Desk) -> None:
    message = confirmation(opened(desk))
    refused(message.mail, desk.operator)

    for name in ("mona", "omar"):
        with pytest.raises(Refused, match="You may not"):
            send_message_again(message=message, actor=account(name), at=MONDAY)


def test_a_failed_mail_is_sent_again_from_the_ticket(desk: Desk, client: Client) -> None:
    ticket = opened(desk)
    mail = refused(confirmation(ticket).mail, desk.operator)
    client.force_login(account("nils"))
    page = reverse("desk.ticket.detail", args=[ticket.pk])
    button = reverse("desk.message.again", args=[confirmation(ticket).pk])

    offered = button in client.get(page).content.decode()
    answer = client.post(button)

    mail.refresh_from_db()
    assert (offered, answer.headers["Location"], mail.state) == (True, page, "queued")
    assert button not in client.get(page).content.decode()


def test_an_administrator_sends_chosen_failures_again(desk: Desk, client: Client) -> None:
    first, second = (refused(confirmation(opened(desk)).mail, desk.operator) for _ in range(2))
    client.force_login(desk.ada)
    page = reverse("office.mail.failed")

    shown = client.get(page).content.decode()
    client.post(page, {"mail": [first.pk]})

    detail = client.get(reverse("office.outgoingmail.detail", args=[second.pk])).content.decode()
    assert f'name="mail" value="{second.pk}"' in detail
    states = dict(OutgoingMail.objects.values_list("pk", "state"))
    assert (shown.count('name="mail"'), states) == (
        2,
        {first.pk: "queued", second.pk: "refused"},
    )
    assert "1 mail was not delivered" in client.get("/today/").content.decode()


def test_a_mail_whose_secret_was_not_kept_is_not_sent_again(desk: Desk) -> None:
    mail = queue_mail(
        recipient="mona@example.org",
        subject="Password",
        text="A link",
        keeps_text=False,
        actor=desk.operator,
        at=MONDAY,
    )
    refused(mail, desk.operator)

    with pytest.raises(Refused, match="not kept"):
        send_again(mail=mail, actor=desk.operator, at=MONDAY)
