"""Who acts: known to the database for as long as the block runs, and no longer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from quarterdeck.core.acts import (
    Repeated,
    acting,
    current_act,
    current_actor,
    labelled,
    migrating,
    verb,
    verbs,
)
from quarterdeck.core.errors import Refused
from quarterdeck.core.history import entries_of
from quarterdeck.core.models import Account, Act, Person
from quarterdeck.core.tests.fixtures import Given

AT = datetime(2016, 3, 1, 9, 30, tzinfo=UTC)
NOBODY = "quarterdeck: a write without an actor"


@verb
def rename(*, actor: Account, person: Person, name: str, at: datetime, reason: str = "") -> Person:
    """Give a person another name."""
    del actor, at, reason
    person.name = name
    person.save()
    return person


@verb
def refuse(*, person: Person, actor: Account, at: datetime) -> None:
    """Change a row, then decline."""
    del actor, at
    person.name = "Nobody"
    person.save()
    raise Refused("We would rather not.")


@verb
def rename_again(*, person: Person, actor: Account, at: datetime) -> Person:
    """Change a row, then find that it was asked before."""
    del actor, at
    person.name = "Nobody"
    person.save()
    raise Repeated(person)


@contextmanager
def refused_without_an_actor() -> Iterator[None]:
    with pytest.raises(IntegrityError, match=NOBODY), transaction.atomic():
        yield


@pytest.fixture
def ada(given: Given) -> Person:
    with given():
        return Person.objects.create(name="Ada")


@pytest.mark.django_db
def test_a_verb_records_who_did_what_to_which_record_when_and_why(
    ada: Person, operator: Account
) -> None:
    rename(actor=operator, name="Ada King", person=ada, at=AT, reason="married")

    act = Act.objects.get()
    assert (act.verb, act.actor) == (
        f"{__name__.removeprefix('quarterdeck.')}.rename",
        operator.label,
    )
    assert (act.subject, act.at, act.reason) == (f"core.person:{ada.pk}", AT, "married")


@pytest.mark.django_db
def test_what_a_verb_changes_points_at_its_act(ada: Person, operator: Account) -> None:
    rename(actor=operator, person=ada, name="Ada King", at=AT)

    assert entries_of(ada).get().act == Act.objects.get()


@pytest.mark.django_db
def test_a_verb_that_declines_leaves_nothing(ada: Person, operator: Account) -> None:
    with pytest.raises(Refused):
        refuse(person=ada, actor=operator, at=AT)

    assert (Act.objects.count(), entries_of(ada).count()) == (0, 0)


@pytest.mark.django_db
def test_a_verb_that_was_asked_before_answers_and_leaves_nothing(
    ada: Person, operator: Account
) -> None:
    answer = rename_again(person=ada, actor=operator, at=AT)

    assert answer == ada
    assert (Act.objects.count(), entries_of(ada).count()) == (0, 0)


def test_a_verb_is_known_by_its_dotted_name() -> None:
    assert verbs()[f"{__name__.removeprefix('quarterdeck.')}.rename"] is rename


@pytest.mark.django_db
def test_nobody_acts_after_the_block(operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.act", at=AT):
        Person.objects.create(name="Ada")

    with refused_without_an_actor():
        Person.objects.create(name="Eve")


@pytest.mark.django_db
def test_nobody_acts_after_a_block_that_failed(operator: Account) -> None:
    with pytest.raises(Refused), acting(actor=operator, verb_name="tests.act", at=AT):
        raise Refused("no")

    with refused_without_an_actor():
        Person.objects.create(name="Eve")


@pytest.mark.django_db
def test_an_error_of_the_database_inside_a_block_comes_out_as_it_is(operator: Account) -> None:
    with (
        pytest.raises(IntegrityError, match=r"(?i)unique"),
        acting(actor=operator, verb_name="tests.act", at=AT),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE core_account SET username = 'same'")

    with refused_without_an_actor():
        Person.objects.create(name="Eve")


@pytest.mark.django_db
def test_the_outer_act_goes_on_after_an_inner_one(ada: Person, operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.outer", at=AT) as outer:
        with acting(actor=operator, verb_name="tests.inner", at=AT):
            Person.objects.filter(pk=ada.pk).update(name="inner")
        Person.objects.filter(pk=ada.pk).update(name="outer")

    assert entries_of(ada)[0].act == outer


@pytest.mark.django_db
def test_the_outer_act_goes_on_after_an_inner_one_that_failed(
    ada: Person, operator: Account
) -> None:
    with acting(actor=operator, verb_name="tests.outer", at=AT) as outer:
        with pytest.raises(Refused), acting(actor=operator, verb_name="tests.inner", at=AT):
            raise Refused("no")
        Person.objects.filter(pk=ada.pk).update(name="outer")

    assert [entry.act for entry in entries_of(ada)] == [outer]


@pytest.mark.django_db
def test_an_act_goes_on_after_a_savepoint_that_was_rolled_back(
    ada: Person, operator: Account
) -> None:
    with acting(actor=operator, verb_name="tests.act", at=AT) as act:
        with pytest.raises(Refused), transaction.atomic():
            raise Refused("no")
        Person.objects.filter(pk=ada.pk).update(name="after")

    assert [entry.act for entry in entries_of(ada)] == [act]


@pytest.mark.django_db
def test_a_rehearsed_act_can_be_taken_back(ada: Person, operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.rehearsal", at=AT):
        Person.objects.filter(pk=ada.pk).update(name="rehearsed")
        transaction.set_rollback(True)

    with refused_without_an_actor():
        Person.objects.create(name="Eve")


@pytest.mark.django_db(transaction=True)
def test_a_later_transaction_of_the_connection_does_not_inherit_the_actor(given: Given) -> None:
    with given():
        Person.objects.create(name="Ada")

    with refused_without_an_actor():
        Person.objects.create(name="Eve")


@pytest.mark.django_db(transaction=True)
def test_a_connection_taken_from_the_pool_again_does_not_inherit_the_actor(given: Given) -> None:
    with given():
        Person.objects.create(name="Ada")
    connection.close()

    with refused_without_an_actor():
        Person.objects.create(name="Eve")


@pytest.mark.django_db(transaction=True)
def test_nobody_acts_in_what_runs_after_the_commit(operator: Account) -> None:
    seen: list[str] = []

    with acting(actor=operator, verb_name="tests.act", at=AT):
        transaction.on_commit(lambda: seen.append(current_actor()))

    assert seen == [""]


@pytest.mark.django_db
def test_the_block_knows_its_actor_and_act(operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.act", at=AT) as act:
        known = (current_actor(), current_act())

    assert known == (operator.label, str(act.pk))


@pytest.mark.django_db
def test_a_label_alone_writes_no_act(operator: Account) -> None:
    with labelled(operator.label):
        Person.objects.create(name="Ada")

    assert not Act.objects.exists()


def test_migrations_never_look_like_a_person() -> None:
    with migrating():
        actor = current_actor()

    assert actor == "migration"
