"""The forms in which tables write dates, and which of them a column can be read by.

A column is read by one form. Where several forms read all of it and differ in which number is the
day (01/02/2016), nothing here chooses: a person does.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

ISO, ISO_DAY = "iso", "iso-day"

_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d([T ]00:00(:00(\.0+)?)?)?")
_DAYS = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d/%b/%y",
    "%d/%b/%Y",
    "%d-%b-%y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%Y%m%d",
)
_TIMES = (" %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "")
# What each directive tells, and what it accepts: the same as in the library's `strptime`.
_NUMBERS = {
    "%Y": ("year", r"\d{4}"),
    "%m": ("month", r"1[0-2]|0[1-9]|[1-9]"),
    "%d": ("day", r"3[01]|[12]\d|0[1-9]|[1-9]| [1-9]"),
    "%H": ("hour", r"2[0-3]|[01]\d|\d"),
    "%M": ("minute", r"[0-5]\d|\d"),
    "%S": ("second", r"6[01]|[0-5]\d|\d"),
}
_WORDS = {
    "%d": "day",
    "%m": "month",
    "%Y": "year",
    "%y": "year (two digits)",
    "%b": "month (Jan)",
    "%B": "month (January)",
    "%H": "hour",
    "%I": "hour (to 12)",
    "%M": "minute",
    "%S": "second",
    "%p": "AM/PM",
}
_SHOWN = datetime(2016, 2, 29, 13, 5)  # noqa: DTZ001 — only its digits are shown

FORMS: tuple[str, ...] = (ISO, ISO_DAY, *(day + time for time in _TIMES for day in _DAYS))


def fits(form: str, text: str) -> bool:
    """Whether a text can be read by a form."""
    return moment_of(form, text) is not None


def moment_of(form: str, text: str) -> datetime | None:
    """Return the local or zoned moment that a text tells in a form, or None where it tells none."""
    if form in {ISO, ISO_DAY}:
        pattern = _ISO if form == ISO else _ISO_DAY
        return _parsed(text) if pattern.fullmatch(text) else None
    numbers = _numbers_of(form)
    return _named(form, text) if numbers is None else _numbered(*numbers, text)


def _named(form: str, text: str) -> datetime | None:
    """Read a form with names of months or halves of a day."""
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 — the import's zone is given later
    except ValueError:
        return None


def _numbered(pattern: re.Pattern[str], parts: tuple[str, ...], text: str) -> datetime | None:
    """Read a form of numbers alone as `strptime` does, in a fifth of its time."""
    found = pattern.match(text)
    if found is None or found.end() != len(text):
        return None
    told = dict(zip(parts, map(int, found.groups()), strict=True))
    day = told["year"], told["month"], told["day"]
    time = told.get("hour", 0), told.get("minute", 0), told.get("second", 0)
    try:
        return datetime(*day, *time)  # noqa: DTZ001 — the import's zone is given later
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _numbers_of(form: str) -> tuple[re.Pattern[str], tuple[str, ...]] | None:
    """Return how a form of numbers alone is read, and which parts of a moment it tells in turn."""
    directives = re.findall("%.", form)
    if not _NUMBERS.keys() >= set(directives):
        return None
    pattern = re.sub(r"\s+", r"\\s+", re.sub(r"[.]", r"\\.", form))
    for directive in directives:
        pattern = pattern.replace(directive, f"({_NUMBERS[directive][1]})")
    return re.compile(pattern), tuple(_NUMBERS[each][0] for each in directives)


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def possible_forms(texts: Iterable[str]) -> list[str]:
    """Return the forms that read all of the texts; where none does, those that read the most.

    Blank texts say nothing. More than one form is left where the texts do not tell day from month.
    """
    told = tuple(sorted({text.strip() for text in texts} - {""}))
    return list(_possible(told))


@lru_cache(maxsize=256)
def _possible(told: tuple[str, ...]) -> tuple[str, ...]:
    counts = {form: sum(fits(form, text) for text in told) for form in FORMS}
    most = max(counts.values(), default=0)
    if not most:
        return ()
    forms = [form for form in FORMS if counts[form] == most]
    # A column of days alone is told by day, though its texts read as instants too.
    if ISO_DAY in forms:
        return (ISO_DAY,)
    return tuple(forms)


def has_time(form: str) -> bool:
    """Whether a form tells the time of day."""
    return form == ISO or "%H" in form or "%I" in form


def in_words(form: str) -> str:
    """Return a form as a person reads it: `day/month/year hour:minute`."""
    if form == ISO:
        return "year-month-day hour:minute (ISO 8601)"
    if form == ISO_DAY:
        return "year-month-day (ISO 8601)"
    text = form
    for mark, word in _WORDS.items():
        text = text.replace(mark, word)
    return text


def told_by_example(form: str) -> str:
    """Return a date written in a form, and the form as a person reads it."""
    return f"{example_of(form)} ({in_words(form)})"


def example_of(form: str) -> str:
    """Return a date written in a form."""
    if form in {ISO, ISO_DAY}:
        return _SHOWN.isoformat(" ", "minutes") if form == ISO else date(2016, 2, 29).isoformat()
    return _SHOWN.strftime(form)
