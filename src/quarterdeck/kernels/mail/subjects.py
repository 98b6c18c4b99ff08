"""Subjects: which ticket they name, and what is left without marks of answers and tickets."""

import re

LONGEST = 1_000
_TAG = re.compile(r"\[([A-Z][A-Za-z0-9_.-]{0,62}[0-9])(?: ([a-z2-7]{16}))?\]")
# How mail programs of several languages mark an answer or what is passed on.
_MARK = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|rif|odp|fw|fwd|wg|tr|rv|enc)(?:\[\d{1,3}\])?\s*[:\uff1a]\s*",
    re.IGNORECASE,
)


def ticket_tags(subject: str) -> list[tuple[str, str]]:
    """Return number and signature of each ticket that a subject names; the signature may be ""."""
    return [(found[1], found[2] or "") for found in _TAG.finditer(subject[:LONGEST])]


def tag_of(number: str, signature: str = "") -> str:
    """Return what a subject bears so that its answers find their ticket."""
    return f"[{number} {signature}]" if signature else f"[{number}]"


def plain_subject(subject: str) -> str:
    """Return a subject on one line, without tags of tickets and marks of answers before it."""
    rest = " ".join(_TAG.sub(" ", subject[:LONGEST]).split())
    while found := _MARK.match(rest):
        rest = rest[found.end() :]
    return rest.strip()
