"""A new database made at once is the one to which all migrations in turn would have led."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from quarterdeck.core.history import differences
from quarterdeck.core.new_database import is_new
from quarterdeck.core.tests.databases import speaking_with

pytestmark = pytest.mark.django_db

# The columns of a table stand in the order in which they came, which nobody rests on.
DEFINITIONS = {
    "sqlite": """
        SELECT type, name, sql FROM sqlite_master
        WHERE type <> 'trigger' AND sql IS NOT NULL AND name <> 'sqlite_sequence'
    """,
    "postgresql": """
        SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL
        SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid, false)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'column', table_name || '.' || column_name, concat_ws(' ',
            data_type, character_maximum_length, is_nullable, column_default, identity_generation)
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
}

# Django's own migrations make this key, of a table that nothing here uses, wider than its model is.
DJANGOS_OWN = "column auth_group_permissions.id"


def described() -> dict[str, object]:
    """Return the definitions, the number of rows of each model and the migrations applied."""
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS[connection.vendor])
        rows = cursor.fetchall()
    # Some managers hide rows.
    models = {str(model._meta): model._base_manager.count() for model in apps.get_models()}
    migrations = MigrationRecorder(connection).applied_migrations()
    return {
        **{f"{kind} {name}": sorted(parts(text)) for kind, name, text in rows},
        **models,
        **{f"migration {app}.{name}": True for app, name in migrations},
    }


def parts(definition: str) -> list[str]:
    """Split what stands between the outer brackets of a definition at its commas."""
    head, _, body = definition.partition("(")
    return [head, *body.removesuffix(")").split(", ")]


def differing(one: dict[str, object], other: dict[str, object]) -> dict[str, object]:
    """Return what two databases have under one name when it is not the same."""
    names = sorted((one.keys() | other.keys()) - {DJANGOS_OWN})
    pairs = {name: (one.get(name), other.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[str]:
    """The name of a database without a table."""
    if connection.vendor == "sqlite":
        yield str(tmp_path / "empty.sqlite3")
        return
    name = f"{connection.settings_dict['NAME']}_empty"
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 — as Django's own test runner does
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield name
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_all_migrations_in_turn_lead_to_the_same_database(empty_database: str) -> None:
    at_once = described()

    with speaking_with(empty_database):
        call_command("migrate", "core", "0001_initial", verbosity=0)
        call_command("migrate", verbosity=0)
        in_turn = described()

    assert differing(at_once, in_turn) == {}


def test_a_new_database_is_made_whole_and_guarded(empty_database: str) -> None:
    at_once = described()

    with speaking_with(empty_database):
        was_new = is_new(connection)
        call_command("migrate", verbosity=0)
        made = described()
        missing = differences(connection)

    assert (was_new, differing(at_once, made), missing) == (True, {}, [])


def test_a_database_with_tables_is_not_new() -> None:
    assert not is_new(connection)
