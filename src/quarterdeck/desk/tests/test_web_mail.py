"""The pages of mail that came in, and what tells that a mailbox is silent."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.waiting import waiting_for
from quarterdeck.desk.models import IncomingMail, Mailbox, MailboxStanding
from quarterdeck.desk.tests.mail_cast import mailed_desk, taken, ticket_of, written
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened

pytestmark = pytest.mark.django_db
FORGED = "help+t-1-aaaaaaaaaaaaaaaa@example.org"


@pytest.fixture
def desk() -> Desk:
    return mailed_desk()


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(account(name))
    return client


def decide(mail: IncomingMail, name: str, **given: object) -> tuple[int, str]:
    """Decide on a mail as Nils does on its page; return the answer's status and its state."""
    address = reverse("desk.mail.decide", args=[mail.pk, name])
    status = client_of("nils").post(address, {"version": mail.version, **given}).status_code
    return status, IncomingMail.objects.get(pk=mail.pk).state


@pytest.mark.usefixtures("desk")
def test_the_original_is_handed_over_as_text_that_nothing_runs() -> None:
    content = written("<script>alert(1)</script>")
    mail = taken(content)
    answer = client_of("nils").get(reverse("desk.mail.original", args=[mail.pk]))

    told = [answer.headers[name] for name in ("Content-Type", "Content-Disposition")]
    assert (answer.content, answer.headers["X-Content-Type-Options"]) == (content, "nosniff")
    assert told == ["text/plain; charset=utf-8", f'attachment; filename="mail-{mail.pk}.txt"']
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_person_decides_on_the_page_of_a_mail(desk: Desk) -> None:
    ticket = opened(desk)
    first, second, third = (
        taken(written(to=FORGED, key=f"{number}@example.org", subject=str(number)))
        for number in range(3)
    )

    assert decide(first, "open") == (302, "on_ticket")
    assert decide(second, "attach", ticket="T-999999") == (422, "not_understood")
    assert decide(second, "attach", ticket=ticket.number.lower()) == (302, "on_ticket")
    assert decide(third, "discard") == (422, "not_understood")
    assert decide(third, "discard", reason="Spam") == (302, "discarded")


@pytest.mark.usefixtures("desk")
def test_today_tells_of_mail_that_was_not_understood_and_leads_to_it() -> None:
    taken(written(to=FORGED))
    items = [each for each in waiting_for(account("nils"), MONDAY) if each.kind == "Mail"]
    others = [each for each in waiting_for(account("omar"), MONDAY) if each.kind == "Mail"]

    page = client_of("nils").get(items[0].address).content.decode()
    assert ([each.title for each in items], others) == (["1 mail not understood"], [])
    assert f"href={IncomingMail.objects.get().pk}/" in page


@pytest.mark.usefixtures("desk")
def test_a_requester_reads_neither_the_mail_nor_a_strangers_note_on_her_ticket() -> None:
    ticket = ticket_of(taken(written()))
    mail = taken(written("Let me in", sender="eve@example.net", In_Reply_To="<one@example.org>"))
    page = client_of("mona").get(reverse("desk.ticket.detail", args=[ticket.pk]))

    hidden = client_of("mona").get(reverse("desk.incomingmail.detail", args=[mail.pk]))
    assert (mail.ticket, page.status_code, hidden.status_code) == (ticket, 200, 404)
    assert ("Let me in" in page.content.decode(), "eve@" in page.content.decode()) == (False, False)


def test_the_page_of_a_mailbox_tells_what_is_wrong_and_no_password(desk: Desk) -> None:
    with acting(actor=desk.operator, verb_name="test.change", at=MONDAY):
        Mailbox.objects.update(host="imap.example.org", username="help")
    mailbox = Mailbox.objects.get()
    MailboxStanding.objects.create(mailbox=mailbox, asked_at=MONDAY, failure="It is away.")

    with override_settings(MAILBOX_PASSWORDS={"help": "open-sesame"}):
        page = client_of("ada").get(reverse("desk.mailbox.detail", args=[mailbox.pk]))
    shown = page.content.decode()
    assert ("It is away." in shown, "open-sesame" in shown) == (True, False)
