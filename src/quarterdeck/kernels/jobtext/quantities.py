"""Reads numbers, spans of years and months, shares and dates from folded text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from quarterdeck.kernels.jobtext.records import Operator

__all__ = ["NUMBER", "Duration", "dates_of", "durations_of", "number_of"]

_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
NUMBER = rf"(?:\d{{1,3}}(?:[.,]\d{{1,2}})?|{'|'.join(_WORDS[1:])})"
_BEFORE = {
    Operator.AT_LEAST: r"at least|a minimum of|an? minimum|minimum of|minimum|min\.|no less than|"
    r"not less than|no fewer than|>=|≥",
    Operator.MORE: r"more than|over|greater than|in excess of|>",
    Operator.AT_MOST: r"at most|up to|no more than|not more than|a maximum of|maximum of|<=|≤",
    Operator.LESS: r"less than|under|fewer than|<",
}
# A pattern that is spread over lines ignores plain spaces.
_ANY_BEFORE = "|".join(_BEFORE.values()).replace(" ", r"\s")
_DURATION = re.compile(
    rf"""
    (?:(?P<before>{_ANY_BEFORE})\s*)?
    (?<![\w$.,/#-])(?P<number>{NUMBER})(?:\s*\((?P<digits>\d{{1,3}})\))?
    (?:\s*(?:-|to|or)\s*{NUMBER}(?:\s*\(\d{{1,3}}\))?(?=\s*(?:years?|yrs?|months?)\b))?
    (?P<after>\s*\+|\s*(?:or|and)\s+(?:more|above|greater)|\s+plus)?
    (?:\s+(?:full|additional|full-time|consecutive|calendar))?
    [\s-]*(?P<unit>years?|yrs?|months?)\b
    (?P<later>\s*(?:\+|(?:or|and)\s+(?:more|above|greater)|minimum))?
    """,
    re.VERBOSE,
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NUMERIC = re.compile(r"(?<![\d/])(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})(?![\d/])")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NAMED = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\.? (\d{{1,2}})(?:[a-z]{{2}})?,? (\d{{4}})\b")
_CENTURY, _PIVOT = 2000, 70
_LONG_YEAR, _MONTHS_IN_YEAR = 100, 12


@dataclass(frozen=True, slots=True)
class Duration:
    """A number of years or months; `years` is exact, `operator` None where none is written.

    `disputed` says that the number in words is not the one in digits behind it.
    """

    start: int
    end: int
    years: Fraction
    operator: Operator | None
    unit: str
    disputed: bool


def number_of(folded: str) -> Fraction:
    """Return the number that a text such as "three", "6" or "99.9" states.

    Raises ValueError for anything else.
    """
    if folded in _WORDS:
        return Fraction(_WORDS.index(folded))
    return Fraction(folded.replace(",", "."))


def durations_of(folded: str) -> Iterator[Duration]:
    """Give every number of years or months in a text, in order."""
    for found in _DURATION.finditer(folded):
        number = number_of(found["number"])
        digits = found["digits"]
        disputed = digits is not None and Fraction(digits) != number
        if disputed:
            number = Fraction(digits)
        is_month = found["unit"].startswith("month")
        yield Duration(
            found.start(),
            found.end(),
            number / _MONTHS_IN_YEAR if is_month else number,
            _operator(found),
            "month" if is_month else "year",
            disputed,
        )


def _operator(found: re.Match[str]) -> Operator | None:
    if found["after"] or found["later"]:
        return Operator.AT_LEAST
    before = found["before"]
    for operator, words in _BEFORE.items():
        if before and re.fullmatch(words, before):
            return operator
    return None


def dates_of(folded: str) -> Iterator[tuple[int, int, date]]:
    """Give every date with its place: m/d/y (d/m/y where the first is above 12), ISO, or named.

    A year of two digits is one of 1970 to 2069.
    """
    found: list[tuple[int, int, date]] = []
    for match in _NUMERIC.finditer(folded):
        first, second, year = (int(group) for group in match.groups())
        month, day = (second, first) if first > _MONTHS_IN_YEAR else (first, second)
        found += _dated(match, _full(year), month, day)
    for match in _ISO.finditer(folded):
        found += _dated(match, *(int(group) for group in match.groups()))
    for match in _NAMED.finditer(folded):
        month = _MONTHS.index(match.group(1)) + 1
        found += _dated(match, int(match.group(3)), month, int(match.group(2)))
    yield from sorted(found)


def _dated(match: re.Match[str], year: int, month: int, day: int) -> list[tuple[int, int, date]]:
    try:
        return [(match.start(), match.end(), date(year, month, day))]
    except ValueError:
        return []


def _full(year: int) -> int:
    if year >= _LONG_YEAR:
        return year
    return year + _CENTURY - (_LONG_YEAR if year >= _PIVOT else 0)
