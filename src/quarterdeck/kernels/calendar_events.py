"""Writes calendars (iCalendar, RFC 5545) that calendar programs import or subscribe to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_LONGEST_LINE = 75
_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
_SPECIAL = re.compile(r"[\\;,]")


@dataclass(frozen=True)
class Event:
    """One event: `uid` names it for ever, `revision` counts its changes, `changed_at` dates the
    last one. Instants are aware and are written in UTC, so no rules of zones are needed."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    changed_at: datetime
    revision: int = 0
    location: str = ""
    description: str = ""
    url: str = ""
    is_cancelled: bool = False


def calendar_text(events: Iterable[Event], *, name: str, producer: str) -> str:
    """Return a calendar of the events with the line ends, folding and escapes of RFC 5545.

    `producer` is the PRODID. A cancelled event stays, with its status, so that programs that have
    it already take it out of sight. A calendar has to hold something (RFC 5545, 3.6): one without
    events tells the zone in which it has none, and is no publication of events (RFC 5546, 3.2.1).
    """
    found = [line for event in events for line in _lines_of(event)]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_text(producer)}",
        *(["METHOD:PUBLISH"] if found else []),
        f"X-WR-CALNAME:{_text(name)}",
        *(found or _ZONE),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _lines_of(event: Event) -> list[str]:
    optional = {
        "LOCATION": event.location,
        "DESCRIPTION": event.description,
    }
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{_instant(event.changed_at)}",
        f"SEQUENCE:{event.revision}",
        f"DTSTART:{_instant(event.starts_at)}",
        f"DTEND:{_instant(event.ends_at)}",
        f"SUMMARY:{_text(event.summary)}",
        *(f"{key}:{_text(value)}" for key, value in optional.items() if value),
        # An address is a URI and not a text: nothing in it is escaped.
        *([f"URL:{''.join(event.url.split())}"] if event.url else []),
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Escape a text (RFC 5545, 3.3.11); other control characters may not stand in one."""
    escaped = _SPECIAL.sub(r"\\\g<0>", value).replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(sign for sign in escaped if sign in "\n\t" or sign.isprintable())
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Fold a line after at most 75 octets, never within a character (RFC 5545, 3.1)."""
    pieces, piece, size, room = [], "", 0, _LONGEST_LINE
    for sign in line:
        octets = len(sign.encode())
        if size + octets > room:
            pieces.append(piece)
            # The blank that begins a folded line counts too.
            piece, size, room = "", 0, _LONGEST_LINE - 1
        piece += sign
        size += octets
    return "\r\n ".join([*pieces, piece])
