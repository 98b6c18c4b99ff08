"""Figures in words: exact amounts become what a reader sees, with their units.

Between a number and its unit stands a no-break space (SI Brochure, 5.4.3); thousands are parted by
commas. Nothing here makes markup.
"""

from fractions import Fraction

from quarterdeck.core.measures import Unit

SPACE = "\u00a0"
MINUS = "\u2212"
NOTHING = "—"

Number = int | float | Fraction

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_WITH_DAYS = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))
_WITHOUT_DAYS = _WITH_DAYS[1:]


def duration_text(seconds: Number | None, *, days: bool = True) -> str:
    """Return the two largest units of a duration: `3 d 4 h`, `45 min`, `0 s`.

    Business time takes `days=False`, since a working day is not 24 hours long: `28 h 15 min`.
    """
    if seconds is None:
        return NOTHING
    rest = round(-seconds if seconds < 0 else seconds)
    sign = MINUS if seconds < 0 and rest else ""
    return sign + (_two_units(rest, _WITH_DAYS if days else _WITHOUT_DAYS) or f"0{SPACE}s")


def _two_units(rest: int, units: tuple[tuple[int, str], ...]) -> str:
    """Round to the smaller of the two units, so that just under a day is a day and not 24 hours."""
    for position, (size, name) in enumerate(units):
        if rest < size:
            continue
        smaller, smaller_name = units[min(position + 1, len(units) - 1)]
        rounded = round(rest / smaller) * smaller
        if position and rounded == units[position - 1][0]:
            return f"1{SPACE}{units[position - 1][1]}"
        whole, part = divmod(rounded, size)
        text = f"{whole:,}{SPACE}{name}"
        return f"{text} {part // smaller}{SPACE}{smaller_name}" if part else text
    return ""


def exact_seconds(seconds: Number | None) -> str:
    """Return a duration in seconds, for whoever wants to compare it: `273,600 seconds`."""
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole:,} seconds" if whole == seconds else f"{float(seconds):,.3f} seconds"


def share_text(share: Number | None, digits: int = 1) -> str:
    """Return a share of one in percent: `93.4 %`."""
    return NOTHING if share is None else f"{float(share * 100):.{digits}f}{SPACE}%"


def count_text(amount: Number | None) -> str:
    """Return an amount with its thousands parted; a fractional one keeps two places."""
    if amount is None:
        return NOTHING
    whole = int(amount)
    return f"{whole:,}" if whole == amount else f"{float(amount):,.2f}"


def figure_text(value: Number | None, unit: Unit, *, days: bool = True) -> str:
    """Return a measure's value in its unit; `days=False` for business time."""
    if unit is Unit.DURATION:
        return duration_text(value, days=days)
    return share_text(value) if unit is Unit.SHARE else count_text(value)
