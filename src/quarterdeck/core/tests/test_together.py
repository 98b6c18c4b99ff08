"""Several questions in one statement: each has the rows that it would have had alone."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import BinaryField, Count, QuerySet, Value
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.directory import found_unit
from quarterdeck.core.models import Account, Unit
from quarterdeck.core.together import Asking, answer_of, read_together, side_by_side

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, 30, 15, 250_000, tzinfo=UTC)
# One value of each kind of column, as a question selects it.
KINDS: dict[str, tuple[Any, models.Field[Any, Any]]] = {
    "text": ('Ada "the first" Ünal, 1 < 2', models.TextField()),
    "number": (-7, models.IntegerField()),
    "large": (2**63 - 1, models.BigIntegerField()),
    "yes": (True, models.BooleanField()),
    "no": (False, models.BooleanField()),
    "nothing": (None, models.TextField()),
    "day": (date(2026, 2, 28), models.DateField()),
    "instant": (AT, models.DateTimeField()),
    "hour": (time(8, 30), models.TimeField()),
    "amount": (Decimal("12.50"), models.DecimalField(max_digits=6, decimal_places=2)),
    "tree": ({"all": [1, None, "x"]}, models.JSONField()),
}


@pytest.fixture
def units(operator: Account) -> QuerySet[Unit]:
    """Three units below the root."""
    root = Unit.objects.get()
    for name in ("Harbour", "Library", "Town"):
        found_unit(name=name, parent=root, actor=operator, at=AT)
    return Unit.objects.filter(parent=root)


def test_each_kind_of_column_comes_back_as_it_was() -> None:
    values = {name: Value(value, output_field=field) for name, (value, field) in KINDS.items()}
    rows = Unit.objects.annotate(**values).values(*KINDS)

    read_together([rows])

    with CaptureQueriesContext(connection) as asked:
        assert list(rows) == [{name: value for name, (value, _) in KINDS.items()}]
    assert len(asked) == 0


def test_a_fraction_keeps_its_last_digits() -> None:
    # Of these, JSON as SQLite writes it would tell 0.3, and of the large one 15 digits.
    shares = {"sum": 0.1 + 0.2, "large": 1234567890123456.7}
    values = {name: Value(each, output_field=models.FloatField()) for name, each in shares.items()}
    rows = Unit.objects.annotate(**values).values(*shares)

    read_together([rows])

    assert list(rows) == [shares]


def test_one_statement_answers_all_and_each_in_its_own_order(units: QuerySet[Unit]) -> None:
    upwards, downwards = units.order_by("name"), units.order_by("-name").values_list("name")[:2]
    counted = units.values_list("parent__name").annotate(Count("pk"))
    with_parents = units.select_related("parent").order_by("pk")

    with CaptureQueriesContext(connection) as asked:
        read_together([upwards, downwards, counted, with_parents])
        names = [unit.name for unit in upwards]
        parents = {unit.parent.name for unit in with_parents if unit.parent}

    assert len(asked) == 1
    assert (names, list(downwards)) == (["Harbour", "Library", "Town"], [("Town",), ("Library",)])
    assert list(counted) == [(*parents, 3)]


def test_what_can_hold_nothing_is_not_asked_for(units: QuerySet[Unit]) -> None:
    nothing, nobody = units.none(), units.filter(pk__in=[])

    with CaptureQueriesContext(connection) as asked:
        read_together([nothing, nobody])
        found = list(nothing), list(nobody)

    assert (found, len(asked)) == (([], []), 0)


def test_what_has_been_read_is_not_asked_for_again(units: QuerySet[Unit]) -> None:
    before = list(units)
    with CaptureQueriesContext(connection) as asked:
        read_together([units])

    assert (list(units), len(asked)) == (before, 0)


def test_what_no_text_holds_is_read_when_somebody_asks(units: QuerySet[Unit]) -> None:
    seals = units.values_list(Value(b"\x00\xff", output_field=BinaryField()), flat=True)

    read_together([seals])

    assert [bytes(seal) for seal in seals] == [b"\x00\xff"] * 3


def test_what_asks_side_by_side_is_read_together_and_answers_in_its_order(
    units: QuerySet[Unit],
) -> None:
    def names(rows: QuerySet[Unit], last: str) -> Asking[list[str]]:
        yield [rows]
        first = [unit.name for unit in rows]
        again = units.filter(name=last)
        yield [again]
        return [*first, *(unit.name for unit in again)]

    def nothing() -> Asking[str]:
        yield []
        return "asked for nothing"

    upwards, downwards = units.order_by("name")[:1], units.order_by("-name")[:1]
    with CaptureQueriesContext(connection) as asked:
        found = answer_of(
            side_by_side((names(upwards, "Library"), nothing(), names(downwards, "Harbour")))
        )

    assert found == [["Harbour", "Library"], "asked for nothing", ["Town", "Harbour"]]
    assert len(asked) == 2
