"""The search indexes: one for each table that a record lets be searched.

The triggers that keep them in step are made with those of the history. The indexes themselves stay
while tables are migrated; afterwards those are made anew that the migrations may have left behind.
"""

from collections.abc import Iterable
from types import ModuleType

from django.db import migrations, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation

from quarterdeck.core.history import index_postgresql, index_sqlite
from quarterdeck.core.history.tables import Table, existing_tables, searched_columns

_ENGINES: dict[str, ModuleType] = {"postgresql": index_postgresql, "sqlite": index_sqlite}
# They change the shape of tables and no text in a row.
_SHAPE = (
    migrations.AddConstraint,
    migrations.AddField,
    migrations.AddIndex,
    migrations.AlterModelManagers,
    migrations.AlterModelOptions,
    migrations.CreateModel,
    migrations.DeleteModel,
    migrations.RemoveConstraint,
    migrations.RemoveField,
    migrations.RemoveIndex,
    migrations.RenameIndex,
)


def searched_tables(connection: BaseDatabaseWrapper) -> list[Table]:
    """Return every table that is there and has an index."""
    tables = existing_tables(connection, lambda model: bool(searched_columns(model)))
    return [table for table in tables if table.searched]


def install_indexes(connection: BaseDatabaseWrapper, *, refill: bool) -> None:
    """Bring the indexes to what the records ask for; a new or changed one is filled from its table.

    With `refill` the others are filled anew too.
    """
    engine, tables = _ENGINES[connection.vendor], searched_tables(connection)
    expected, actual = {table.name: table for table in tables}, engine.actual(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if expected:
            engine.prepare(cursor)
        for name, definition in actual.items():
            if name not in expected or definition != engine.definition(expected[name]):
                engine.drop(cursor, name)
        for name, table in expected.items():
            is_there = actual.get(name) == engine.definition(table)
            if not is_there:
                engine.create(cursor, table)
            if refill or not is_there:
                engine.fill(cursor, table)


def index_differences(connection: BaseDatabaseWrapper) -> list[str]:
    """Say which indexes are missing, unexpected or changed, or know more or fewer rows."""
    engine, tables = _ENGINES[connection.vendor], searched_tables(connection)
    expected, actual = {table.name: table for table in tables}, engine.actual(connection)
    found = [f"unexpected: index of {name}" for name in sorted(actual.keys() - expected.keys())]
    with connection.cursor() as cursor:
        for name, table in expected.items():
            if name not in actual:
                found.append(f"missing: index of {name}")
            elif actual[name] != engine.definition(table):
                found.append(f"changed: index of {name}")
            else:
                rows, indexed = engine.sizes(cursor, table)
                if rows != indexed:
                    found.append(f"index of {name}: {indexed:,} of {rows:,} rows")
    return found


def rebuild(connection: BaseDatabaseWrapper, tables: Iterable[Table]) -> None:
    """Make the words of these indexes anew, each in one transaction and in bounded memory.

    Nobody can write to the table meanwhile; a rebuild that breaks off leaves the index as it was.
    """
    engine = _ENGINES[connection.vendor]
    for table in tables:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            engine.fill(cursor, table)


def out_of_step(connection: BaseDatabaseWrapper, tables: Iterable[Table]) -> list[str]:
    """Return the tables of whose rows the index says something else, by comparing every word."""
    engine, found = _ENGINES[connection.vendor], []
    for table in tables:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            if not engine.is_in_step(cursor, table):
                found.append(table.name)
    return found


def may_change_texts(operations: Iterable[Operation]) -> bool:
    """Say whether migrations may have changed texts while the triggers were away."""
    return any(not isinstance(operation, _SHAPE) for operation in operations)
