"""Passwords, sessions and locks of accounts; and that somebody always administers the house."""

from datetime import UTC, datetime, timedelta

import pytest

from quarterdeck.core.accounts import (
    change_password,
    end_sessions,
    give_one_time_password,
    lock_account,
    set_password,
    unlock_account,
)
from quarterdeck.core.directory import add_account, assign_role, withdraw_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Act, HistoryEntry, RoleAssignment, SignInSession
from quarterdeck.core.sessions import SessionStore, sessions_of
from quarterdeck.core.vocabulary import Role

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OLD, NEW = "the first long phrase", "another long phrase"

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(operator: Account) -> Account:
    return add_account(username="ada", password=OLD, actor=operator, at=AT)


@pytest.fixture
def administrator(operator: Account) -> Account:
    """The only administrator who can sign in."""
    made = add_account(username="chief", password=OLD, actor=operator, at=AT)
    assign_role(account=made, role=Role.ADMINISTRATOR, actor=operator, at=AT)
    return made


def signed_in(account: Account) -> str:
    """Begin a session of an account; return its key."""
    session = SessionStore()
    session["_auth_user_id"] = str(account.pk)
    session.create()
    session.save()
    return str(session.session_key)


def test_one_changes_ones_own_password(account: Account) -> None:
    change_password(account=account, password=NEW, actor=account, at=AT)

    assert Account.objects.get(pk=account.pk).check_password(NEW)


def test_nobody_changes_anothers_password_so(account: Account, administrator: Account) -> None:
    with pytest.raises(Refused, match="no password but your own"):
        change_password(account=account, password=NEW, actor=administrator, at=AT)


@pytest.mark.parametrize("password", ["short", "123456789012", "password1234"])
def test_a_password_that_is_easily_guessed_is_refused(account: Account, password: str) -> None:
    with pytest.raises(Refused):
        change_password(account=account, password=password, actor=account, at=AT)


def test_a_changed_password_ends_all_sessions_but_this(account: Account) -> None:
    this, _other = signed_in(account), signed_in(account)

    change_password(account=account, password=NEW, session=this, actor=account, at=AT)

    assert list(SignInSession.objects.values_list("session_key", flat=True)) == [this]


def test_a_one_time_password_opens_and_has_to_be_changed(
    account: Account, administrator: Account
) -> None:
    password = give_one_time_password(account=account, actor=administrator, at=AT)

    stored = Account.objects.get(pk=account.pk)
    assert (stored.check_password(password), stored.must_change_password) == (True, True)


def test_a_changed_one_time_password_is_ones_own(account: Account, administrator: Account) -> None:
    give_one_time_password(account=account, actor=administrator, at=AT)

    change_password(account=account, password=NEW, actor=account, at=AT)

    assert not Account.objects.get(pk=account.pk).must_change_password


def test_no_password_stands_in_the_history_or_the_acts(
    account: Account, administrator: Account
) -> None:
    password = give_one_time_password(account=account, actor=administrator, at=AT)

    entries = HistoryEntry.objects.filter(table="core_account").values_list("before", "after")
    kept = f"{list(entries)} {list(Act.objects.values())}"
    hashes = [account.password, Account.objects.get(pk=account.pk).password]
    assert [text for text in (password, *hashes) if text in kept] == []


def test_an_it_manager_gives_nobody_a_password(account: Account, operator: Account) -> None:
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)

    with pytest.raises(Refused, match="You may not change this account"):
        set_password(account=account, password=NEW, actor=manager, at=AT)


def test_a_built_in_actor_gets_no_password(operator: Account, administrator: Account) -> None:
    with pytest.raises(Refused, match="You may not change this account"):
        set_password(account=operator, password=NEW, actor=administrator, at=AT)


def test_a_locked_account_is_signed_out(account: Account, administrator: Account) -> None:
    signed_in(account)

    lock_account(account=account, actor=administrator, at=AT)

    stored = Account.objects.get(pk=account.pk)
    assert (stored.is_active, SignInSession.objects.count()) == (False, 0)


def test_an_unlocked_account_signs_in_again(account: Account, administrator: Account) -> None:
    lock_account(account=account, actor=administrator, at=AT)

    unlock_account(account=account, actor=administrator, at=AT)

    assert Account.objects.get(pk=account.pk).is_active


def test_the_last_administrator_cannot_be_locked(administrator: Account) -> None:
    with pytest.raises(Refused, match="chief is the last administrator"):
        lock_account(account=administrator, actor=administrator, at=AT)


def test_the_last_administrator_stays_one(administrator: Account) -> None:
    assignment = RoleAssignment.objects.of(administrator).get()

    with pytest.raises(Refused, match="chief is the last administrator"):
        withdraw_role(assignment=assignment, actor=administrator, at=AT)


def test_a_locked_administrator_replaces_nobody(administrator: Account, operator: Account) -> None:
    other = add_account(username="deputy", actor=operator, at=AT)
    assign_role(account=other, role=Role.ADMINISTRATOR, actor=operator, at=AT)
    lock_account(account=other, actor=administrator, at=AT)

    with pytest.raises(Refused, match="last administrator"):
        lock_account(account=administrator, actor=administrator, at=AT)


def test_one_of_two_administrators_may_go(administrator: Account, operator: Account) -> None:
    other = add_account(username="deputy", actor=operator, at=AT)
    assignment = assign_role(account=other, role=Role.ADMINISTRATOR, actor=operator, at=AT)

    withdraw_role(assignment=assignment, actor=administrator, at=AT)

    assert not RoleAssignment.objects.of(other).exists()


def test_built_in_actors_keep_their_roles(operator: Account, administrator: Account) -> None:
    assignment = RoleAssignment.objects.of(operator).get()

    with pytest.raises(Refused, match="Built-in actors keep their roles"):
        withdraw_role(assignment=assignment, actor=administrator, at=AT)


def test_one_session_ends_by_its_handle(account: Account) -> None:
    this, other = signed_in(account), signed_in(account)
    handle = next(each.handle for each in sessions_of(account, AT, this) if not each.is_this)

    end_sessions(account=account, handle=handle, session=this, actor=account, at=AT)

    assert (SessionStore().exists(this), SessionStore().exists(other)) == (True, False)


def test_nobody_ends_anothers_session(account: Account, operator: Account) -> None:
    other = add_account(username="bilal", actor=operator, at=AT)
    signed_in(other)

    with pytest.raises(Refused, match="You may not change this account"):
        end_sessions(account=other, actor=account, at=AT)


def test_sessions_that_have_expired_are_not_shown(account: Account) -> None:
    signed_in(account)

    assert sessions_of(account, AT + timedelta(days=365 * 20)) == []
