"""Mail that goes out through a real mail server."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any, NamedTuple

import pytest
from django.core.files.base import ContentFile
from django.test import override_settings

from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import waiting_jobs
from quarterdeck.core.models import Account, HistoryEntry
from quarterdeck.office.gateways.smtp import NO_SERVER, fault, parse_route
from quarterdeck.office.jobs import send_mail, send_waiting_mail
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.verbs.mail import (
    MOST_ATTEMPTS,
    begin_sending,
    note_delayed,
    queue_again,
    queue_mail,
)
from quarterdeck.office.verbs.remarks import keep_upload, remove_attachment
from quarterdeck.office.vocabulary import MailState

AT = datetime(2016, 3, 29, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


class MailServer(NamedTuple):
    """A running mail server and the folder of what it took."""

    port: int
    folder: Path

    def taken(self) -> list[EmailMessage]:
        files = sorted(self.folder.iterdir())
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    """A mail server that the settings name."""
    folder = tmp_path / "mail"
    folder.mkdir()
    command = [sys.executable, "-m", "quarterdeck.office.tests.mail_server", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 — a module of ours
        assert process.stdout is not None
        port = int(process.stdout.readline())
        url, sender = f"smtp://127.0.0.1:{port}", "IT desk <desk@example.org>"
        with override_settings(SMTP_URL=url, MAIL_FROM=sender):
            yield MailServer(port, folder)
        process.terminate()


def queued(operator: Account, recipient: str = "mona@example.org", **given: object) -> OutgoingMail:
    words = {"subject": "Your ticket", "text": "Grüße,\nthe desk", **given}
    return queue_mail(recipient=recipient, actor=operator, at=AT, **words)  # type: ignore[arg-type]  # the words fit


def run(mail: OutgoingMail) -> OutgoingMail:
    send_mail.call(mail_key=mail.pk)
    return OutgoingMail.objects.get(pk=mail.pk)


def test_a_mail_reaches_the_server_as_it_was_written(
    mail_server: MailServer, operator: Account
) -> None:
    mail = run(queued(operator, headers={"In-Reply-To": "<one@example.org>"}))

    message = mail_server.taken()[0]
    told = (
        message["From"],
        message["To"],
        message["Subject"],
        message["In-Reply-To"],
        message["Message-ID"],
        message.get_content().strip(),
    )
    assert told == (
        "IT desk <desk@example.org>",
        "mona@example.org",
        "Your ticket",
        "<one@example.org>",
        mail.message_id,
        "Grüße,\nthe desk",
    )


@pytest.mark.parametrize("text", ["From Monday on\nFrom here.", "Grüße\nFrom Monday on."])
def test_a_line_that_begins_with_from_stays_as_it_is(
    text: str, mail_server: MailServer, operator: Account
) -> None:
    run(queued(operator, text=text))

    assert mail_server.taken()[0].get_content().strip() == text


def test_a_sent_mail_says_when(mail_server: MailServer, operator: Account) -> None:
    mail = run(queued(operator))

    assert (mail.state, mail.sent_at is not None, len(mail_server.taken())) == ("sent", True, 1)


def test_a_mail_is_sent_once_however_often_the_job_runs(
    mail_server: MailServer, operator: Account
) -> None:
    mail = queued(operator)
    run(mail)
    run(mail)
    send_waiting_mail.call()

    assert len(mail_server.taken()) == 1


def test_a_mail_that_somebody_is_sending_is_not_taken_twice(operator: Account) -> None:
    mail = queued(operator)
    first = begin_sending(mail=mail, actor=operator, at=AT)
    second = begin_sending(mail=mail, actor=operator, at=AT + timedelta(minutes=1))

    assert (first == mail, second) == (True, None)


def test_a_mail_whose_sender_died_is_taken_by_the_next_one(operator: Account) -> None:
    mail = queued(operator)
    begin_sending(mail=mail, actor=operator, at=AT)

    assert begin_sending(mail=mail, actor=operator, at=AT + timedelta(minutes=6)) == mail


def test_a_refused_mail_that_is_sent_again_arrives_once(
    mail_server: MailServer, operator: Account
) -> None:
    mail = run(queued(operator, "nobody@example.org"))

    again = queue_again(mail=mail, recipient="mona@example.org", actor=operator, at=AT)
    for _ in range(2):
        run(again)
    send_waiting_mail.call()

    told = [(each["To"], each["Message-ID"]) for each in mail_server.taken()]
    assert told == [("mona@example.org", mail.message_id)]


@pytest.mark.usefixtures("mail_server")
def test_a_refused_recipient_is_kept_with_the_servers_words(operator: Account) -> None:
    mail = run(queued(operator, "nobody@example.org"))

    assert (mail.state, mail.failure) == ("refused", "550 5.1.1 There is nobody of that name")


@pytest.mark.usefixtures("mail_server")
def test_a_recipient_that_is_refused_for_now_is_tried_again_later(operator: Account) -> None:
    mail = run(queued(operator, "later@example.org"))

    assert (mail.state, mail.attempts, mail.failure) == ("queued", 1, "451 4.3.0 Try again later")


@override_settings(SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="desk@example.org")
def test_a_server_that_is_away_is_asked_again(operator: Account) -> None:
    mail = run(queued(operator))

    assert (mail.state, mail.attempts) == ("queued", 1)


@contextmanager
def server_that_says(*answers: bytes) -> Iterator[int]:
    """A server on a free port that answers line by line what it was told to, whatever it hears."""

    class Talk(StreamRequestHandler):
        def handle(self) -> None:
            for answer in answers:
                self.wfile.write(answer + b"\r\n")
                if not self.rfile.readline():
                    return

    with ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "who", ["desk:sesame@127.0.0.1", "desk:s%C3%A9same@127.0.0.1", f"{'a' * 64}.example"]
)
def test_a_sign_in_that_cannot_be_spoken_lets_mail_wait(operator: Account, who: str) -> None:
    greeting = (b"220 here", b"250-here\r\n250 AUTH PLAIN", b"334 Please wait", b"221 Bye")
    with server_that_says(*greeting) as port:
        url = f"smtp://{who}:{port}"
        with override_settings(SMTP_URL=url, MAIL_FROM="desk@example.org"):
            mail = run(queued(operator))

    told = "SMTPException: The server cannot be spoken to as it is set up"
    assert (mail.state, mail.failure[: len(told)]) == ("queued", told)


def test_waits_double_and_the_last_attempt_gives_up(operator: Account) -> None:
    mail, at, waits = queued(operator), AT, []
    while (taken := begin_sending(mail=mail, actor=operator, at=at)) is not None:
        mail = note_delayed(mail=taken, reason="away", actor=operator, at=at)
        waits.append(int((mail.next_attempt_at - at) / timedelta(minutes=1)))
        at = mail.next_attempt_at

    assert (waits[:-1], len(waits), mail.state) == (
        [1, 2, 4, 8, 16, 32, 64, 128, 240],
        MOST_ATTEMPTS,
        "failed",
    )


@override_settings(SMTP_URL="", MAIL_FROM="")
def test_without_a_mail_server_mail_waits_and_the_fault_is_told(operator: Account) -> None:
    mail = run(queued(operator))

    assert (mail.state, mail.attempts, fault()) == (MailState.QUEUED, 0, NO_SERVER)


def test_mail_that_waited_for_a_server_goes_out_when_there_is_one(
    operator: Account, mail_server: MailServer
) -> None:
    queued(operator)
    queued(operator, "ada@example.org")

    send_waiting_mail.call()

    assert [mail["To"] for mail in mail_server.taken()] == ["mona@example.org", "ada@example.org"]


def test_a_queued_mail_is_enqueued_as_a_job(operator: Account) -> None:
    mail = queued(operator)

    jobs = [(job.name, job.arguments) for job in waiting_jobs()]

    assert jobs == [("office.send_mail", {"mail_key": mail.pk})]


def test_a_line_break_in_a_subject_adds_no_header(
    mail_server: MailServer, operator: Account
) -> None:
    run(queued(operator, subject="Printer\r\nBcc: everybody@example.org\n\nHello"))

    message = mail_server.taken()[0]
    assert (message["Subject"], message["Bcc"]) == (
        "Printer Bcc: everybody@example.org Hello",
        None,
    )


@pytest.mark.parametrize(
    ("recipient", "headers", "said"),
    [
        ("mona", {}, "“mona” is no mail address."),
        ("a@example.org\nBcc: b@example.org", {}, "is no mail address."),
        ("a@example.org", {"Bcc": "b@example.org"}, "takes no header “Bcc”."),
        (
            "a@example.org",
            {"References": "<a@b>\r\nBcc: b@example.org"},
            "The header References of a mail must stay on one line.",
        ),
    ],
)
def test_what_would_smuggle_a_header_in_is_refused(
    operator: Account, recipient: str, headers: dict[str, str], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        queued(operator, recipient, headers=headers)


def test_a_refused_mail_leaves_nothing_in_the_queue(operator: Account) -> None:
    with pytest.raises(Refused):
        queued(operator, "mona")

    assert (OutgoingMail.objects.count(), waiting_jobs()) == (0, [])


@pytest.mark.usefixtures("mail_server")
def test_a_mail_with_a_secret_loses_its_text_when_it_is_sent(operator: Account) -> None:
    mail = run(queued(operator, text="Your link", keeps_text=False))

    kept = {entry.before.get("text") for entry in HistoryEntry.objects.all()}
    assert (mail.text, kept - {None, "***"}) == ("", set())


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("mail.example.org", "desk@example.org"),
        ("imap://mail.example.org", "desk@example.org"),
        ("smtp://", "desk@example.org"),
        ("smtp://mail.example.org", "the desk"),
    ],
)
def test_a_malformed_route_says_what_was_expected(url: str, sender: str) -> None:
    with pytest.raises(ValueError, match=r"QUARTERDECK_\w+: expected"):
        parse_route(url, sender)


def test_a_route_has_the_usual_port_of_its_scheme() -> None:
    plain = parse_route("smtp://mail.example.org", "desk@example.org")
    wrapped = parse_route("smtps://me:a%40b@mail.example.org", "desk@example.org")

    assert (plain.port, wrapped.port, wrapped.user, wrapped.password) == (25, 465, "me", "a@b")


def test_files_go_with_a_mail_and_one_that_was_taken_away_does_not(
    mail_server: MailServer, operator: Account
) -> None:
    words: dict[str, Any] = {"actor": operator, "at": AT}
    names = {"guide.pdf": b"%PDF", "gone.txt": b"Gone"}
    kept = [
        keep_upload(name=name, content=ContentFile(content, name), **words)
        for name, content in names.items()
    ]
    mail = queued(operator, files=[each.pk for each in kept])
    remove_attachment(attachment=kept[1], **words)

    run(mail)

    parts = list(mail_server.taken()[0].iter_attachments())
    assert [
        (part.get_filename(), part.get_content_type(), part.get_content()) for part in parts
    ] == [("guide.pdf", "application/pdf", b"%PDF")]
