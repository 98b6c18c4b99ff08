"""Replies: what somebody has written anew, without the mail that they answer.

Mail programs mark what they repeat in their own ways, so this is a guess. It leaves a text whole
where somebody has answered between the lines, and where nothing would be left of it.
"""

import re

_LONGEST_LINE = 400
_ATTRIBUTIONS = re.compile(
    r"(?:On\b.*\bwrote|Am\b.*\bschrieb\b.*|Le\b.*\ba écrit|El\b.*\bescribió|Il\b.*\bha scritto"
    r"|Op\b.*\bschreef\b.*|Den\b.*\bskrev\b.*)\s*:",
)
_BEGINNING = re.compile(r"(?:On|Am|Le|El|Il|Op|Den) ")
_DIVIDER = re.compile(
    r"-{2,}\s*(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht"
    r"|Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht)\s*-{2,}",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(?:From|Von|De|Da|Van|Från)\s*:\*?\s*\S", re.IGNORECASE)
_SENT = re.compile(
    r"\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden|Skickat)\s*:", re.IGNORECASE
)
_HEAD_LINES = 4
_WRAPPED_LINES = 3


def strip_reply(text: str) -> str:
    """Return what was written anew in an answer; the whole text where that cannot be told."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept = _without_signature(_without_quotes(_before_repeated(lines)))
    stripped = "\n".join(kept).strip()
    return stripped or text.strip()


def _before_repeated(lines: list[str]) -> list[str]:
    """Cut where the mail before is announced, unless answers stand in what follows."""
    for place, _ in enumerate(lines):
        end = _end_of_announcement(lines, place)
        if end and not _is_answered(lines[end:]):
            return lines[:place]
    return lines


def _end_of_announcement(lines: list[str], place: int) -> int:
    """Return the line after an announcement that begins here, or 0."""
    line = lines[place].strip()[:_LONGEST_LINE]
    if _DIVIDER.fullmatch(line):
        return place + 1
    if _FROM.match(line) and any(
        _SENT.match(each.strip()) for each in lines[place + 1 : place + _HEAD_LINES]
    ):
        return place + 1
    if not _BEGINNING.match(line):
        return 0
    for end in range(place + 1, min(place + _WRAPPED_LINES, len(lines)) + 1):
        joined = " ".join(each.strip() for each in lines[place:end])[:_LONGEST_LINE]
        if _ATTRIBUTIONS.fullmatch(joined):
            return end
    return 0


def _is_answered(lines: list[str]) -> bool:
    """Whether own words stand after or between the quoted lines."""
    quoted = [place for place, line in enumerate(lines) if line.lstrip().startswith(">")]
    if not quoted:
        return False
    after = lines[quoted[0] :]
    own = [line for line in after if line.strip() and not line.lstrip().startswith(">")]
    signed = own and own[0].strip() == "--"
    return bool(own) and not signed


def _without_quotes(lines: list[str]) -> list[str]:
    """Leave out quoted lines at the end."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    return lines[:end]


def _without_signature(lines: list[str]) -> list[str]:
    """Leave out a signature, which stands after two hyphens (RFC 3676, 4.3)."""
    for place, line in enumerate(lines):
        if line.strip() == "--" and place:
            return lines[:place]
    return lines
