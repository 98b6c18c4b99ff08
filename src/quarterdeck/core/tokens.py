"""Acts on API tokens: making, using and revoking what programs sign in with."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, ApiToken
from quarterdeck.core.permission import holds
from quarterdeck.core.token_secrets import digest_of
from quarterdeck.core.vocabulary import Role, TokenScope

LONGEST_LIFE = timedelta(days=366)
_PREFIX_BYTES, _SECRET_BYTES = 4, 32


def may_keep_tokens(user: Account, owner: Account) -> bool:
    """Whether this account may make and revoke the tokens of another; its own it always may."""
    return user.pk == owner.pk or holds(user, Role.ADMINISTRATOR)


@verb
def create_token(
    *,
    account: Account,
    name: str,
    scope: TokenScope,
    expires_at: datetime,
    actor: Account,
    at: datetime,
) -> tuple[ApiToken, str]:
    """Make a token for an account; returns it with its secret, which nobody can read later."""
    if not may_keep_tokens(actor, account):
        raise Refused("You may make tokens for yourself only.")
    if account.is_builtin or not account.is_active:
        raise Refused(f"{account} cannot sign in, so no token can stand for it.")
    if not at < expires_at <= at + LONGEST_LIFE:
        raise Invalid({"expires_at": [f"Expected within {LONGEST_LIFE.days} days from now."]})
    prefix = f"qd_{secrets.token_hex(_PREFIX_BYTES)}"
    secret = f"{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    token = ApiToken(
        account=account,
        name=name.strip(),
        scope=scope,
        prefix=prefix,
        digest=digest_of(secret),
        created_at=at,
        expires_at=expires_at,
    )
    _check(token)
    token.save()
    return token, secret


@verb
def revoke_token(*, token: ApiToken, actor: Account, at: datetime) -> ApiToken:
    """Let a token open nothing any more; it stays in the list, and in the history."""
    if not may_keep_tokens(actor, token.account):
        raise Refused("You may revoke your own tokens only.")
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is not None:
        raise Refused(f"{token} has been revoked already.")
    token.revoked_at = at
    token.version += 1
    token.save(update_fields=["revoked_at", "version"])
    return token


@verb
def note_token_use(*, token: ApiToken, actor: Account, at: datetime) -> None:  # noqa: ARG001 — the act is written for this actor
    """Keep the day on which a token was last used; nothing is written for later uses that day."""
    ApiToken.objects.filter(pk=token.pk).update(last_used_on=at.date())


def _check(token: ApiToken) -> None:
    try:
        token.full_clean()
    except ValidationError as problem:
        raise Invalid(problem.message_dict) from problem
