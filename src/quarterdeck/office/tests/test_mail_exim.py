"""Mail goes out through Exim, the mail server of Debian: by TLS, with a password, or not at all."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import override_settings

from quarterdeck.core.models import Account
from quarterdeck.office.jobs import send_mail
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.tests.exim import HOST, PASSWORD, USER, Exim, running_exim
from quarterdeck.office.verbs.mail import queue_mail

AT = datetime(2016, 3, 29, 12, tzinfo=UTC)
SENDER = "IT desk <desk@example.org>"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server(debian: Path) -> Iterator[Exim]:
    """One server for all tests of this file."""
    with running_exim(debian / "usr" / "sbin" / "exim4") as exim:
        yield exim


@pytest.fixture
def exim(server: Exim, monkeypatch: pytest.MonkeyPatch) -> Exim:
    """The server, whose certificate this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    return server


def sent(
    operator: Account, url: str, recipient: str = "mona@example.org", subject: str = "Your ticket"
) -> OutgoingMail:
    """Queue a mail, make one attempt to send it by this route, and return what became of it."""
    mail = queue_mail(recipient=recipient, subject=subject, text="Grüße", actor=operator, at=AT)
    with override_settings(SMTP_URL=url, MAIL_FROM=SENDER):
        send_mail.call(mail_key=mail.pk)
    return OutgoingMail.objects.get(pk=mail.pk)


def address(scheme: str, port: int, password: str = PASSWORD) -> str:
    return f"{scheme}://{USER}:{quote(password)}@{HOST}:{port}"


@pytest.mark.parametrize(("scheme", "port"), [("smtp", "plain"), ("smtps", "wrapped")])
def test_a_mail_goes_by_tls_and_with_the_password(
    operator: Account, exim: Exim, scheme: str, port: str
) -> None:
    before = len(exim.taken(0))

    mail = sent(operator, address(scheme, getattr(exim, port)), subject=f"By {scheme}")

    arrived = {each["Subject"]: each for each in exim.taken(before + 1)}[f"By {scheme}"]
    # “esmtpsa” is SMTP with TLS and a sign-in (RFC 3848).
    assert (mail.state, arrived["Message-ID"]) == ("sent", mail.message_id)
    assert (arrived.get_content(), "with esmtpsa" in arrived["Received"]) == ("Grüße\n", True)


@pytest.mark.parametrize(("scheme", "port"), [("smtp", "plain"), ("smtps", "wrapped")])
def test_a_certificate_that_nobody_vouches_for_keeps_mail_and_password_here(
    operator: Account, server: Exim, scheme: str, port: str
) -> None:
    before = len(server.taken(0))

    mail = sent(operator, address(scheme, getattr(server, port)))

    assert (mail.state, mail.attempts, len(server.taken(0))) == ("queued", 1, before)
    assert "certificate verify failed" in mail.failure


def test_a_wrong_password_can_be_mended_so_that_mail_waits(operator: Account, exim: Exim) -> None:
    mail = sent(operator, address("smtp", exim.plain, "guessed"))

    assert (mail.state, mail.failure) == ("queued", "535 Incorrect authentication data")


def test_a_recipient_who_is_not_there_is_told_in_the_servers_words(
    operator: Account, exim: Exim
) -> None:
    mail = sent(operator, address("smtp", exim.plain), "nobody@example.org")

    assert (mail.state, mail.failure) == ("refused", "550 There is nobody of that name")


def test_greylisting_makes_mail_wait(operator: Account, exim: Exim) -> None:
    mail = sent(operator, address("smtp", exim.plain), "later@example.org")

    assert (mail.state, mail.failure) == ("queued", "451 Greylisted, try again later")


def take_one_and_break_off(server: socket.socket, said: list[str]) -> None:
    """Take one mail as RFC 5321 has it, and answer the farewell with a failure."""
    connection, _ = server.accept()
    with connection, connection.makefile("rwb") as stream:

        def say(line: bytes) -> None:
            stream.write(line + b"\r\n")
            stream.flush()

        say(b"220 ready")
        while line := stream.readline():
            said.append(line[:4].decode().upper())
            if said[-1] == "DATA":
                say(b"354 go on")
                while stream.readline() != b".\r\n":
                    pass
            say(b"421 too busy" if said[-1] == "QUIT" else b"250 so be it")


def test_a_server_that_takes_a_mail_and_breaks_off_gets_it_once(operator: Account) -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=take_one_and_break_off, args=(listening, said))
        thread.start()
        mail = sent(operator, f"smtp://127.0.0.1:{listening.getsockname()[1]}")
        thread.join()

    assert (mail.state, said.count("DATA"), said[-1]) == ("sent", 1, "QUIT")
