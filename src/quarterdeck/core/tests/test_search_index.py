"""The search index follows every change, whoever makes it, and what is out of step is found out."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import CharField
from pytest_django.fixtures import Settings

from quarterdeck.core.database import insert_rows, update_rows
from quarterdeck.core.history import (
    differences,
    install,
    out_of_step,
    rebuild,
    remove,
    searched_tables,
)
from quarterdeck.core.history.index_sqlite import WORDING
from quarterdeck.core.models import Person
from quarterdeck.core.records import record_of
from quarterdeck.core.search_lists import matching
from quarterdeck.core.tests.fixtures import Given

pytestmark = pytest.mark.django_db

ON_POSTGRESQL = connection.vendor == "postgresql"
EMPTYING = (
    "DELETE FROM search_core_person"
    if ON_POSTGRESQL
    else "INSERT INTO search_core_person (search_core_person) VALUES ('delete-all')"
)


def execute(statement: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def found(text: str) -> list[str]:
    rows = matching(Person.objects.order_by("name"), record_of(Person), text)
    return [person.name for person in rows]


@pytest.fixture
def people(given: Given) -> list[Person]:
    with given():
        return [Person.objects.create(name=name) for name in ("Ada", "Bert", "Carl")]


def rename_in_bulk() -> None:
    Person.objects.filter(name="Ada").update(name="Zoe")


def rename_by_hand() -> None:
    execute("UPDATE core_person SET name = 'Zoe' WHERE name = 'Ada'")


def rename_many() -> None:
    update_rows(Person, ["name"], [("Zoe", Person.objects.get(name="Ada").pk)])


def rename_in_a_save() -> None:
    person = Person.objects.get(name="Ada")
    person.name = "Zoe"
    person.save()


def move_the_key() -> None:
    execute("UPDATE core_person SET id = id + 1000, name = 'Zoe' WHERE name = 'Ada'")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "change", [rename_in_bulk, rename_by_hand, rename_many, rename_in_a_save, move_the_key]
)
def test_a_change_is_found_by_its_new_words_alone(given: Given, change: Callable[[], None]) -> None:
    with given():
        change()

    assert (found("ada"), found("zoe"), found("bert")) == ([], ["Zoe"], ["Bert"])
    assert out_of_step(connection, searched_tables(connection)) == []


@pytest.mark.usefixtures("people")
def test_a_change_of_other_columns_leaves_the_words(given: Given) -> None:
    with given():
        Person.objects.filter(name="Ada").update(external_id="7")

    assert found("ada") == ["Ada"]
    assert out_of_step(connection, searched_tables(connection)) == []


@pytest.mark.usefixtures("people")
def test_what_is_removed_is_not_found(given: Given) -> None:
    with given():
        execute("DELETE FROM core_person WHERE name = 'Ada'")
        Person.objects.filter(name="Bert").delete()

    assert (found("ada"), found("bert"), found("carl")) == ([], [], ["Carl"])
    assert out_of_step(connection, searched_tables(connection)) == []


def test_rows_that_come_together_are_found(given: Given) -> None:
    fields = [field for field in Person._meta.concrete_fields if not field.primary_key]
    people = [Person(name=f"Person {number}") for number in range(2_000)]
    rows = [[getattr(person, field.attname) for field in fields] for person in people]

    with given():
        insert_rows(Person, [field.name for field in fields], rows)

    assert found("1999") == ["Person 1999"]
    assert differences(connection) == []


@pytest.mark.usefixtures("people")
def test_what_is_rolled_back_is_not_found(given: Given) -> None:
    with transaction.atomic(), given():
        rename_in_bulk()
        transaction.set_rollback(True)

    assert (found("ada"), found("zoe")) == (["Ada"], [])


@pytest.mark.usefixtures("people")
def test_missing_rows_are_counted() -> None:
    execute(EMPTYING)

    assert differences(connection) == ["index of core_person: 0 of 3 rows"]


@pytest.mark.usefixtures("people")
def test_other_words_are_found_out_by_comparing_all(given: Given) -> None:
    where = " ON core_person" if ON_POSTGRESQL else "_core_person"
    execute(f"DROP TRIGGER quarterdeck_search_update{where}")
    with given():
        rename_by_hand()

    assert out_of_step(connection, searched_tables(connection)) == ["core_person"]


@pytest.mark.usefixtures("people")
def test_a_rebuild_puts_the_words_right() -> None:
    execute(EMPTYING)

    rebuild(connection, searched_tables(connection))

    assert (found("ada"), differences(connection)) == (["Ada"], [])
    assert out_of_step(connection, searched_tables(connection)) == []


@pytest.mark.usefixtures("people")
def test_a_missing_index_is_found_out_and_made_again() -> None:
    execute("DROP TABLE search_core_person")
    told = differences(connection)

    install(connection)

    assert told == ["missing: index of core_person"]
    assert (found("ada"), differences(connection)) == (["Ada"], [])


@pytest.mark.django_db(transaction=True)
def test_a_data_migration_leaves_the_index_in_step(settings: Settings, given: Given) -> None:
    settings.MIGRATION_MODULES = {"messages": "quarterdeck.core.tests.given_migrations"}
    with given():
        Person.objects.create(name="Ada")

    call_command("migrate", "messages", "a_person", verbosity=0)

    assert found("migration") == ["migration"]
    assert out_of_step(connection, searched_tables(connection)) == []


@pytest.mark.django_db(transaction=True)
def test_indexes_go_with_their_tables() -> None:
    before = {table.name for table in searched_tables(connection)}
    call_command("migrate", "planning", "zero", verbosity=0)

    gone = before - {table.name for table in searched_tables(connection)}
    # What stands on planning goes with it.
    assert gone == before - set(connection.introspection.table_names())
    assert "planning_correctiveaction" in gone
    assert differences(connection) == []


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_an_index_of_an_older_release_is_made_anew_where_a_migration_makes_the_table_anew(
    given: Given,
) -> None:
    with given():
        Person.objects.create(name="The Wi-Fi")
    # It read the table itself, whose triggers told it the words as they are written.
    execute("DROP TABLE search_core_person")
    execute(
        "CREATE VIRTUAL TABLE search_core_person USING fts5(name, email, external_id,"
        " content='core_person', content_rowid='id')"
    )
    execute("INSERT INTO search_core_person (search_core_person) VALUES ('rebuild')")
    name = Person._meta.get_field("name")
    longer = CharField(max_length=201)
    longer.set_attributes_from_name("name")
    longer.model = Person

    remove(connection)
    with connection.schema_editor() as editor:
        editor.alter_field(Person, name, longer)
    install(connection)

    assert (found("wifi"), differences(connection)) == (["The Wi-Fi"], [])
    assert out_of_step(connection, searched_tables(connection)) == []


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_an_index_that_joined_words_otherwise_is_made_anew(given: Given) -> None:
    with given():
        Person.objects.create(name="The Wi-Fi")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'search_core_person'")
        (index,) = cursor.fetchone()
        view = f"{WORDING}_of_core_person"
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [view])
        (texts,) = cursor.fetchone()
    remove(connection)
    # A function of an older release, which no connection has any more.
    older = "quarterdeck_wording_0"
    execute("DROP TABLE search_core_person")
    execute(texts.replace(WORDING, older))
    execute(index.replace(WORDING, older))

    install(connection)

    assert (found("wifi"), differences(connection)) == (["The Wi-Fi"], [])
    assert out_of_step(connection, searched_tables(connection)) == []
