"""Values reach the history alike on both databases."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from quarterdeck.core.history import triggers_of
from quarterdeck.core.history.tables import guarded_models, kind_of
from quarterdeck.core.models import HistoryEntry, Noun
from quarterdeck.core.tests.fixtures import Given

Make = Callable[..., Any]
AN_UUID = UUID("0b7a3c4e-6f1d-4a52-9c0e-1f2d3a4b5c6d")
CASES: list[tuple[models.Field[Any, Any], object, object]] = [
    (models.BooleanField(null=True), True, True),
    (models.BooleanField(null=True), False, False),
    (
        models.CharField(max_length=100, null=True),
        'a "quoted" \\ Ünïcode\nline',
        'a "quoted" \\ Ünïcode\nline',
    ),
    (models.TextField(null=True), "", ""),
    (models.SlugField(null=True), "around-the-clock", "around-the-clock"),
    (models.EmailField(null=True), "ada@example.org", "ada@example.org"),
    (models.IntegerField(null=True), -7, -7),
    (models.SmallIntegerField(null=True), -7, -7),
    (models.PositiveIntegerField(null=True), 7, 7),
    (models.PositiveSmallIntegerField(null=True), 7, 7),
    (models.PositiveBigIntegerField(null=True), 2**53, 2**53),
    (models.BigIntegerField(null=True), -(2**53), -(2**53)),
    (models.FloatField(null=True), 0.125, 0.125),
    (models.DecimalField(max_digits=12, decimal_places=2, null=True), Decimal("1234.50"), 1234.5),
    (models.DecimalField(max_digits=12, decimal_places=2, null=True), Decimal("12.00"), 12),
    (models.DateField(null=True), date(2016, 2, 29), "2016-02-29"),
    (models.TimeField(null=True), time(8, 30), "08:30:00"),
    (models.TimeField(null=True), time(8, 30, 0, 120000), "08:30:00.12"),
    (
        models.DateTimeField(null=True),
        datetime(2016, 2, 29, 23, 5, tzinfo=UTC),
        "2016-02-29T23:05:00+00:00",
    ),
    (
        models.DateTimeField(null=True),
        datetime(2016, 2, 29, 23, 5, 10, 120000, tzinfo=UTC),
        "2016-02-29T23:05:10.12+00:00",
    ),
    (
        models.JSONField(null=True),
        {"b": [1, None, True], "a": "é"},
        {"b": [1, None, True], "a": "é"},
    ),
    (models.UUIDField(null=True), AN_UUID, str(AN_UUID)),
    (models.BinaryField(null=True), b"\x00hi", "\\x006869"),
]
TRIED = {field.get_internal_type() for field, _, _ in CASES} | {"BigAutoField"}


@pytest.fixture
def make(transactional_db: None) -> Iterator[Make]:  # noqa: ARG001 — SQLite makes no tables inside
    """Make a guarded table with the given columns; it goes when the database is put back."""

    def made(**fields: object) -> Any:
        meta = type("Meta", (), {"app_label": "core"})
        model = type("Specimen", (Noun,), {"__module__": __name__, "Meta": meta, **fields})
        with connection.schema_editor() as editor:
            editor.create_model(model)
        with connection.cursor() as cursor:
            for statement in triggers_of(connection, model).values():
                cursor.execute(statement)
        return model

    with isolate_apps("quarterdeck.core"):
        yield made


def test_values_of_every_kind_are_stored_as_listed(make: Make, given: Given) -> None:
    names = [f"value_{number}" for number in range(len(CASES))]
    fields, values, stored = (
        dict(zip(names, part, strict=True)) for part in zip(*CASES, strict=True)
    )
    specimen = make(**fields)

    with given():
        specimen._base_manager.create(**values)
        specimen._base_manager.update(**dict.fromkeys(names))

    entry = HistoryEntry.objects.get()
    assert (entry.before, entry.after) == (stored, dict.fromkeys(names))


def test_every_kind_of_column_of_a_guarded_table_is_tried_here() -> None:
    kinds = {kind_of(f) for model in guarded_models() for f in model._meta.local_concrete_fields}

    assert kinds - TRIED == set()


def test_a_row_is_named_by_its_key_as_text(make: Make, given: Given) -> None:
    specimen = make(id=models.UUIDField(primary_key=True))

    with given():
        specimen._base_manager.create(id=AN_UUID)
        specimen._base_manager.update(version=2)

    assert HistoryEntry.objects.get().row == str(AN_UUID)


def test_a_table_may_have_more_columns_than_a_function_takes_arguments(
    make: Make, given: Given
) -> None:
    specimen = make(**{f"column_{number}": models.IntegerField(default=0) for number in range(150)})

    with given():
        specimen._base_manager.create()
        specimen._base_manager.update(column_149=1)

    assert HistoryEntry.objects.get().after == {"column_149": 1}
