"""A mailbox is read with an access token: from Debian's Dovecot, which asks whose it is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.desk.jobs import read_mailbox
from quarterdeck.desk.models import Mailbox, MailboxStanding
from quarterdeck.desk.tests import dovecot
from quarterdeck.desk.tests.dovecot import Dovecot, running_dovecot
from quarterdeck.desk.tests.mail_cast import DESK, written
from quarterdeck.office.gateways import tokens as gateway
from quarterdeck.office.tests.exim import HOST
from quarterdeck.office.tests.token_server import CLIENT, REFRESH, SECRET, Tokens, token_server

AT = datetime(2016, 4, 4, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def servers(debian: Path) -> Iterator[tuple[Dovecot, Tokens]]:
    """One IMAP server and the authorization server that it asks, for all tests of this file."""
    with token_server() as tokens, running_dovecot(debian, tokens.port) as running:
        running.put(written("One", key="one@example.org"))
        yield running, tokens


@pytest.fixture
def tokens(servers: tuple[Dovecot, Tokens], monkeypatch: pytest.MonkeyPatch) -> Tokens:
    """The authorization server, of which nothing is known yet."""
    monkeypatch.setenv("SSL_CERT_FILE", str(servers[0].certificate))
    gateway._kept.clear()  # noqa: SLF001 — what another test was given
    servers[1].given.clear()
    servers[1].asked.clear()
    servers[1].scope = "imap smtp"
    return servers[1]


@pytest.fixture
def mailbox(servers: tuple[Dovecot, Tokens], tokens: Tokens, operator: Account) -> Mailbox:
    with acting(actor=operator, verb_name="test.mailbox", at=AT):
        return Mailbox.objects.create(
            name="help",
            address=DESK,
            host=HOST,
            port=servers[0].wrapped,
            username=dovecot.USER,
            sign_in="xoauth2",
            token_url=tokens.url,
            client_id=CLIENT,
            takes_since=AT.date(),
        )


def read(mailbox: Mailbox, secret: str = SECRET, refresh: str = "") -> MailboxStanding:
    secrets = {"help": secret} if secret else {}
    known = {"MAILBOX_CLIENT_SECRETS": secrets, "MAILBOX_REFRESH_TOKENS": {"help": refresh}}
    with override_settings(**known):
        read_mailbox.call(mailbox_key=mailbox.pk)
    return MailboxStanding.objects.get(mailbox=mailbox)


def change(mailbox: Mailbox, operator: Account, **given: object) -> None:
    with acting(actor=operator, verb_name="test.change", at=AT):
        Mailbox.objects.filter(pk=mailbox.pk).update(**given)


@pytest.mark.parametrize(
    ("mechanism", "refresh"), [("xoauth2", ""), ("bearer", ""), ("xoauth2", REFRESH)]
)
def test_a_mailbox_is_read_with_a_token_that_is_asked_for_once(
    mailbox: Mailbox, tokens: Tokens, operator: Account, mechanism: str, refresh: str
) -> None:
    change(mailbox, operator, sign_in=mechanism)

    first, again = read(mailbox, refresh=refresh), read(mailbox, refresh=refresh)

    asked = ["refresh_token" if refresh else "client_credentials"]
    assert (first.failure, first.fetched, again.failure) == ("", 1, "")
    assert [each["grant_type"] for each in tokens.asked] == asked


def test_a_token_that_was_revoked_is_told_and_replaced(mailbox: Mailbox, tokens: Tokens) -> None:
    read(mailbox)
    tokens.given.clear()

    refused, mended = read(mailbox).failure, read(mailbox).failure

    assert re.search("does not take the token", refused)
    assert (mended, "token-1" in refused) == ("", False)


@pytest.mark.parametrize(
    ("secret", "scope", "told"),
    [
        ("guessed", "imap", "invalid_client: .* secret is wrong or has expired"),
        ("", "imap", "MAILBOX_CLIENT_SECRET_HELP holds nothing"),
        (SECRET, "calendar", "token|scope"),
    ],
)
def test_what_is_wrong_with_the_sign_in_is_told_without_a_secret(
    mailbox: Mailbox, tokens: Tokens, secret: str, scope: str, told: str
) -> None:
    tokens.scope = scope

    failure = read(mailbox, secret).failure

    assert re.search(told, failure)
    assert [each for each in (SECRET, "guessed", "token-1") if each in failure] == []


@pytest.mark.parametrize("url", ["", "http://login.example.org/token"])
def test_a_secret_goes_to_no_open_address(mailbox: Mailbox, url: str) -> None:
    mailbox.token_url = url

    with pytest.raises(ValidationError, match="asked by https"):
        mailbox.clean()
