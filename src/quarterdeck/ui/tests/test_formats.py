"""Figures in words."""

from fractions import Fraction

import pytest
from django.utils import timezone

from quarterdeck.core.measures import Unit
from quarterdeck.ui.formats import (
    count_text,
    duration_text,
    exact_seconds,
    figure_text,
    share_text,
)
from quarterdeck.ui.history import in_words
from quarterdeck.ui.markup import parameter

HOUR = 3_600
DAY = 24 * HOUR


def plain(text: str) -> str:
    """Read a no-break space as a space."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "—"),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (90, "1 min 30 s"),
        (HOUR - 1, "59 min 59 s"),
        (DAY - 1, "1 d"),
        (3 * DAY + 4 * HOUR, "3 d 4 h"),
        (3 * DAY + 4 * HOUR + 29 * 60, "3 d 4 h"),
        (400 * DAY, "400 d"),
        (-2 * HOUR, "\u22122 h"),
        (Fraction(181, 2), "1 min 30 s"),
        (0.2, "0 s"),
    ],
)
def test_a_duration_shows_its_two_largest_units(seconds: float | None, text: str) -> None:
    assert plain(duration_text(seconds)) == text


def test_business_time_has_no_days_of_24_hours() -> None:
    assert plain(duration_text(28 * HOUR + 900, days=False)) == "28 h 15 min"


def test_the_exact_seconds_stay_readable() -> None:
    assert exact_seconds(273_600) == "273,600 seconds"


def test_a_share_is_shown_in_percent() -> None:
    assert plain(share_text(Fraction(934, 1000))) == "93.4 %"


def test_a_missing_share_is_not_zero() -> None:
    assert share_text(None) == "—"


@pytest.mark.parametrize(("amount", "text"), [(90268, "90,268"), (Fraction(7, 2), "3.50")])
def test_a_count_parts_its_thousands(amount: float, text: str) -> None:
    assert count_text(amount) == text


@pytest.mark.parametrize(
    ("unit", "text"), [(Unit.DURATION, "1 s"), (Unit.SHARE, "100.0 %"), (Unit.COUNT, "1")]
)
def test_a_measure_is_shown_in_its_unit(unit: Unit, text: str) -> None:
    assert plain(figure_text(1, unit)) == text


def test_a_column_of_json_is_told_in_words() -> None:
    told = {"columns": {"number": "id", "title": ""}, "forms": ["iso", "day"], "sheet": ""}

    assert in_words(told) == "columns (number: id); forms: iso, day"


def test_an_instant_among_parameters_is_told_in_the_zone_of_the_reader() -> None:
    with timezone.override("Europe/Berlin"):
        told = [parameter(each) for each in ("2026-03-31T22:00:00+00:00", "2026-03-31", "2")]

    instant = '<time datetime="2026-04-01 00:00+02:00">2026-04-01 00:00</time>'
    assert told == [instant, "2026-03-31", "2"]
