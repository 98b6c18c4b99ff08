"""Access tokens from a real authorization server, and mail that is sent with them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.office.gateways import tokens as gateway
from quarterdeck.office.gateways.smtp import fault
from quarterdeck.office.gateways.tokens import NoToken, TokenSource, access_token, forget
from quarterdeck.office.jobs import send_mail
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.tests.exim import HOST, Exim, running_exim
from quarterdeck.office.tests.token_server import CLIENT, REFRESH, SECRET, Tokens, token_server
from quarterdeck.office.verbs.mail import queue_mail
from quarterdeck.office.vocabulary import MailState

AT = datetime(2026, 3, 27, 12, tzinfo=UTC)


@pytest.fixture
def tokens() -> Iterator[Tokens]:
    """An authorization server, of which nothing is known yet."""
    gateway._kept.clear()  # noqa: SLF001 — what another test was given
    with token_server() as running:
        yield running


@pytest.fixture
def source(tokens: Tokens) -> TokenSource:
    return TokenSource(tokens.url, CLIENT, client_secret=SECRET, scope="imap")


def test_a_client_asks_for_itself_once_until_the_token_ends(
    tokens: Tokens, source: TokenSource
) -> None:
    times = (0, 3539, 3540, 3600)

    found = [access_token(source, AT + timedelta(seconds=each)) for each in times]

    assert found == ["token-1", "token-1", "token-2", "token-2"]
    assert tokens.asked[0] == {
        "grant_type": "client_credentials",
        "client_id": CLIENT,
        "client_secret": SECRET,
        "scope": "imap",
    }


@pytest.mark.parametrize("seconds", [10**15, "9" * 5000])
def test_no_token_is_kept_for_longer_than_a_day(
    tokens: Tokens, source: TokenSource, seconds: int | str
) -> None:
    tokens.seconds = seconds
    day = 24 * 60 * 60

    found = [access_token(source, AT + timedelta(seconds=each)) for each in (0, day - 61, day - 60)]

    assert found == ["token-1", "token-1", "token-2"]


def test_an_endpoint_that_is_no_web_server_is_told(tokens: Tokens, source: TokenSource) -> None:
    tokens.speaks_http = False

    with pytest.raises(NoToken, match="cannot be asked"):
        access_token(source, AT)


def test_a_refresh_token_gets_a_token_of_its_owner(tokens: Tokens) -> None:
    source = TokenSource(tokens.url, CLIENT, refresh_token=REFRESH)

    access_token(source, AT)

    asked = {"grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": REFRESH}
    assert tokens.asked == [asked]


def test_where_refresh_tokens_change_with_each_answer_it_is_told_and_none_is_kept(
    tokens: Tokens,
) -> None:
    tokens.turns = True
    source = TokenSource(tokens.url, CLIENT, refresh_token=REFRESH)
    access_token(source, AT)
    forget(source)

    with pytest.raises(NoToken, match="handed out another one before") as problem:
        access_token(source, AT)

    assert [each["refresh_token"] for each in tokens.asked] == [REFRESH, REFRESH]
    assert "again" not in str(problem.value)


def test_a_token_that_was_refused_is_asked_for_anew(source: TokenSource) -> None:
    access_token(source, AT)
    forget(source)

    assert access_token(source, AT) == "token-2"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"client_secret": "guessed"}, "invalid_client: .* It says: Secret expired."),
        ({"refresh_token": "old"}, "invalid_grant: the refresh token is expired or was revoked"),
        ({"scope": "everything"}, "invalid_scope: the scope is unknown or wider"),
        ({"client_secret": ""}, "neither a client secret nor a refresh token"),
        ({"url": "http://login.example.org/"}, "would show the secret to others"),
        ({"url": "http://127.0.0.1:1/"}, "cannot be asked: .*refused"),
    ],
)
def test_why_there_is_no_token_is_told_without_a_secret(
    source: TokenSource, given: dict[str, str], told: str
) -> None:
    with pytest.raises(NoToken, match=told) as problem:
        access_token(replace(source, **given), AT)

    secrets = (SECRET, "guessed", REFRESH)
    assert [each for each in secrets if each in f"{problem.value} {source!r}"] == []


@pytest.fixture
def exim(debian: Path, tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exim]:
    """A mail server that takes the second token that is given, and no other."""
    assert tokens.given == {}
    with running_exim(debian / "usr" / "sbin" / "exim4", token="token-2") as running:  # noqa: S106 — the server's own
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        yield running


@pytest.mark.django_db
def test_mail_is_sent_with_a_token_and_a_refused_one_is_not_shown_again(
    exim: Exim, tokens: Tokens, operator: Account
) -> None:
    given = {
        "token_url": tokens.url,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "refresh_token": "",
        "scope": "smtp",
    }
    mail = queue_mail(recipient="mona@example.org", subject="A", text="B", actor=operator, at=AT)
    url, sender = f"smtps://desk@{HOST}:{exim.wrapped}", "desk@example.org"

    with override_settings(SMTP_URL=url, MAIL_FROM=sender, SMTP_TOKENS=given):
        states = []
        for _ in range(2):
            send_mail.call(mail_key=mail.pk)
            mail = OutgoingMail.objects.get(pk=mail.pk)
            states.append((mail.state, mail.failure.partition(" ")[0]))
            due_again(mail, operator)

    assert states == [(MailState.QUEUED, "SMTPException:"), (MailState.SENT, "")]
    assert exim.taken(1)[0]["Subject"] == "A"


def due_again(mail: OutgoingMail, operator: Account) -> None:
    """Let the time pass until the next attempt."""
    with acting(actor=operator, verb_name="tests.waited", at=AT):
        OutgoingMail.objects.filter(pk=mail.pk).update(next_attempt_at=AT)


def test_a_token_needs_a_user_in_the_address_of_the_server() -> None:
    given = dict.fromkeys(("client_id", "client_secret", "refresh_token", "scope"), "")
    given |= {"token_url": "https://login.example.org/"}
    url, sender = "smtps://mail.example.org", "desk@example.org"

    with override_settings(SMTP_URL=url, MAIL_FROM=sender, SMTP_TOKENS=given):
        told = fault()

    assert told == "QUARTERDECK_SMTP_URL: expected a user, whom the token is for."
