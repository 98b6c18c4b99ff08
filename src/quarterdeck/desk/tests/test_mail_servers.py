"""Mail comes in from real servers: Dovecot by IMAP, Exim by LMTP, any by a pipe; none is lost."""

import imaplib
import os
import re
import signal
import smtplib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings
from django.test import override_settings

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, JobLease
from quarterdeck.core.tests.background.house import House, wait_for
from quarterdeck.desk.jobs import read_mailbox
from quarterdeck.desk.models import IncomingMail, Mailbox, MailboxStanding, MailOriginal, Ticket
from quarterdeck.desk.tests import dovecot
from quarterdeck.desk.tests.dovecot import Dovecot, running_dovecot
from quarterdeck.desk.tests.mail_cast import DESK, written
from quarterdeck.office.tests.exim import HOST, PASSWORD, USER, free_port, running_exim

AT = datetime(2016, 4, 4, 9, tzinfo=UTC)
COMMAND = (sys.executable, "-m", "quarterdeck.config.command")
BY_LMTP = """
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  hosts_override
  allow_localhost
  port = {port}
"""


@pytest.fixture(scope="module")
def server(debian: Path) -> Iterator[Dovecot]:
    """One IMAP server for all tests of this file."""
    with running_dovecot(debian) as running:
        yield running


def added(operator: Account, **given: object) -> Mailbox:
    words = {"name": "help", "address": DESK, **given}
    with acting(actor=operator, verb_name="test.mailbox", at=AT):
        return Mailbox.objects.create(**words)


def fetched_from(operator: Account, server: Dovecot, **given: object) -> Mailbox:
    words = {"host": HOST, "port": server.wrapped, "username": dovecot.USER}
    return added(operator, **{**words, "takes_since": AT.date(), **given})


def read(mailbox: Mailbox, password: str = dovecot.PASSWORD) -> MailboxStanding:
    with override_settings(MAILBOX_PASSWORDS={"help": password}):
        read_mailbox.call(mailbox_key=mailbox.pk)
    return MailboxStanding.objects.get(mailbox=mailbox)


def mails(count: int) -> list[bytes]:
    return [written(str(number), key=f"{number}@example.org") for number in range(count)]


@pytest.mark.django_db
def test_a_mailbox_is_read_by_tls_each_mail_once_and_marked(
    operator: Account, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    mailbox = fetched_from(operator, server, taken_folder="Taken")
    with server.opened() as other:
        other.create("Taken")
    server.put(*mails(3))

    first, again = read(mailbox), read(mailbox)

    with server.opened() as other:
        left, moved = other.select("INBOX")[1], other.select("Taken")[1]
    assert (first.failure, first.fetched, again.fetched) == ("", 3, 3)
    assert (MailOriginal.objects.count(), left, moved) == (3, [b"0"], [b"3"])


@pytest.mark.django_db
def test_a_mailbox_whose_standing_is_lost_is_read_anew_and_nothing_is_twice(
    operator: Account, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    mailbox = fetched_from(operator, server, port=server.plain, security="starttls")
    server.put(*mails(2))
    read(mailbox).delete()

    anew = read(mailbox)

    assert (anew.fetched, MailOriginal.objects.count()) == (2, 2)


@pytest.mark.django_db
def test_a_mailbox_takes_what_came_from_midnight_on_by_our_clocks_whatever_its_zone(
    operator: Account, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    day = AT.date()
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    mailbox = fetched_from(operator, server, folder="Zones")
    # The last minute before, by a clock on which the day has begun; and the first, by one on
    # which it has not.
    before = (midnight - timedelta(minutes=1)).astimezone(timezone(timedelta(hours=13)))
    since = midnight.astimezone(timezone(-timedelta(hours=10)))
    with server.opened() as other:
        other.create("Zones")
        mails_sent = mails(2)
        for content, came in zip(mails_sent, (before, since), strict=True):
            other.append("Zones", "", imaplib.Time2Internaldate(came), content)

    standing = read(mailbox)

    assert (standing.failure, MailOriginal.objects.count()) == ("", 1)
    assert MailOriginal.objects.get().digest == sha256(mails_sent[1]).hexdigest()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "password", "told"),
    [
        ({}, "guessed", r"Authentication failed"),
        ({}, "", r"MAILBOX_PASSWORD_HELP holds nothing"),
        ({"folder": "Nowhere"}, dovecot.PASSWORD, r"Nowhere"),
        ({"port": 1}, dovecot.PASSWORD, r"refused"),
        ({"host": "10.255.255.1", "security": "none"}, dovecot.PASSWORD, r"by TLS alone"),
    ],
)
def test_what_keeps_a_mailbox_from_being_read_is_told_without_the_password(  # noqa: PLR0917 — the cases of one table
    operator: Account,
    server: Dovecot,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, object],
    password: str,
    told: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    mailbox = fetched_from(operator, server)
    with acting(actor=operator, verb_name="test.change", at=AT):
        Mailbox.objects.update(**given)

    standing = read(mailbox, password)

    assert re.search(told, standing.failure)
    assert dovecot.PASSWORD not in standing.failure
    assert (standing.failing_since is None, standing.busy_until) == (False, None)


@pytest.mark.django_db
def test_a_certificate_that_nobody_vouches_for_keeps_the_password_here(
    operator: Account, server: Dovecot
) -> None:
    assert "CERTIFICATE_VERIFY_FAILED" in read(fetched_from(operator, server)).failure


def surroundings(url: str, home: Path) -> dict[str, str]:
    return {**os.environ, "QUARTERDECK_DATABASE_URL": url, "QUARTERDECK_HOME": str(home)}


@contextmanager
def lmtp(url: str, home: Path, port: int = 0) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Run our LMTP server; give its process and its port."""
    command = (*COMMAND, "mail-lmtp", "--bind", f"127.0.0.1:{port}")
    environment = surroundings(url, home)
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 — our own interpreter and program
        assert process.stderr is not None
        yield process, int(_first_line(process.stderr).rpartition(":")[2])
        process.terminate()


def _first_line(stream: IO[str]) -> str:
    return next(line for line in stream if "LMTP" in line)


def test_a_mail_server_hands_mail_over_by_lmtp(fresh_database: str, debian: Path) -> None:
    home, program = Path(settings.HOME), debian / "usr" / "sbin" / "exim4"
    added(Account.objects.get(username="operator"))
    with (
        lmtp(fresh_database, home) as (_, port),
        running_exim(program, BY_LMTP.format(port=port)) as exim,
    ):
        context = ssl.create_default_context(cafile=str(exim.certificate))
        with smtplib.SMTP(HOST, exim.plain) as client:
            client.starttls(context=context)
            client.login(USER, PASSWORD)
            client.sendmail("mona@example.org", [DESK, "other@example.org"], written(".\r\n..x"))
            client.sendmail("", [DESK], written(key="two@example.org"))
        wait_for(lambda: True if MailOriginal.objects.count() >= 2 else None)

    kept = MailOriginal.objects.order_by("pk").values_list("envelope_sender", "door")
    first = IncomingMail.objects.order_by("pk")[0]
    assert sorted(kept) == [("<>", "lmtp"), ("mona@example.org", "lmtp")]
    assert first.mailbox == Mailbox.objects.get()


@pytest.mark.parametrize(("database", "status"), [(True, 0), (False, 75)])
def test_a_pipe_ends_so_that_the_mail_server_knows_what_to_do(
    fresh_database: str, tmp_path: Path, database: bool, status: int
) -> None:
    url = fresh_database if database else f"sqlite:///{tmp_path}/none.sqlite3"
    command = (*COMMAND, "mail-in", "--sender", "", "--recipient", DESK.upper())
    done = subprocess.run(  # noqa: S603 — our own interpreter and program
        command,
        input=written(),
        env=surroundings(url, Path(settings.HOME)),
        check=False,
        capture_output=True,
    )

    kept = list(MailOriginal.objects.values_list("envelope_sender", "envelope_recipients"))
    assert (done.returncode, kept) == (status, [("<>", [DESK])] if status == 0 else [])


def sent_by_lmtp(port: int, content: bytes) -> bool:
    """Hand a mail over as a mail server does; tell whether it was taken."""
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
            return client.sendmail("mona@example.org", [DESK], content) == {}
    except (smtplib.SMTPException, OSError):
        return False


def test_kills_between_keeping_and_understanding_lose_and_double_nothing(
    fresh_database: str, tmp_path: Path
) -> None:
    added(Account.objects.get(username="operator"), hourly_limit=1000)
    given, port = mails(24), free_port()
    waiting = list(given)
    for strike in (9, None):
        with lmtp(fresh_database, tmp_path, port) as (process, _):
            for count, content in enumerate(list(waiting)):
                if count == strike:
                    process.send_signal(signal.SIGKILL)
                if sent_by_lmtp(port, content):
                    # A mail server that has not heard the answer hands the mail over again.
                    waiting = [each for each in waiting if each != content or count % 3 == 0]
    house = House(tmp_path, fresh_database, "")
    worker = house.start_worker()
    wait_for(lambda: True if Ticket.objects.count() > 1 else None)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    JobLease.objects.update(expires_at=AT)
    house.work_off()

    states = set(IncomingMail.objects.values_list("state", flat=True))
    texts = sorted(Ticket.objects.values_list("description", flat=True))
    assert (states, texts, MailOriginal.objects.count()) == (
        {"on_ticket"},
        sorted(str(number) for number in range(24)),
        24,
    )
