"""Tokens for the tests of the programming interface."""

from datetime import timedelta

from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.tokens import create_token
from quarterdeck.core.vocabulary import TokenScope


def bearer(account: Account, scope: TokenScope = TokenScope.WRITE) -> dict[str, str]:
    """Return the header by which a program acts in the name of an account."""
    at = clock.now()
    _, secret = create_token(
        account=account,
        name="A test",
        scope=scope,
        expires_at=at + timedelta(days=1),
        actor=account,
        at=at,
    )
    return {"Authorization": f"Bearer {secret}"}
