"""The desk sends files to a requester, by every way of replying, and no other file."""

from datetime import timedelta
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Account
from quarterdeck.desk.models import MessageFile, Ticket
from quarterdeck.desk.queries import letters
from quarterdeck.desk.queries.reply_signatures import signature_of
from quarterdeck.desk.tests.mail_cast import DESK, mailed_desk, taken
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.office.models import Attachment, OutgoingMail
from quarterdeck.office.verbs.remarks import attach_file, write_comment

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return mailed_desk()


def browser(user: Account) -> Client:
    client = Client()
    client.force_login(user)
    return client


def portal(desk: Desk, ticket: Ticket) -> str:
    shown = browser(desk.mona).get(reverse("portal.ticket", args=[ticket.pk]))
    return shown.content.decode()


def fetched(user: Account, name: str) -> int:
    file = Attachment.objects.get(name=name)
    answer = browser(user).get(reverse("portal.file", args=[file.pk]))
    answer.getvalue()
    return answer.status_code


def last_mail() -> OutgoingMail:
    return OutgoingMail.objects.order_by("-pk")[0]


def sent_names(mail: OutgoingMail) -> list[str]:
    known = Attachment.objects.in_bulk(mail.files)
    return [known[key].name for key in mail.files]


def mailed(ticket: Ticket, sender: str, *, is_signed: bool = True) -> bytes:
    """A mail with a file, in answer to a ticket."""
    local, _, domain = DESK.partition("@")
    signed = f"{local}+t-{ticket.pk}-{signature_of(ticket.pk)}@{domain}"
    mail = MIMEMultipart()
    mail["From"], mail["To"] = sender, signed if is_signed else DESK
    mail["Subject"] = f"Re: [{ticket.number}] The printer"
    mail["Message-ID"], mail["Date"] = "<a@example.org>", "Mon, 04 Apr 2016 10:55:00 +0200"
    mail.attach(MIMEText("See the file.", "plain", "utf-8"))
    file = MIMEApplication(b"How to mend it", "pdf")
    file.add_header("Content-Disposition", "attachment", filename="guide.pdf")
    mail.attach(file)
    return mail.as_bytes()


def test_a_reply_on_the_page_brings_its_file_into_the_portal_and_the_mail(desk: Desk) -> None:
    ticket = opened(desk)
    file = SimpleUploadedFile("guide.pdf", b"How to mend it")
    words = {"text": "Please read this.", "entry_key": "one", "files": [file]}

    for _ in range(2):
        file.seek(0)
        browser(account("nils")).post(reverse("desk.act", args=[ticket.pk, "reply"]), words)

    assert MessageFile.objects.count() == 1
    assert "guide.pdf" in portal(desk, ticket)
    assert (last_mail().recipient, sent_names(last_mail())) == ("mona@example.org", ["guide.pdf"])
    assert [fetched(user, "guide.pdf") for user in (desk.mona, account("omar"))] == [200, 404]


def test_a_technicians_answer_by_mail_goes_out_with_its_attachment(desk: Desk) -> None:
    ticket = opened(desk)

    taken(mailed(ticket, "Nils <nils@example.org>"), recipients=(_signed(ticket),))

    assert (last_mail().recipient, sent_names(last_mail())) == ("mona@example.org", ["guide.pdf"])
    assert fetched(desk.mona, "guide.pdf") == 200


def _signed(ticket: Ticket) -> str:
    local, _, domain = DESK.partition("@")
    return f"{local}+t-{ticket.pk}-{signature_of(ticket.pk)}@{domain}"


def test_a_requesters_mail_shows_them_their_own_file_in_the_portal(desk: Desk) -> None:
    ticket = opened(desk)

    taken(mailed(ticket, "Mona <mona@example.org>"), recipients=(_signed(ticket),))

    assert "guide.pdf" in portal(desk, ticket)
    assert fetched(desk.mona, "guide.pdf") == 200


def test_files_of_an_internal_note_and_of_the_ticket_stay_with_the_desk(desk: Desk) -> None:
    ticket = opened(desk)
    content = ContentFile(b"Her salary", "secret.txt")
    words = {"actor": account("nils"), "at": LATER}
    attach_file(row=ticket, name="secret.txt", content=content, **words)  # type: ignore[arg-type]  # the words fit

    taken(mailed(ticket, "Stranger <x@elsewhere.example>", is_signed=False))
    reply_publicly(ticket=ticket, text="We look into it.", **words)  # type: ignore[arg-type]  # the words fit

    assert Attachment.objects.filter(name="guide.pdf", row=ticket.pk).exists()
    shown = portal(desk, ticket)
    assert ["We look into it." in shown, "guide.pdf" in shown, "secret.txt" in shown] == [
        *(True, False, False)
    ]
    assert [fetched(desk.mona, name) for name in ("guide.pdf", "secret.txt")] == [404, 404]
    assert last_mail().files == []


@override_settings(PUBLIC_URL="https://desk.example.org")
def test_what_is_too_large_for_a_mail_is_linked_and_said_in_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "MOST_BYTES", 20)
    ticket = opened(desk)
    files = [ContentFile(b"x" * size, f"{size}.txt") for size in (15, 10, 5)]

    reply_publicly(ticket=ticket, text="Here.", files=files, actor=account("nils"), at=LATER)

    assert sent_names(last_mail()) == ["15.txt", "5.txt"]
    assert last_mail().text.splitlines()[-1] == (
        "Too large for a mail: “10.txt” (10\xa0bytes). You find it in the portal: "
        f"https://desk.example.org/portal/tickets/{ticket.pk}/"
    )
    assert "10.txt" in portal(desk, ticket)


def test_more_than_ten_files_at_once_are_refused(desk: Desk) -> None:
    ticket = opened(desk)
    files = [ContentFile(b"x", f"{number}.txt") for number in range(11)]

    with pytest.raises(Invalid, match="At most 10 files"):
        reply_publicly(ticket=ticket, text="Here.", files=files, actor=account("nils"), at=LATER)


def test_internal_talk_on_a_ticket_has_one_place(desk: Desk) -> None:
    ticket = opened(desk)
    client = browser(desk.ada)
    panel = reverse("desk.ticket.remarks", args=[ticket.pk])
    write = reverse("office.comment.write", args=["desk.ticket", ticket.pk])

    before = client.get(panel).content.decode()
    refused = client.post(write, {"text": "Between us"}).status_code
    write_comment(row=ticket, text="Of old", actor=desk.ada, at=LATER)

    assert ("Comments</h2>" in before, "Files</h2>" in before, refused) == (False, True, 404)
    assert "Of old" in client.get(panel).content.decode()
