"""One measure side by side: the order of the scopes, and what each says beside the whole."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from quarterdeck.core.measures import Better, Measure, Reading, Scope, State, Terms, Unit
from quarterdeck.kernels.spans import Span
from quarterdeck.scorecard.queries.comparison import Side, Sorting, ordered, worst_first
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.web.comparison import beside_text

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)


def silent(_period: Span, _scope: Scope, terms: Terms) -> Reading:
    """Say nothing."""
    return Reading(State.NOT_APPLICABLE, terms.as_of, Fraction(1))


def measure(unit: Unit = Unit.DURATION, better: Better = Better.LOWER) -> Measure:
    return Measure("scorecard.example", "Example", unit, better, "J3.4.m1", silent)


def side(name: str, value: int | None, n: int = 1) -> Side:
    state = State.NOT_ENOUGH_EVIDENCE if value is None else State.VALUE
    reading = Reading(state, AT, Fraction(1), value=None if value is None else Fraction(value), n=n)
    return Side(Scope("team", name), Figures.of(reading), None, None)


def names(rows: list[Side]) -> list[str]:
    return [row.scope.name for row in rows]


THREE = [side("Beta", 5), side("alpha", 9), side("Gamma", None, 0)]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("value", ["Beta", "alpha", "Gamma"]),
        ("-value", ["alpha", "Beta", "Gamma"]),
        ("scope", ["alpha", "Beta", "Gamma"]),
        ("-scope", ["Gamma", "Beta", "alpha"]),
    ],
)
def test_scopes_without_a_value_come_last_unless_it_goes_by_name(
    sort: str, expected: list[str]
) -> None:
    assert names(ordered(THREE, Sorting.parse(sort, Sorting("value")))) == expected


def test_the_worst_comes_first_where_low_is_good() -> None:
    assert names(ordered(THREE, worst_first(measure()))) == ["alpha", "Beta", "Gamma"]


def test_the_worst_comes_first_where_high_is_good() -> None:
    sorting = worst_first(measure(better=Better.HIGHER))

    assert names(ordered(THREE, sorting)) == ["Beta", "alpha", "Gamma"]


def test_equal_values_stand_in_the_order_of_their_names() -> None:
    rows = [side("Zeta", 5), side("eta", 5)]

    assert names(ordered(rows, Sorting("value"))) == ["eta", "Zeta"]


def test_an_unknown_column_sorts_as_usual() -> None:
    assert Sorting.parse("-nonsense", Sorting("n")) == Sorting("n")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(90), "1.5\u00a0times"),
        (Fraction(60), "the same"),
        (Fraction(6), "0.1\u00a0times"),
        (Fraction(1_200), "20\u00a0times"),
        (None, ""),
    ],
)
def test_a_duration_is_so_many_times_the_whole(value: Fraction | None, expected: str) -> None:
    assert beside_text(measure(), value, Fraction(60)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(1, 2), "+25.0\u00a0points"),
        (Fraction(1, 8), "\u221212.5\u00a0points"),
        (Fraction(1, 4), "the same"),
    ],
)
def test_a_share_lies_so_many_points_from_the_whole(value: Fraction, expected: str) -> None:
    assert beside_text(measure(Unit.SHARE), value, Fraction(1, 4)) == expected


def test_nothing_is_said_beside_a_whole_that_is_unknown_or_zero() -> None:
    texts = [beside_text(measure(), Fraction(5), whole) for whole in (None, Fraction(0))]

    assert texts == ["", ""]
