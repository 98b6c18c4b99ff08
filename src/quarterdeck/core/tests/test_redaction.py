"""What a law wants gone is gone from the record and its history, and the seals stay whole."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from quarterdeck.core.acts import labelled
from quarterdeck.core.directory import add_person
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.history.entries import entries_of
from quarterdeck.core.history.triggers import remove
from quarterdeck.core.models import Account, Act, HistoryEntry, Person, Redaction, Seal
from quarterdeck.core.redaction import redact, redactable
from quarterdeck.core.sealing import seal_rows, verify
from quarterdeck.core.tests.test_sealing import tamper
from quarterdeck.kernels.erasing import REDACTED

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
LAW = "GDPR, Art. 17"


def renamed(person: Person, **values: Any) -> None:
    with labelled("operator"):
        Person.objects.filter(pk=person.pk).update(**values)


def gone(person: Person, actor: Account, *columns: str) -> int:
    return redact(row=person, columns=columns or ("name",), reason=LAW, actor=actor, at=AT)


@pytest.fixture
def person(operator: Account) -> Person:
    """Somebody who has had three names; the first change is sealed, the second is not."""
    found = add_person(name="Irma Alder", email="irma@example.org", actor=operator, at=AT)
    renamed(found, name="Irma Birch")
    seal_rows(actor=operator, at=AT)
    renamed(found, name="Irma Cedar")
    return found


def everything_held() -> str:
    """Every text of every row that the history, the acts and the directory hold."""
    rows = [*Person.objects.values(), *HistoryEntry.objects.values(), *Act.objects.values()]
    return str([*rows, *Redaction.objects.values()])


def test_a_name_is_gone_from_the_record_and_from_every_copy(
    person: Person, operator: Account
) -> None:
    gone(person, operator, "name", "email")

    held = everything_held()
    person.refresh_from_db()
    assert (person.name, person.email) == (REDACTED, "")
    assert [word for word in ("Irma", "Alder", "Birch", "Cedar", "irma@") if word in held] == []


def test_the_history_says_that_it_was_redacted_by_whom_and_why(
    person: Person, operator: Account
) -> None:
    gone(person, operator)

    newest, second, first = entries_of(person)
    assert newest.act is not None
    assert (newest.act.reason, newest.actor) == (LAW, operator.label)
    both = {"name": REDACTED}
    assert [(e.before, e.after) for e in (second, first)] == [(both, both), (both, both)]


def test_the_chain_holds_before_and_after_the_rest_is_sealed(
    person: Person, operator: Account
) -> None:
    before = verify()
    rows = gone(person, operator)

    after = verify()
    seal_rows(actor=operator, at=AT)
    last = verify()

    # Two changes and the one that the redaction itself is; one of them was sealed before.
    assert rows == 3
    assert (after.fault, after.redacted, after.last_digest) == ("", 1, before.last_digest)
    assert (last.fault, last.redacted) == ("", 3)


def test_a_row_that_is_redacted_twice_is_held_to_the_last_time(
    person: Person, operator: Account
) -> None:
    gone(person, operator)
    renamed(person, name="Irma Dogwood", email="")
    gone(person, operator, "name", "email")
    seal_rows(actor=operator, at=AT)

    assert (verify().fault, "Dogwood" in everything_held()) == ("", False)


def test_a_redacted_row_that_is_changed_later_is_named(person: Person, operator: Account) -> None:
    gone(person, operator)
    victim = HistoryEntry.objects.order_by("pk")[0].pk
    tamper("UPDATE core_historyentry SET actor = 'account:9' WHERE id = %s", victim)

    assert verify().fault == f"core.historyentry {victim} was changed after it was redacted."


def test_a_salt_that_goes_without_a_redaction_is_named(person: Person) -> None:
    assert person.name
    seal = Seal.objects.get(noun="core.historyentry")
    entries = bytes(seal.entries)
    victim = int.from_bytes(entries[:8], "big")
    without_salt = entries[:8] + bytes(16) + entries[24:]
    remove(connection)
    Seal.objects.filter(pk=seal.pk).update(entries=without_salt)

    told = f"core.historyentry {victim} lost its salt, and nothing says that it was redacted."
    assert verify().fault == told


def test_another_row_changed_beside_a_redacted_one_is_still_named(
    person: Person, operator: Account
) -> None:
    other = add_person(name="Jo Elm", actor=operator, at=AT)
    renamed(other, name="Jo Fir")
    seal_rows(actor=operator, at=AT)
    gone(person, operator)
    victim = entries_of(other)[0].pk
    tamper("UPDATE core_historyentry SET actor = 'account:9' WHERE id = %s", victim)

    assert verify().fault == f"core.historyentry {victim} was changed."


def test_a_fact_is_emptied_in_its_place(operator: Account) -> None:
    with labelled("operator"):
        act = Act.objects.create(verb="t", actor="operator", at=AT, reason="Irma asked for it")
    seal_rows(actor=operator, at=AT)

    redact(row=act, columns=["reason"], reason=LAW, actor=operator, at=AT)

    act.refresh_from_db()
    assert (act.reason, act.verb, verify().fault) == (REDACTED, "t", "")


def test_what_was_removed_is_redacted_in_its_history(person: Person, operator: Account) -> None:
    key = person.pk
    with labelled("operator"):
        person.delete()

    redact(row=Person(pk=key), columns=["name"], reason=LAW, actor=operator, at=AT)

    assert (HistoryEntry.objects.filter(before__name=REDACTED).count(), verify().fault) == (3, "")


@pytest.mark.parametrize(
    ("columns", "reason"), [(["name"], " "), ([], LAW), (["version"], LAW), (["nothing"], LAW)]
)
def test_a_redaction_says_why_and_of_what_somebody_wrote(
    person: Person, operator: Account, columns: list[str], reason: str
) -> None:
    with pytest.raises(Invalid):
        redact(row=person, columns=columns, reason=reason, actor=operator, at=AT)


def test_only_administrators_redact(person: Person) -> None:
    with labelled("operator"):
        other = Account.objects.create(username="nobody")

    with pytest.raises(Refused, match="may not redact"):
        gone(person, other)


def test_outside_of_a_redaction_nothing_changes_what_is_append_only(
    person: Person, operator: Account
) -> None:
    gone(person, operator)

    with pytest.raises(IntegrityError, match="append-only"), labelled("operator"):
        HistoryEntry.objects.update(actor="somebody")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        HistoryEntry.objects.all().delete()


def test_seals_and_redactions_are_never_redacted() -> None:
    assert (redactable(Seal), redactable(Redaction)) == ((), ())
