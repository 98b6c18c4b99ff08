"""Gets access tokens by OAuth 2 (RFC 6749), with a refresh token or as a client for itself.

A token is kept in the memory of its process until shortly before it expires, and never longer; no
token and no secret is in a database, in a log or in a message.
"""

import json
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from urllib.parse import urlencode

from quarterdeck.kernels.mail.bearer import is_protected

_SECONDS = 30
_LARGEST = 64 * 1024
_LONGEST = 300
# A token that ends while it is on its way is of no use.
_MARGIN = timedelta(seconds=60)
# Where a server does not say how long a token holds, it is used for this time (RFC 6749, 5.1).
_USUAL_SECONDS = 300
# None is kept for longer, whatever the server says.
_MOST_SECONDS = 24 * 60 * 60
# The errors of RFC 6749, 5.2, and what there is to do.
_TOLD = {
    "invalid_client": "the client is not known, or its secret is wrong or has expired",
    "invalid_grant": "the refresh token is expired or was revoked: get a new one",
    "unauthorized_client": "the client may not use this way to get a token",
    "unsupported_grant_type": "the server offers no such way to get a token",
    "invalid_scope": "the scope is unknown or wider than what the client may have",
    "invalid_request": "something is missing or is there twice",
}


class NoToken(Exception):
    """There is no access token now; the text says why, and holds no secret."""


@dataclass(frozen=True)
class TokenSource:
    """Where tokens come from. With a refresh token they are its owner's; else the client's own."""

    url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    scope: str = ""


@dataclass(frozen=True)
class _Kept:
    token: str
    until: datetime


_kept: dict[TokenSource, _Kept] = {}
# Whose server has answered with another refresh token. It is not used: secrets come from the
# environment alone, and of several processes each would end the token of the others.
_turning: set[TokenSource] = set()
_TURNS = (
    " Its server has handed out another one before, which is kept nowhere: where that ends the one "
    "that you have put there, let the client ask for itself, or have the provider keep it valid."
)


def access_token(source: TokenSource, at: datetime) -> str:
    """Return a token that holds now, from memory or from the server; NoToken says why not."""
    known = _kept.get(source)
    if known is not None and known.until > at:
        return known.token
    kept = _asked(source, at)
    _kept[source] = kept
    return kept.token


def forget(source: TokenSource) -> None:
    """Forget the token of a source, which a mail server has refused."""
    _kept.pop(source, None)


def _asked(source: TokenSource, at: datetime) -> _Kept:
    if not is_protected(source.url):
        raise NoToken(f"“{source.url}” would show the secret to others: expected https://.")
    if not source.client_secret and not source.refresh_token:
        raise NoToken("There is neither a client secret nor a refresh token to ask with.")
    told = _answered(source)
    token, seconds = told.get("access_token"), told.get("expires_in", _USUAL_SECONDS)
    if not isinstance(token, str) or not token:
        raise NoToken("The token endpoint has answered without an access token.")
    if str(told.get("token_type", "bearer")).lower() != "bearer":
        raise NoToken("The token endpoint gives no bearer token, and mail servers take no other.")
    return _Kept(token, at + _lasting(str(seconds)) - _MARGIN)


def _answered(source: TokenSource) -> dict[str, object]:
    """Return the answer of the endpoint; of a refusal it is told what may have led to it."""
    try:
        told = _posted(source.url, _form_of(source))
    except NoToken as refusal:
        if source in _turning and "invalid_grant" in str(refusal):
            raise NoToken(f"{refusal}{_TURNS}") from refusal
        raise
    if source.refresh_token and told.get("refresh_token", source.refresh_token) != (
        source.refresh_token
    ):
        _turning.add(source)
    return told


def _lasting(told: str) -> timedelta:
    """Return how long a token is used that is said to hold for so many seconds."""
    if not (told.isascii() and told.isdigit()):
        return timedelta(seconds=_USUAL_SECONDS)
    # Python reads no number of thousands of digits.
    is_long = len(told.lstrip("0")) > len(str(_MOST_SECONDS))
    return timedelta(seconds=_MOST_SECONDS if is_long else min(int(told), _MOST_SECONDS))


def _form_of(source: TokenSource) -> bytes:
    """Return the fields of the request (RFC 6749, 4.4.2 and 6), without the empty ones."""
    fields = {
        "grant_type": "refresh_token" if source.refresh_token else "client_credentials",
        "client_id": source.client_id,
        "client_secret": source.client_secret,
        "refresh_token": source.refresh_token,
        "scope": source.scope,
    }
    return urlencode({name: value for name, value in fields.items() if value}).encode()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A secret goes where it was meant for and nowhere else."""

    def redirect_request(self, *_args: object) -> None:
        """Follow nothing."""


def _posted(url: str, form: bytes) -> dict[str, object]:
    opener = urllib.request.build_opener(_NoRedirect)
    request = urllib.request.Request(url, form, {"Accept": "application/json"})  # noqa: S310 — the scheme was looked at
    try:
        with opener.open(request, timeout=_SECONDS) as answer:
            return _read(answer.read(_LARGEST))
    except urllib.error.HTTPError as refusal:
        with refusal:
            raise NoToken(_why(refusal.code, refusal.read(_LARGEST))) from refusal
    except (OSError, ValueError, HTTPException) as problem:
        reason = getattr(problem, "reason", problem)
        raise NoToken(f"The token endpoint cannot be asked: {reason}"[:_LONGEST]) from problem


def _read(content: bytes) -> dict[str, object]:
    told = json.loads(content)
    if not isinstance(told, dict):
        raise ValueError("its answer is no object")  # noqa: TRY004 — it is what somebody else sent
    return told


def _why(status: int, content: bytes) -> str:
    """Say in words what RFC 6749, 5.2 makes a server say in a code."""
    told: dict[str, object] = {}
    with suppress(ValueError):
        told = _read(content)
    code = str(told.get("error", ""))
    described = " ".join(str(told.get("error_description", "")).split())[:_LONGEST]
    words = _TOLD.get(code, "it gives no known reason")
    named = f"{code}: {words}" if code else f"status {status}"
    return f"The token endpoint refuses: {named}.{f' It says: {described}' if described else ''}"
