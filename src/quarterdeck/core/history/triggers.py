"""Which triggers and search indexes there should be, which there are, and making them equal."""

from types import ModuleType

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from quarterdeck.core.history import postgresql, sqlite
from quarterdeck.core.history.indexes import index_differences, install_indexes
from quarterdeck.core.history.tables import existing_tables, table_of

_ENGINES: dict[str, ModuleType] = {"postgresql": postgresql, "sqlite": sqlite}


def triggers_of(connection: BaseDatabaseWrapper, model: type[models.Model]) -> dict[str, str]:
    """Return the triggers of one model's table: what stands after DROP, and the statement."""
    return dict(_ENGINES[connection.vendor].triggers(table_of(model, connection)))


def expected_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return all triggers and functions that the models ask for, given the tables that exist."""
    engine = _ENGINES[connection.vendor]
    tables = list(existing_tables(connection))
    expected = dict(engine.functions()) if tables else {}
    for table in tables:
        expected |= engine.triggers(table)
    return expected


def actual_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return all triggers and functions of ours that the database has."""
    return dict(_ENGINES[connection.vendor].actual(connection))


def differences(connection: BaseDatabaseWrapper) -> list[str]:
    """Say what is missing, unexpected or changed; an empty list means that all is well."""
    expected, actual = expected_triggers(connection), actual_triggers(connection)
    missing = [f"missing: {name}" for name in sorted(expected.keys() - actual.keys())]
    unexpected = [f"unexpected: {name}" for name in sorted(actual.keys() - expected.keys())]
    both = sorted(expected.keys() & actual.keys())
    changed = [f"changed: {name}" for name in both if expected[name] != actual[name]]
    return missing + unexpected + changed + index_differences(connection)


def install(connection: BaseDatabaseWrapper, *, refill: bool = False) -> None:
    """Bring triggers, functions and search indexes to what the models ask for.

    What is right is left alone; `refill` makes the words of every index anew, since texts may have
    changed while the triggers were away.
    """
    expected, actual = expected_triggers(connection), actual_triggers(connection)
    wrong = [name for name in actual if actual[name] != expected.get(name)]
    # A changed function is replaced in place, since triggers hang on it.
    _drop(
        connection,
        [name for name in wrong if not name.startswith("FUNCTION") or name not in expected],
    )
    absent = sorted(name for name in expected if expected[name] != actual.get(name))
    # An index is filled from its view.
    views = [name for name in absent if name.startswith("VIEW")]
    _execute(connection, [expected[name] for name in views])
    install_indexes(connection, refill=refill)
    # By name, functions come before the triggers that call them.
    _execute(connection, [expected[name] for name in absent if name not in views])


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take all our triggers, functions and views away."""
    _drop(connection, list(actual_triggers(connection)))


def _drop(connection: BaseDatabaseWrapper, names: list[str]) -> None:
    _execute(connection, [f"DROP {name}" for name in sorted(names, reverse=True)])


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
