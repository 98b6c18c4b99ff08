"""Who asks: a program with a token, or the browser of somebody who is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from quarterdeck.config.api.problems import BEARER, FORBIDDEN, UNAUTHENTICATED, ProblemError
from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.token_secrets import token_of
from quarterdeck.core.tokens import note_token_use
from quarterdeck.core.vocabulary import TokenScope

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Token(HttpBearer):
    """A program sends `Authorization: Bearer qd_…`; its token's scope says whether it may write."""

    def authenticate(self, request: HttpRequest, token: str) -> Account:
        """Return the account of the token, and let the request be that account's."""
        at = clock.now()
        try:
            found = token_of(token.strip(), at)
        except Refused as refusal:
            raise _unknown(str(refusal)) from refusal
        if found.scope != TokenScope.WRITE and request.method not in READING:
            raise ProblemError(FORBIDDEN, "This token may only read.")
        if found.last_used_on is None or found.last_used_on < at.date():
            note_token_use(token=found, actor=found.account, at=at)
        request.user = found.account
        return found.account


class Session(APIKeyCookie):
    """A browser sends the cookie of its session, and with writing requests the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        # The token is compared below, once it is known that somebody is signed in.
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # noqa: ARG002 — Django has read the session
        """Return the account that is signed in."""
        if request.headers.get("Authorization") or not request.user.is_authenticated:
            raise _unknown("")
        if request.method not in READING and check_csrf(request) is not None:
            raise ProblemError(FORBIDDEN, "The CSRF token is missing or wrong.")
        return request.user


def _unknown(detail: str) -> ProblemError:
    return ProblemError(UNAUTHENTICATED, detail, headers=BEARER)
