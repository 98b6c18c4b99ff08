"""The smallest components, from values to markup: cheap enough for every cell of a table."""

from datetime import date, datetime
from functools import cache
from html import escape

from django.utils import timezone
from django.utils.safestring import SafeString

from quarterdeck.core.records import Tone
from quarterdeck.ui import formats

NOTHING = SafeString(f'<span class="q-nothing">{formats.NOTHING}</span>')


@cache
def icon(name: str, label: str = "") -> SafeString:
    """Return an icon, which the style sheet draws; without a label nobody hears of it."""
    spoken = f' role=img aria-label="{escape(label)}"' if label else ""
    return SafeString(f'<i class="q-icon i-{escape(name)}"{spoken}></i>')


def badge(text: object, tone: str = Tone.NEUTRAL) -> SafeString:
    """Return a small coloured label; the text says all, the colour only repeats it."""
    if tone == Tone.PLAIN:
        return SafeString(escape(str(text)))
    return SafeString(f"<b class=q-{escape(tone)}>{escape(str(text))}</b>")


def stamp(instant: datetime | None) -> SafeString:
    """Return an instant in the reader's zone, to the minute; the markup keeps the offset."""
    if instant is None:
        return NOTHING
    local = timezone.localtime(instant).isoformat(" ", "minutes")
    return SafeString(f'<time datetime="{local}">{local[:16]}</time>')


def parameter(text: str) -> str:
    """Return what a reading was computed from: an instant in the reader's zone, all else as it is.

    Readings keep instants in the notation of ISO 8601, which programs read.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    return stamp(instant) if instant.tzinfo else text


def day(value: date | None) -> SafeString:
    """Return a calendar day."""
    if value is None:
        return NOTHING
    return SafeString(f'<time datetime="{value.isoformat()}">{value.isoformat()}</time>')


def duration(seconds: formats.Number | None, *, days: bool = True) -> SafeString:
    """Return a duration, its exact seconds in the title; `days=False` for business time."""
    if seconds is None:
        return NOTHING
    text = formats.duration_text(seconds, days=days)
    return SafeString(f'<span class="q-num" title="{formats.exact_seconds(seconds)}">{text}</span>')


def coverage(share: formats.Number) -> SafeString:
    """Return a meter for the share of a period in which a source was recording."""
    text = formats.share_text(share, 0)
    return SafeString(
        f'<span class="q-coverage"><meter min="0" max="1" value="{float(share):.4f}" '
        f'aria-label="Coverage {text}"></meter><span class="q-num">{text}</span></span>'
    )


def progress(done: int, total: int, label: str) -> SafeString:
    """Return a bar for work under way; without a known total it only moves."""
    known = f' max="{total}" value="{min(done, total)}"' if total else ""
    return SafeString(
        f'<progress class="q-progress"{known} aria-label="{escape(label)}"></progress>'
    )
