"""Triggers come with the migrations, go with them, and are found out when they differ."""

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from quarterdeck.core.acts import current_actor
from quarterdeck.core.history import (
    actual_triggers,
    differences,
    expected_triggers,
    install,
    remove,
)
from quarterdeck.core.models import Account, HistoryEntry, Person
from quarterdeck.core.tests.fixtures import Given, Pristine

ON_PERSON = "ON core_person" if connection.vendor == "postgresql" else ""
A_TRIGGER = (
    "TRIGGER quarterdeck_history_update ON core_person"
    if connection.vendor == "postgresql"
    else "TRIGGER quarterdeck_history_update_core_person"
)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def migrate(*target: str) -> None:
    call_command("migrate", *target, verbosity=0)


@pytest.fixture
def with_given_migrations(settings: Settings) -> None:
    """Give Django's app of messages, which has no tables, the migrations of these tests."""
    settings.MIGRATION_MODULES = {"messages": "quarterdeck.core.tests.given_migrations"}


@pytest.mark.django_db
def test_a_migrated_database_has_the_triggers_that_the_models_ask_for() -> None:
    assert differences(connection) == []


@pytest.mark.django_db
def test_a_missing_trigger_is_found_out() -> None:
    execute(f"DROP {A_TRIGGER}")

    assert differences(connection) == [f"missing: {A_TRIGGER}"]


@pytest.mark.django_db
def test_a_changed_trigger_is_found_out() -> None:
    guard = next(
        name for name in expected_triggers(connection) if "guard" in name and "person" in name
    )
    statement = expected_triggers(connection)[guard]
    execute(f"DROP {A_TRIGGER}")
    execute(statement.replace(guard.split()[1], A_TRIGGER.split()[1], 1))

    assert differences(connection) == [f"changed: {A_TRIGGER}"]


@pytest.mark.django_db
def test_an_unexpected_trigger_is_found_out() -> None:
    statement = expected_triggers(connection)[A_TRIGGER]
    execute(statement.replace(A_TRIGGER.split()[1], "quarterdeck_stray", 1))

    assert differences(connection) == [f"unexpected: TRIGGER quarterdeck_stray {ON_PERSON}".strip()]


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_disabled_trigger_is_found_out() -> None:
    execute("ALTER TABLE core_person DISABLE TRIGGER quarterdeck_history_update")

    assert differences(connection) == [f"changed: {A_TRIGGER}"]


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_changed_function_is_found_out() -> None:
    execute(
        "CREATE OR REPLACE FUNCTION quarterdeck_guard() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NULL; END'"
    )

    assert differences(connection) == ["changed: FUNCTION quarterdeck_guard()"]


@pytest.mark.django_db
@pytest.mark.parametrize("damage", [f"DROP {A_TRIGGER}", "SELECT 1"], ids=["damaged", "whole"])
def test_installing_again_puts_everything_right(damage: str) -> None:
    execute(damage)

    install(connection)

    assert differences(connection) == []


@pytest.mark.django_db
def test_removing_leaves_nothing_behind() -> None:
    remove(connection)

    assert actual_triggers(connection) == {}


@pytest.mark.django_db(transaction=True)
def test_an_app_can_be_taken_down_to_nothing_and_built_up_again() -> None:
    # The last of the apps: nothing else has to go with it.
    migrate("scorecard", "zero")
    left = [name for name in actual_triggers(connection) if "scorecard_" in name]
    is_guarded = differences(connection) == []
    migrate()

    assert (left, is_guarded, differences(connection)) == ([], True, [])
    assert any("scorecard_" in name for name in actual_triggers(connection))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("with_given_migrations")
def test_a_data_migration_writes_as_migration_and_without_history() -> None:
    migrate("messages", "a_person")

    assert Person.objects.get().name == "migration"
    assert not HistoryEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("with_given_migrations")
def test_a_migration_that_fails_leaves_the_tables_guarded() -> None:
    with pytest.raises(ArithmeticError):
        migrate("messages")

    assert (differences(connection), current_actor()) == ([], "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [1, 2])
def test_a_test_that_commits_finds_the_built_in_rows_and_no_others(given: Given, run: int) -> None:
    found = (list(Person.objects.values_list("name")), differences(connection))

    with given():
        Person.objects.create(name=f"Ada {run}")

    assert found == ([], [])
    assert Account.objects.filter(is_builtin=True).count() == 2


@pytest.mark.django_db(transaction=True)
def test_putting_back_undoes_a_commit(django_db_setup: Pristine, given: Given) -> None:
    with given():
        Person.objects.create(name="Ada")

    django_db_setup.put_back()

    assert not Person.objects.exists()
