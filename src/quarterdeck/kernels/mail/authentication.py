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
# Inside the value of another property, one begins as little as inside quotes.
_PROPERTY = re.compile(
    r"(?<!\S)(header|smtp)\s*\.\s*(from|d|i|mailfrom)\s*=\s*(\S+)", re.IGNORECASE
)
_OUTSIDE = re.compile(r'"(?:[^"\\]|\\.)*"|[^()"]+|.', re.DOTALL)
_IN_COMMENT = re.compile(r"\\.|[^()\\]+|.", re.DOTALL)
_PLAIN = re.compile(r"[\w@.+-]+")
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
    DKIM signature or of a passed SPF check has to be that of the sender, or above it. A field with
    a quote or comment that does not end proves nothing. Without a name of a server nobody is asked.
    """
    if not server:
        return Authenticity.NOT_ASKED
    for field in fields:
        text, is_sound = _bare(field)
        name, _, rest = text.partition(";")
        if name.split()[:1] and name.split()[0].lower() == server.lower():
            domain = sender.rpartition("@")[2].lower()
            is_proven = is_sound and _is_proven(rest, domain)
            return Authenticity.PASSED if is_proven else Authenticity.FAILED
    return Authenticity.MISSING


def _bare(field: str) -> tuple[str, bool]:
    """Return a field without its comments and quotes, and whether each of them has its end.

    Comments nest, and inside quotes parentheses are letters (RFC 5322). What is quoted can be
    anything that a sender has thought of: an “x” stands for it, unless it is a plain value.
    """
    kept, place, depth = "", 0, 0
    while found := (_IN_COMMENT if depth else _OUTSIDE).match(field, place):
        piece, place = found[0], found.end()
        if piece == '"' and not depth:
            return kept, False
        if piece in {"(", ")"}:
            depth = max(depth + (1 if piece == "(" else -1), 0)
            kept += " "
        elif piece[0] == '"' and not depth:
            kept += _unquoted(piece[1:-1], kept[-1:], field[place : place + 1])
        elif not depth:
            kept += piece
    return kept, not depth


def _unquoted(text: str, before: str, after: str) -> str:
    """Return a quoted value where it could stand without quotes too, as a whole; else an “x”."""
    is_whole = before in {"", "=", " ", "\t"} and after in {"", ";", "(", " ", "\t", "\r", "\n"}
    return text if is_whole and _PLAIN.fullmatch(text) else "x"


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
