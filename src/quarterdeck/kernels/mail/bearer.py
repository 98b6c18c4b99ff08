"""Signing in to mail servers with an access token: the SASL answers XOAUTH2 and OAUTHBEARER.

OAUTHBEARER is RFC 7628. XOAUTH2 is older, and is what Google and Microsoft document for IMAP and
SMTP: the same content in another order, and another answer to a refusal.
"""

import re
from contextlib import suppress
from ipaddress import ip_address

XOAUTH2, OAUTHBEARER = "XOAUTH2", "OAUTHBEARER"
_TOLD = {
    "invalid_token": "the server does not take the token: it is expired, revoked or for another "
    "service",
    "401": "the server does not take the token: it is expired, revoked or for another service",
    "400": "the server does not take the token: it is expired, revoked or for another service",
    "insufficient_scope": "the token does not allow this: its scope is too narrow",
    "403": "the token does not allow this: its scope is too narrow",
    "invalid_request": "the server does not understand the sign-in",
}
_LONGEST = 200
_MEMBER = re.compile(r'"(?P<name>status|scope)"\s*:\s*"(?P<value>[^"]*)"')
_URL = re.compile(r"(?P<scheme>https?)://(?P<host>[\w.-]+|\[[0-9a-f:]+\])(:\d{1,5})?([/?][!-~]*)?")


def xoauth2(user: str, token: str) -> str:
    """Return the answer of XOAUTH2; ValueError where a part would break out of its field."""
    _check(user, token)
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def oauthbearer(user: str, token: str, host: str, port: int) -> str:
    """Return the answer of OAUTHBEARER (RFC 7628, 3.1), with the user in a GS2 header (RFC 5801).

    ValueError where a part would break out of its field.
    """
    _check(user, token)
    name = user.replace("=", "=3D").replace(",", "=2C")
    fields = f"host={host}\x01port={port}\x01auth=Bearer {token}"
    return f"n,a={name},\x01{fields}\x01\x01"


def _check(*parts: str) -> None:
    for part in parts:
        if not part.isprintable() or not part.isascii():
            raise ValueError("A user name and a token have plain printable signs alone.")


def farewell(mechanism: str) -> str:
    """Return what answers a refusal, so that the server ends the exchange (RFC 7628, 3.2.3)."""
    return "\x01" if mechanism == OAUTHBEARER else ""


def fault_of(challenge: bytes) -> str:
    """Say in words why a server refuses a token; nothing where it does not say so.

    Its answer is JSON with a `status`, and often with the scope that would be needed.
    """
    told = {
        found["name"]: found["value"]
        for found in _MEMBER.finditer(challenge.decode("utf-8", "replace"))
    }
    if not told:
        return ""
    status = told.get("status", "")[:_LONGEST]
    words = _TOLD.get(status, f"the server refuses the token ({status})")
    scope = told.get("scope", "")[:_LONGEST]
    return f"{words} (it asks for {scope})" if scope else words


def is_protected(url: str) -> bool:
    """Whether what is sent there stays secret: it goes by TLS, or stays on this machine."""
    found = _URL.fullmatch(url)
    if found is None:
        return False
    host = found["host"].strip("[]")
    if found["scheme"] == "https" or host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False
