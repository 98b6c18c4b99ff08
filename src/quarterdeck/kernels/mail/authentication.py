"""What a mail server of one's own has found out about a sender, as it writes it into the mail.

Source: RFC 8601 (Authentication-Results). Nothing is checked here: SPF, DKIM and DMARC are the
server's work. Its field is known by the name that it gives itself (authserv-id); everybody else's
are worth nothing, since a sender can write them.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

__all__ = ["Authenticity", "authenticity_of"]

_MOST_RESULTS = 50
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]*)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)\b", re.IGNORECASE)
_PROPERTY = re.compile(
    r"\b(header|smtp)\s*\.\s*(from|d|i|mailfrom)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE
)
_ADDRESSES = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}


class Authenticity(StrEnum):
    """What is known of a sender: nobody was asked, it is proven, it is not, or nothing is said."""

    NOT_ASKED = ""
    PASSED = "passed"
    FAILED = "failed"
    MISSING = "missing"


def authenticity_of(fields: Sequence[str], server: str, sender: str) -> Authenticity:
    """Judge by the topmost field that bears the server's name whether a sender is who it says.

    DMARC decides where it was asked, for the domain that the mail names. Else the domain of a valid
    DKIM signature or of a passed SPF check has to be that of the sender, or above it. Without a
    name of a server nobody is asked.
    """
    if not server:
        return Authenticity.NOT_ASKED
    for field in fields:
        name, _, rest = _without_comments(field).partition(";")
        if name.split()[:1] and name.split()[0].strip('"').lower() == server.lower():
            domain = sender.rpartition("@")[2].lower()
            return Authenticity.PASSED if _is_proven(rest, domain) else Authenticity.FAILED
    return Authenticity.MISSING


def _without_comments(field: str) -> str:
    """Leave out what stands in parentheses, which nest; inside quotes they are letters."""
    kept, depth, quoted, escaped = [], 0, False, False
    for letter in field:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
            continue
        elif letter == '"' and not depth:
            quoted = not quoted
        elif not quoted and letter in "()":
            depth = max(depth + (1 if letter == "(" else -1), 0)
            continue
        if not depth:
            kept.append(letter)
    return "".join(kept)


def _is_proven(text: str, domain: str) -> bool:
    results = text.split(";")[:_MOST_RESULTS]
    found = [(match, part) for part in results if (match := _RESULT.match(part))]
    judged = [(m[1].lower(), m[2].lower(), _properties(part)) for m, part in found]
    dmarc = [
        result == "pass" and told.get("header.from", domain) == domain
        for method, result, told in judged
        if method == "dmarc" and result != "none"
    ]
    if dmarc:
        return all(dmarc)
    return any(
        _is_at_or_above(told.get(name, ""), domain)
        for method, result, told in judged
        if result == "pass"
        for name in _ADDRESSES.get(method, ())
    )


def _properties(part: str) -> dict[str, str]:
    """Return the domains that a result speaks of, by the names of its properties."""
    found = _PROPERTY.findall(part)
    return {
        f"{kind}.{name}".lower(): value.rpartition("@")[2].lower().rstrip(".")
        for kind, name, value in found
    }


def _is_at_or_above(signer: str, domain: str) -> bool:
    """Whether a domain is the sender's own or one above it; a single label is nobody's own."""
    return "." in signer and bool(domain) and (domain == signer or domain.endswith(f".{signer}"))
