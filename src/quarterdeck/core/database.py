"""Ways of speaking to the two databases that differ between them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache, partial
from itertools import chain, islice
from json import dumps
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import Expression, Func

# SQLite takes 32,766 values (https://www.sqlite.org/limits.html). Statements of one row cost ten
# times as much: a guarded table opens a statement journal for each.
_VALUES_A_STATEMENT = 5_000

M = TypeVar("M", bound=models.Model)

_is_reading: ContextVar[bool] = ContextVar("quarterdeck_is_reading", default=False)


class Unindexed(Func):
    """A column that SQLite looks up by no index of its own; elsewhere the column itself.

    SQLite's planner has no statistics and takes an index of equality before any of a range or an
    order, also where most rows are equal.
    """

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **named: Any) -> Any:
        """Write a plus before the column (https://www.sqlite.org/optoverview.html)."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **named)


class Among(Func):
    """Whether a column holds one of some whole numbers, however many.

    They go to the database as one value. A list of as many parameters takes Django longer to write
    than the database to look them up, and SQLite bounds their number.
    """

    output_field = models.BooleanField()

    def __init__(self, column: str, numbers: Iterable[int] | Expression) -> None:
        if not isinstance(numbers, Expression):
            numbers = models.Value(dumps(list(numbers)))
        super().__init__(column, numbers)

    def as_sqlite(self, compiler: Any, connection: Any, **named: Any) -> Any:
        """Read the numbers as a table (https://www.sqlite.org/json1.html#jeach)."""
        joined, template = " IN (SELECT value FROM json_each(", "(%(expressions)s)))"
        return self.as_sql(compiler, connection, template=template, arg_joiner=joined, **named)

    def as_postgresql(self, compiler: Any, connection: Any, **named: Any) -> Any:
        """Read the numbers as an array, which is written with other brackets."""
        joined, template = " = ANY(translate(", "(%(expressions)s, '[]', '{}')::bigint[]))"
        return self.as_sql(compiler, connection, template=template, arg_joiner=joined, **named)


def single(rows: "models.QuerySet[M]") -> M | None:
    """Return the row that a key leaves of some rows, or None.

    `first` would sort them, for which Django compares every column that it selects with the order:
    of a wide row that takes longer than to ask for it.
    """
    return next(iter(rows.order_by()), None)


@contextmanager
def read_only() -> Iterator[None]:
    """Read from one snapshot while the database itself refuses every write.

    Inside an open transaction the snapshot is that transaction's, and SQLite alone refuses the
    writes: PostgreSQL cannot take a transaction's permission to write away and give it back. A
    block inside of another reads from the snapshot of the outer one.
    """
    if _is_reading.get():
        yield
        return
    token = _is_reading.set(True)
    try:
        with _postgresql_snapshot() if connection.vendor == "postgresql" else _sqlite_snapshot():
            yield
    finally:
        _is_reading.reset(token)


@contextmanager
def _postgresql_snapshot() -> Iterator[None]:
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _sqlite_snapshot() -> Iterator[None]:
    """Begin a deferred transaction by hand: Django's own would take the only writer's lock."""
    with connection.cursor() as cursor:
        # The driver knows of every transaction, also of one that was begun by hand.
        nested = connection.in_atomic_block or connection.connection.in_transaction
        cursor.execute("PRAGMA query_only = ON")
        if not nested:
            cursor.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if not nested:
                cursor.execute("COMMIT")
            cursor.execute("PRAGMA query_only = OFF")


@contextmanager
def unmapped() -> Iterator[None]:
    """Let SQLite read through its bounded cache instead of mapping its file into memory.

    Work over a whole table would otherwise hold as much of the file as the map may take.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        # A database in memory has no map and gives no row.
        usual = (cursor.execute("PRAGMA mmap_size").fetchone() or (0,))[0]
        cursor.execute("PRAGMA mmap_size = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA mmap_size = {int(usual)}")


def insert_row(row: models.Model) -> None:
    """Store one new row of a table whose key the database gives; it has its key then.

    Its statement is written once. Every act adds such rows, and to write it anew takes Django
    longer than all else about them.
    """
    model: Any = type(row)
    insertion, fields = _insertion(model)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(insertion, values)
        # SQLite has known how to return columns for less long than Django asks of it.
        row.pk = cursor.lastrowid if connection.vendor == "sqlite" else cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 — as Django notes it


@cache
def _insertion(model: type[models.Model]) -> tuple[str, Sequence[Any]]:
    key: Any = model._meta.pk
    fields: list[Any] = [each for each in model._meta.local_concrete_fields if each is not key]
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    table, marks = quote(model._meta.db_table), ", ".join(["%s"] * len(fields))
    returning = "" if connection.vendor == "sqlite" else f" RETURNING {quote(key.column)}"
    return f"INSERT INTO {table} ({names}) VALUES ({marks}){returning}", fields  # noqa: S608 — names of ours


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of plain values, in the order of `columns`, without building model objects.

    Every column without a default in the database must be named. No keys come back; triggers and
    constraints hold as ever. PostgreSQL takes the rows by COPY, SQLite by statements of many rows.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    target, prepared = f"{quote(model._meta.db_table)} ({names})", _prepared(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
            return
        marks = f"({', '.join(['%s'] * len(fields))})"
        while some := list(islice(prepared, _VALUES_A_STATEMENT // len(fields))):
            values = ", ".join([marks] * len(some))
            insertion = f"INSERT INTO {target} VALUES {values}"  # noqa: S608 — names of ours
            cursor.execute(insertion, list(chain(*some)))


def update_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Give stored rows other values in `columns`, and a version higher by one.

    Each row holds the values in that order and then its key. Django's bulk_update builds a CASE for
    each row and column, which takes many times as long.
    """
    fields: list[Any] = [*map(model._meta.get_field, columns), model._meta.pk]
    quote = connection.ops.quote_name
    *names, key = (quote(field.column) for field in fields)
    table, values = quote(model._meta.db_table), ", ".join(f"{name} = %s" for name in names)
    changed = f"{values}, version = version + 1"
    update = f"UPDATE {table} SET {changed} WHERE {key} = %s"  # noqa: S608 — names of ours
    prepared = list(_prepared(fields, rows))
    if prepared:
        with connection.cursor() as cursor:
            cursor.executemany(update, prepared)


def _prepared(fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Bring times and JSON into the database's own form; all other values pass as they are."""
    special: list[tuple[int, Callable[[Any], Any]]] = []
    for place, field in enumerate(fields):
        if isinstance(field, models.DateTimeField):
            special.append((place, instant_writer()))
        elif isinstance(field, models.JSONField):
            special.append((place, partial(field.get_db_prep_save, connection=connection)))
    for row in rows:
        values = list(row)
        for place, prepare in special:
            values[place] = prepare(values[place])
        yield values


def instant_writer() -> Callable[[Any], Any]:
    """Return what brings an instant into the database's own form."""
    usual: Callable[[Any], Any] = connection.ops.adapt_datetimefield_value
    if connection.vendor != "sqlite":
        return usual
    # As Django writes them, which asks for the zone of the settings with each.
    return lambda at: (
        str(at.replace(tzinfo=None)) if at is not None and at.tzinfo is UTC else usual(at)
    )


def read_instant(stored: Any, *_: Any) -> datetime | None:
    """Return an instant as SQLite keeps it, in UTC: read from a column, or as text."""
    read = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return None if read is None else read.replace(tzinfo=UTC)
