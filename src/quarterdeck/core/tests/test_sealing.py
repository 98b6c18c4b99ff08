"""Seals: what is committed is sealed once, and whatever is changed afterwards is named."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from quarterdeck.core.directory import add_person, rename_unit
from quarterdeck.core.history.triggers import remove
from quarterdeck.core.models import Account, Act, HistoryEntry, Seal, Unit
from quarterdeck.core.sealing import FIRST, seal_rows, sealed_models, verify

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)


def work(operator: Account, *names: str) -> None:
    """Leave acts, and an entry of the history for each name."""
    root = Unit.objects.get(parent=None)
    for name in names:
        rename_unit(unit=root, name=name, actor=operator, at=AT)


@pytest.fixture
def sealed(operator: Account) -> Account:
    """Some work, all of it sealed."""
    work(operator, "Brindlemere", "Brindlemere Town Council")
    seal_rows(actor=operator, at=AT)
    return operator


def tamper(statement: str, *values: str | int) -> None:
    """Do what somebody with the database in hands can: take the triggers away and write."""
    remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_everything_append_only_but_the_seals_is_sealed() -> None:
    names = {model._meta.label_lower for model in sealed_models()}

    wanted = {
        "core.act",
        "core.historyentry",
        "desk.statechange",
        "scorecard.closedreading",
        "scorecard.restatement",
    }
    assert (wanted - names, "core.seal" in names) == (set(), False)


def test_what_was_left_alone_is_found_whole(sealed: Account) -> None:  # noqa: ARG001 — it must be sealed
    found = verify()

    rows = sum(model._base_manager.count() for model in sealed_models())
    assert (found.fault, found.rows) == ("", rows)


def test_nothing_sealed_is_no_fault() -> None:
    assert (verify().fault, verify().last_digest) == ("", FIRST)


def test_a_second_run_seals_only_what_is_new(sealed: Account) -> None:
    idle = seal_rows(actor=sealed, at=AT + timedelta(minutes=10))
    add_person(name="Nkechi Baptiste", actor=sealed, at=AT)

    assert (idle, seal_rows(actor=sealed, at=AT + timedelta(minutes=20))) == (0, 1)


def test_each_seal_names_the_one_before_it(sealed: Account) -> None:
    work(sealed, "Once more")
    seal_rows(actor=sealed, at=AT)

    seals = list(Seal.objects.order_by("number"))
    assert [each.previous for each in seals] == [FIRST, *(each.digest for each in seals[:-1])]


def test_equal_rows_have_digests_that_tell_nothing(sealed: Account) -> None:  # noqa: ARG001 — it must be sealed
    entries = b"".join(bytes(each.entries) for each in Seal.objects.all())
    salts = [entries[start + 8 : start + 24] for start in range(0, len(entries), 56)]

    assert len(set(salts)) == len(salts)


def test_a_changed_act_is_named(sealed: Account) -> None:  # noqa: ARG001 — it must be sealed
    victim = Act.objects.order_by("pk")[0]
    tamper("UPDATE core_act SET actor = 'account:999' WHERE id = %s", victim.pk)

    assert verify().fault == f"core.act {victim.pk} was changed."


def test_a_changed_history_is_named(sealed: Account) -> None:  # noqa: ARG001 — it must be sealed
    victim = HistoryEntry.objects.order_by("pk")[0]
    tamper(
        "UPDATE core_historyentry SET row_before = %s WHERE id = %s", '{"name": "Else"}', victim.pk
    )

    assert verify().fault == f"core.historyentry {victim.pk} was changed."


def test_a_removed_row_is_named(sealed: Account) -> None:  # noqa: ARG001 — it must be sealed
    victim = HistoryEntry.objects.order_by("pk")[0]
    tamper("DELETE FROM core_historyentry WHERE id = %s", victim.pk)

    assert verify().fault == f"core.historyentry {victim.pk} is missing."


def test_a_row_that_was_slipped_in_is_named(operator: Account) -> None:
    """A key is free where a transaction was rolled back; somebody fills the gap later."""
    work(operator, "Brindlemere")
    last = Act.objects.order_by("-pk")[0].pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_act (id, verb, actor, at, subject, reason)"
            " SELECT id + 2, verb, actor, at, subject, reason FROM core_act WHERE id = %s",
            [last],
        )
    seal_rows(actor=operator, at=AT)
    tamper(
        "INSERT INTO core_act (id, verb, actor, at, subject, reason)"
        " SELECT id + 1, 'forged', actor, at, subject, reason FROM core_act WHERE id = %s",
        last,
    )

    assert verify().fault == f"core.act {last + 1} was slipped in."


def test_a_removed_seal_is_named(sealed: Account) -> None:
    work(sealed, "Once more")
    seal_rows(actor=sealed, at=AT)
    tamper("DELETE FROM core_seal WHERE number = 1")

    assert verify().fault == "Seal 1 is missing."


def test_a_row_and_its_seal_changed_together_break_the_chain(sealed: Account) -> None:  # noqa: ARG001 — it must be sealed
    first = Seal.objects.get(number=1)
    tamper("UPDATE core_seal SET digest = %s WHERE number = 1", "f" * 64)

    assert verify().fault == f"{first} was changed."


def test_what_is_not_sealed_yet_is_no_fault(sealed: Account) -> None:
    work(sealed, "Not sealed")

    assert verify().fault == ""
