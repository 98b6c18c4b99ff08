"""Acts on accounts: their passwords, their sessions, and whether they may sign in at all."""

import secrets
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError

from quarterdeck.core import lockout
from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person, RoleAssignment, SignInSession
from quarterdeck.core.permission import User, holds
from quarterdeck.core.sessions import keys_of
from quarterdeck.core.vocabulary import Role

_GENERATED_BYTES = 12


class ResetTokens(PasswordResetTokenGenerator):
    """Signed tokens for a forgotten password: each for an hour, and until a password is changed."""

    key_salt = "quarterdeck.core.accounts.ResetTokens"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        email = user.person.email if user.person else ""
        return f"{super()._make_hash_value(user, timestamp)}{email}{user.is_active}"


reset_tokens = ResetTokens()


def may_keep_accounts(user: User) -> bool:
    """Whether this account may lock others, give them passwords, and end their sessions."""
    return holds(user, Role.ADMINISTRATOR)


def may_keep_account(user: User, account: Account) -> bool:
    """Whether this account may do so with that one; nobody signs in as a built-in actor."""
    return may_keep_accounts(user) and not account.is_builtin


def can_spare_administrator(account: Account) -> bool:
    """Say whether, without this account, somebody still administers the house; asked by verbs.

    The assignments are locked first, so that two administrators cannot take each other away.
    """
    held = RoleAssignment.objects.filter(role=Role.ADMINISTRATOR).select_for_update()
    holders = {assignment.account_id for assignment in held}
    others = holders - {account.pk}
    able = Account.objects.people().filter(pk__in=others, is_active=True)
    return account.pk not in holders or able.exists()


@verb
def change_password(
    *, account: Account, password: str, session: str | None = "", actor: Account, at: datetime
) -> Account:
    """Give one's own account another password; every session but this one ends."""
    if actor.pk != account.pk or account.is_builtin:
        raise Refused("You may change no password but your own.")
    _set(account, password, is_temporary=False)
    return _ended(account, at, but=session)


@verb
def set_password(*, account: Account, password: str, actor: Account, at: datetime) -> Account:
    """Give somebody the password that they have told; their sessions end."""
    _ask_keeper(actor, account)
    _set(account, password, is_temporary=False)
    return _ended(account, at)


@verb
def give_one_time_password(*, account: Account, actor: Account, at: datetime) -> str:
    """Generate a password that has to be changed at the next sign-in, and return it this once."""
    _ask_keeper(actor, account)
    # 16 signs that nobody has chosen, of 96 bits.
    password = secrets.token_urlsafe(_GENERATED_BYTES)
    _set(account, password, is_temporary=True)
    _ended(account, at)
    return password


@verb
def lock_account(*, account: Account, actor: Account, at: datetime, reason: str = "") -> Account:  # noqa: ARG001 — the act is dated and says why
    """Let nobody sign in with this account; its sessions end, its records stay."""
    _ask_keeper(actor, account)
    if not can_spare_administrator(account):
        raise Refused(f"{account} is the last administrator; make another one first.")
    account.is_active = False
    _save(account, "is_active")
    SignInSession.objects.filter(account=account).delete()
    return account


@verb
def unlock_account(*, account: Account, actor: Account, at: datetime) -> Account:  # noqa: ARG001 — the act is dated so
    """Let somebody sign in again, also after too many attempts."""
    _ask_keeper(actor, account)
    account.is_active = True
    _save(account, "is_active")
    lockout.forgive(username=account.username)
    return account


@verb
def link_account(
    *,
    account: Account,
    person: Person | None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Account:
    """Say whose account it is, or that it is nobody's; what it did before stays its own."""
    _ask_keeper(actor, account)
    if person is not None:
        other = Account.objects.filter(person=person).exclude(pk=account.pk).first()
        if other is not None:
            raise Refused(f"{person} has the account {other.username} already.")
    account.person = person
    _save(account, "person")
    return account


def change_account(
    *, account: Account, is_active: bool, person: Person | None, actor: Account, at: datetime
) -> Account:
    """Link an account, lock or unlock it, as programs ask for it: by what it shall be."""
    if person != account.person:
        link_account(account=account, person=person, actor=actor, at=at)
        if is_active == account.is_active:
            return account
    change = unlock_account if is_active else lock_account
    return change(account=account, actor=actor, at=at)


@verb
def end_sessions(
    *,
    account: Account,
    handle: str = "",
    session: str | None = "",
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> int:
    """Sign an account out of one browser, or of all but this one; return of how many."""
    if actor.pk != account.pk:
        _ask_keeper(actor, account)
    keys = keys_of(account, handle=handle, but=session)
    return SignInSession.objects.filter(session_key__in=keys).delete()[0]


def _ask_keeper(actor: Account, account: Account) -> None:
    if not may_keep_account(actor, account):
        raise Refused("You may not change this account.")


def _set(account: Account, password: str, *, is_temporary: bool) -> None:
    try:
        validate_password(password, account)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from problem
    account.password = make_password(password)
    account.must_change_password = is_temporary
    _save(account, "password", "must_change_password")


def _ended(account: Account, at: datetime, but: str | None = "") -> Account:
    """End the sessions that began with the old password, and forget failures to guess it."""
    SignInSession.objects.filter(account=account, expire_date__gt=at).exclude(
        session_key=but or ""
    ).delete()
    lockout.forgive(username=account.username)
    return account


def _save(account: Account, *names: str) -> None:
    account.version += 1
    account.save(update_fields=[*names, "version"])
