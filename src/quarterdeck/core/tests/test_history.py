"""What the database writes into the history, and what it refuses."""

import sqlite3
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from quarterdeck.core.acts import acting, labelled
from quarterdeck.core.clock import now
from quarterdeck.core.history import entries_of
from quarterdeck.core.models import (
    Account,
    Act,
    Announcement,
    EvidenceMark,
    HistoryEntry,
    Person,
    Unit,
)
from quarterdeck.core.tests.fixtures import Given

pytestmark = pytest.mark.django_db


def execute(statement: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def ada(given: Given) -> Person:
    with given():
        return Person.objects.create(name="Ada", email="ada@example.org")


def test_a_change_leaves_only_the_changed_columns(ada: Person, operator: Account) -> None:
    ada.name = "Ada King"

    with labelled(operator.label):
        ada.save()

    entry = entries_of(ada).get()
    assert (entry.operation, entry.before, entry.after) == (
        "U",
        {"name": "Ada"},
        {"name": "Ada King"},
    )


def test_a_removal_leaves_the_whole_row(ada: Person, given: Given) -> None:
    key = ada.pk

    with given():
        ada.delete()

    entry = HistoryEntry.objects.get(table="core_person", row=str(key))
    assert (entry.operation, entry.after) == ("D", None)
    assert entry.before == {
        "id": key,
        "version": 1,
        "name": "Ada",
        "email": "ada@example.org",
        "unit_id": None,
        "reports_to_id": None,
        "source": "",
        "external_id": "",
        "starts_on": None,
        "ends_on": None,
    }


def test_an_entry_names_actor_and_act(ada: Person, operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.rename", at=now()) as act:
        Person.objects.filter(pk=ada.pk).update(name="Ada King")

    entry = entries_of(ada).get()
    assert (entry.actor, entry.act) == (operator.label, act)


def test_an_entry_without_an_act_has_none(ada: Person, operator: Account) -> None:
    with labelled(operator.label):
        Person.objects.filter(pk=ada.pk).update(name="Ada King")

    assert entries_of(ada).get().act is None


def test_an_entry_carries_the_time_of_the_database_in_utc(ada: Person, given: Given) -> None:
    before = now()

    with given():
        Person.objects.filter(pk=ada.pk).update(name="Ada King")

    # SQLite's clock gives milliseconds.
    recorded_at = entries_of(ada).get().recorded_at
    assert -0.001 <= (recorded_at - before).total_seconds() <= 60


def test_a_save_that_changes_nothing_leaves_no_entry(ada: Person, given: Given) -> None:
    with given():
        ada.save()

    assert not entries_of(ada).exists()


def test_a_bulk_update_leaves_an_entry_for_each_row(given: Given) -> None:
    with given():
        Person.objects.bulk_create([Person(name=str(number)) for number in range(100)])
        Person.objects.update(email="all@example.org")

    assert HistoryEntry.objects.filter(table="core_person", operation="U").count() == 100


def test_raw_statements_do_not_escape_the_history(ada: Person, given: Given) -> None:
    with given():
        execute("UPDATE core_person SET name = 'Ada King' WHERE id = %s", ada.pk)
        execute("DELETE FROM core_person WHERE id = %s", ada.pk)

    assert [entry.operation for entry in entries_of(ada)] == ["D", "U"]


@pytest.mark.sqlite
def test_a_replaced_row_does_not_escape_the_history(ada: Person, given: Given) -> None:
    with given():
        execute(
            "INSERT OR REPLACE INTO core_person (id, version, name, email, source, external_id)"
            " VALUES (%s, 1, 'Eve', '', '', '')",
            ada.pk,
        )

    assert entries_of(ada).get().before["name"] == "Ada"


def test_masked_columns_are_named_without_their_values(operator: Account) -> None:
    with labelled(operator.label):
        Account.objects.filter(pk=operator.pk).update(password="secret")  # noqa: S106 — no real one

    entry = entries_of(operator).get()
    assert (entry.before, entry.after) == ({"password": "***"}, {"password": "***"})


def test_a_removed_row_has_its_masked_columns_masked(given: Given) -> None:
    with given():
        account = Account.objects.create(username="ada", password="secret")  # noqa: S106 — no real one
        Account.objects.filter(pk=account.pk).delete()

    entry = HistoryEntry.objects.get(table="core_account", row=str(account.pk))
    assert entry.before["password"] == "***"  # noqa: S105 — that is the mask


def test_entries_come_newest_first_with_their_acts_in_one_query(
    ada: Person, operator: Account, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for name in ("Ada King", "Ada Lovelace"):
        with acting(actor=operator, verb_name=f"tests.{name}", at=now(), reason="married"):
            Person.objects.filter(pk=ada.pk).update(name=name)

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django gives a callable
        told = [(e.act.verb, e.act.reason) for e in entries_of(ada) if e.act]

    assert told == [("tests.Ada Lovelace", "married"), ("tests.Ada King", "married")]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO core_person (version, name, email, external_id) VALUES (1, 'Eve', '', '')",
        "UPDATE core_person SET name = 'Eve'",
        "DELETE FROM core_person",
        "INSERT INTO core_announcement (topic, payload, at) VALUES ('x', '{}', '2016-01-01')",
    ],
)
@pytest.mark.usefixtures("ada")
def test_a_write_without_an_actor_is_refused(statement: str) -> None:
    with pytest.raises(IntegrityError, match="quarterdeck: a write without an actor"):
        execute(statement)


@pytest.mark.parametrize("table", ["core_act", "core_announcement", "core_historyentry"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_facts_are_neither_changed_nor_removed(
    ada: Person, operator: Account, table: str, change: str
) -> None:
    with acting(actor=operator, verb_name="tests.announce", at=now()):
        Announcement.objects.create(topic="news", payload={}, at=now())
        ada.delete()

    refused = pytest.raises(IntegrityError, match=f"{table} is append-only")
    with labelled(operator.label), refused, transaction.atomic():
        execute(change.format(table))


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("table", "why"), [("core_act", "is append-only"), ("core_person", "is not truncated")]
)
def test_tables_are_not_truncated(given: Given, table: str, why: str) -> None:
    with given(), pytest.raises(IntegrityError, match=f"{table} {why}"), transaction.atomic():
        execute(f"TRUNCATE {table} CASCADE")


def test_an_act_carries_its_own_actor(operator: Account) -> None:
    act = Act.objects.create(verb="tests.act", actor=operator.label, at=now())

    assert Act.objects.get(verb="tests.act") == act


def test_scratch_tables_ask_for_no_actor() -> None:
    mark = EvidenceMark.objects.create(domain="tests", month="2016-03-01")

    assert EvidenceMark.objects.get(domain="tests") == mark


def test_the_built_in_rows_have_no_history() -> None:
    assert HistoryEntry.objects.count() == 0


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO core_unit (version, name, path) VALUES (1, 'Eve', '')",
        "UPDATE core_unit SET name = 'Eve'",
        "DELETE FROM core_unit",
        "INSERT INTO core_announcement (topic, payload, at) VALUES ('x', '{}', '2016-01-01')",
        "INSERT INTO core_act (verb, actor, at, subject, reason) VALUES ('x', 'y', 'z', '', '')",
        "INSERT INTO core_historyentry (table_name, row_key, operation) VALUES ('x', '1', 'U')",
    ],
)
def test_a_foreign_client_cannot_write(fresh_database_url: str, statement: str) -> None:
    path = Path(fresh_database_url.removeprefix("sqlite:///"))
    foreign = sqlite3.connect(path)

    with pytest.raises(sqlite3.OperationalError, match="no such function: quarterdeck_"):
        foreign.execute(statement)

    foreign.close()


@pytest.mark.postgresql
def test_the_history_is_written_by_the_database_alone(given: Given) -> None:
    refused = pytest.raises(IntegrityError, match="written by the database alone")

    with given(), refused, transaction.atomic():
        execute(
            "INSERT INTO core_historyentry (table_name, row_key, operation, actor, recorded_at)"
            " VALUES ('core_unit', '1', 'U', 'operator', now())"
        )


@pytest.mark.postgresql
def test_a_foreign_time_zone_does_not_reach_the_history(given: Given) -> None:
    with given():
        unit = Unit.objects.create(name="Berlin")
        execute("SET LOCAL TimeZone TO 'Europe/Berlin'")
        Unit.objects.filter(pk=unit.pk).update(name="Wien")
        with connection.cursor() as cursor:
            cursor.execute("SHOW TimeZone")
            zone = cursor.fetchone()

    assert zone == ("Europe/Berlin",)
