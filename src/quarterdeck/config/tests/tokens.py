"""Tokens for the tests of the programming interface."""

import json
from datetime import timedelta
from typing import Any

from django.test import Client

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


# The status of an answer, and what it says.
Told = tuple[int, Any]


class Program:
    """A program with a token of one account; it sends the versions that it is told to have seen."""

    def __init__(self, who: Account, scope: TokenScope = TokenScope.WRITE) -> None:
        self.headers, self.client = bearer(who, scope), Client()

    def get(self, address: str, **asked: Any) -> Told:
        answer = self.client.get(address, asked, headers=self.headers)
        return answer.status_code, answer.json()

    def post(self, address: str, seen: str = "", /, **given: Any) -> Told:
        return self._send("POST", address, seen, given)

    def patch(self, address: str, seen: str = "", /, **given: Any) -> Told:
        return self._send("PATCH", address, seen, given)

    def _send(self, method: str, address: str, seen: str, given: dict[str, Any]) -> Told:
        headers = {**self.headers, **({"If-Match": seen} if seen else {})}
        body = json.dumps(given)
        answer = self.client.generic(method, address, body, "application/json", headers=headers)
        return answer.status_code, json.loads(answer.content)
