"""Calendar parts (RFC 5545): what a meeting is about, in a few lines for a ticket."""

import re

_SHOWN = {
    "SUMMARY": "What",
    "DTSTART": "From",
    "DTEND": "Until",
    "LOCATION": "Where",
    "ORGANIZER": "By",
}
_MOST_LINES, _LONGEST = 2_000, 500
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ESCAPED = re.compile(r"\\([nN,;\\])")


def invitation_text(calendar: str) -> str:
    """Return the first event of a calendar as lines such as `What: Review`; "" where none is."""
    unfolded = re.sub(r"\r?\n[ \t]", "", calendar[:200_000])
    found: dict[str, str] = {}
    is_inside = False
    for line in unfolded.splitlines()[:_MOST_LINES]:
        name, _, value = line.partition(":")
        key, _, ways = name.partition(";")
        key = key.upper()
        if (key, value.strip().upper()) == ("BEGIN", "VEVENT"):
            is_inside = True
        elif is_inside and key == "END":
            break
        elif is_inside and key in _SHOWN and key not in found:
            found[key] = _shown(value, ways)
    return "\n".join(f"{title}: {found[key]}" for key, title in _SHOWN.items() if found.get(key))


def _shown(value: str, ways: str) -> str:
    moment = _MOMENT.fullmatch(value.strip())
    if moment is None:
        plain = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)
        return " ".join(plain.split())[:_LONGEST]
    year, month, day, hour, minute, is_utc = moment.groups()
    zone = (
        " UTC"
        if is_utc
        else "".join(f" {part[5:]}" for part in ways.split(";") if part[:5] == "TZID=")
    )
    return f"{year}-{month}-{day}" + (f" {hour}:{minute}{zone}" if hour else "")
