"""API tokens: made, used, expired, revoked, and never kept in clear."""

from datetime import UTC, datetime, timedelta

import pytest

from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.history import entries_of
from quarterdeck.core.models import Account, ApiToken, RoleAssignment
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.token_secrets import digest_of, token_of
from quarterdeck.core.tokens import create_token, note_token_use, revoke_token
from quarterdeck.core.vocabulary import Role, TokenScope

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
A_WEEK = timedelta(days=7)


@pytest.fixture
def ada(given: Given) -> Account:
    with given():
        return Account.objects.create(username="ada")


@pytest.fixture
def nils(given: Given) -> Account:
    with given():
        return Account.objects.create(username="nils")


def make(account: Account, actor: Account | None = None, **given: object) -> tuple[ApiToken, str]:
    asked = {"name": "Nightly report", "scope": TokenScope.READ, "expires_at": AT + A_WEEK}
    return create_token(account=account, actor=actor or account, at=AT, **{**asked, **given})  # type: ignore[arg-type]  # a test's shorthand


def test_a_secret_finds_its_token(ada: Account) -> None:
    token, secret = make(ada)

    assert token_of(secret, AT) == token


def test_a_secret_begins_with_the_prefix_that_the_list_shows(ada: Account) -> None:
    token, secret = make(ada)

    assert secret[: len(token.prefix) + 1] == f"{token.prefix}_"


def test_only_the_digest_of_a_secret_is_kept(ada: Account) -> None:
    token, secret = make(ada)

    kept = ApiToken.objects.values().get(pk=token.pk)
    assert (kept["digest"], secret in map(str, kept.values())) == (digest_of(secret), False)


def test_the_history_does_not_hold_the_digest(ada: Account, given: Given) -> None:
    token, _ = make(ada)

    with given():
        ApiToken.objects.filter(pk=token.pk).update(digest="0" * 64)

    assert [entry.before for entry in entries_of(token)] == [{"digest": "***"}]


@pytest.mark.parametrize("letter", ["x", "", "\x00", "é", "_"])
def test_another_secret_opens_nothing(letter: str, ada: Account) -> None:
    _, secret = make(ada)

    with pytest.raises(Refused, match="There is no such token"):
        token_of(secret[:-1] + letter + ("" if letter != secret[-1] else "x"), AT)


def test_a_token_expires(ada: Account) -> None:
    _, secret = make(ada)

    with pytest.raises(Refused, match="This token expired on 2026-03-09"):
        token_of(secret, AT + A_WEEK)


def test_a_token_opens_until_its_last_moment(ada: Account) -> None:
    token, secret = make(ada)

    assert token_of(secret, AT + A_WEEK - timedelta(microseconds=1)) == token


def test_a_revoked_token_opens_nothing(ada: Account) -> None:
    token, secret = make(ada)

    revoke_token(token=token, actor=ada, at=AT)

    with pytest.raises(Refused, match="This token has been revoked"):
        token_of(secret, AT)


def test_a_token_is_revoked_once(ada: Account) -> None:
    token, _ = make(ada)
    revoke_token(token=token, actor=ada, at=AT)

    with pytest.raises(Refused, match="has been revoked already"):
        revoke_token(token=token, actor=ada, at=AT)


def test_the_token_of_an_account_that_is_closed_opens_nothing(ada: Account, given: Given) -> None:
    _, secret = make(ada)

    with given():
        Account.objects.filter(pk=ada.pk).update(is_active=False)

    with pytest.raises(Refused, match="account of this token is not active"):
        token_of(secret, AT)


def test_nobody_makes_tokens_for_somebody_else(ada: Account, nils: Account) -> None:
    with pytest.raises(Refused, match="for yourself only"):
        make(ada, actor=nils)


def test_nobody_revokes_the_token_of_somebody_else(ada: Account, nils: Account) -> None:
    token, _ = make(ada)

    with pytest.raises(Refused, match="your own tokens only"):
        revoke_token(token=token, actor=nils, at=AT)


def test_an_administrator_revokes_any_token(ada: Account, nils: Account, given: Given) -> None:
    token, _ = make(ada)
    with given():
        RoleAssignment.objects.create(account=nils, role=Role.ADMINISTRATOR)

    revoked = revoke_token(token=token, actor=nils, at=AT)

    assert (revoked.revoked_at, revoked.version) == (AT, 2)


def test_a_built_in_actor_gets_no_token(operator: Account) -> None:
    with pytest.raises(Refused, match="cannot sign in"):
        make(operator)


@pytest.mark.parametrize("life", [timedelta(0), timedelta(days=367)])
def test_a_token_lasts_a_year_at_most(life: timedelta, ada: Account) -> None:
    with pytest.raises(Invalid) as refusal:
        make(ada, expires_at=AT + life)

    assert refusal.value.errors == {"expires_at": ["Expected within 366 days from now."]}


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_token_has_a_name(name: str, ada: Account) -> None:
    with pytest.raises(Invalid) as refusal:
        make(ada, name=name)

    assert list(refusal.value.errors) == ["name"]


def test_the_day_of_the_last_use_is_kept(ada: Account) -> None:
    token, _ = make(ada)

    note_token_use(token=token, actor=ada, at=AT)

    token.refresh_from_db()
    assert token.last_used_on == AT.date()
