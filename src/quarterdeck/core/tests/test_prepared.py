"""Questions whose statement is written once, and answered as a queryset would answer them."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.acts import acting
from quarterdeck.core.database import Among
from quarterdeck.core.directory import add_person, found_unit
from quarterdeck.core.models import Account, Act, Person, Unit
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.together import read_together

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, 30, 15, 250_000, tzinfo=UTC)


def _acts() -> QuerySet[Act, tuple[Any, ...]]:
    since = Act.objects.filter(at__gte=Slot("since"), verb=Slot("verb"))
    return since.order_by("pk").values_list("subject", "at")


def test_each_asking_is_answered_for_its_own_values(operator: Account) -> None:
    for hours, name in enumerate(("Harbour", "Library")):
        later = AT + timedelta(hours=hours)
        found_unit(name=name, parent=Unit.objects.get(parent=None), actor=operator, at=later)
    harbour, library = Unit.objects.filter(parent__isnull=False).order_by("pk")
    acts = Prepared(_acts)
    verb = "core.directory.found_unit"

    assert [at for _, at in acts.rows(since=AT, verb=verb)] == [AT, AT + timedelta(hours=1)]
    late = acts.rows(since=AT + timedelta(microseconds=1), verb=verb)
    assert [at for _, at in late] == [AT + timedelta(hours=1)]
    assert acts.rows(since=AT, verb="core.directory.close_unit") == []
    among = Prepared(lambda: Unit.objects.filter(Among("pk", Slot("keys"))).values_list("name"))
    assert among.rows(keys=f"[{library.pk}]") == [("Library",)]
    assert among.finds(keys=f"[{harbour.pk}]")
    assert not among.finds(keys="[]")


def test_records_come_with_what_leads_from_them(operator: Account) -> None:
    root = Unit.objects.get()
    for name in ("Harbour", "Library"):
        found_unit(name=name, parent=root, actor=operator, at=AT)
    asked = Unit.objects.select_related("parent")
    units = Prepared(lambda: asked.filter(name=Slot("name")))

    (harbour,) = units.records(name="Harbour")
    (library,) = units.records(name="Library")

    with CaptureQueriesContext(connection) as questions:
        assert [(each.name, each.parent) for each in (harbour, library)] == [
            ("Harbour", root),
            ("Library", root),
        ]
    assert len(questions) == 0
    assert harbour == Unit.objects.get(name="Harbour")
    assert vars(Unit.objects.get(name="Harbour")).keys() == vars(harbour).keys()
    assert units.records(name="Harbor") == []


def test_the_queryset_is_made_once_and_each_asking_is_one_question() -> None:
    made = []

    def asked() -> QuerySet[Act, tuple[Any, ...]]:
        made.append(1)
        return _acts()

    acts = Prepared(asked)
    with CaptureQueriesContext(connection) as questions:
        for _ in range(3):
            acts.rows(since=AT, verb="none")

    assert (len(made), len(questions)) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_by_its_own_connection(operator: Account) -> None:
    acts = Prepared(lambda: Act.objects.filter(at=Slot("at")).values_list("at"))
    found_unit(name="Harbour", parent=Unit.objects.get(), actor=operator, at=AT)
    answers = [acts.rows(at=AT)]

    def ask() -> None:
        try:
            answers.append(acts.rows(at=AT))
        finally:
            connection.close()

    other = threading.Thread(target=ask)
    other.start()
    other.join()

    assert answers == [[(AT,)], [(AT,)]]


def test_it_is_read_beside_others_each_time_with_its_own_values(operator: Account) -> None:
    root = Unit.objects.get()
    for hours, name in enumerate(("Harbour", "Library")):
        found_unit(name=name, parent=root, actor=operator, at=AT + timedelta(hours=hours))
    named = Prepared(lambda: Unit.objects.filter(name=Slot("name")).select_related("parent"))
    acts = Prepared(_acts)
    verb = "core.directory.found_unit"
    others = Unit.objects.filter(parent__isnull=True)
    late = AT + timedelta(minutes=1)
    first, second = named.posed(name="Harbour"), named.posed(name="Library")
    since = acts.posed(since=late, verb=verb)

    with CaptureQueriesContext(connection) as questions:
        read_together([first, others, second, since])
        found = [(each.name, each.parent) for rows in (second, first) for each in rows]
        instants = [at for _, at in since]
        again = [each.name for each in first], list(others)

    assert found == [("Library", root), ("Harbour", root)]
    assert instants == [AT + timedelta(hours=1)]
    assert (again, len(questions)) == ((["Harbour"], [root]), 1)
    # Whoever did not wait for others has it asked alone.
    assert [each.name for each in named.posed(name="Library")] == ["Library"]


def test_days_are_given_as_they_are_kept(operator: Account) -> None:
    person = add_person(name="Nkechi Baptiste", actor=operator, at=AT)
    with acting(actor=operator, verb_name="tests.leave", at=AT):
        Person.objects.filter(pk=person.pk).update(ends_on=date(2026, 6, 15))
    left = Prepared(lambda: Person.objects.filter(ends_on__lte=Slot("day")).values_list("ends_on"))

    assert left.rows(day=date(2026, 6, 14)) == []
    assert left.rows(day=date(2026, 6, 15)) == [(date(2026, 6, 15),)]
    assert list(left.posed(day=date(2026, 6, 15))) == [(date(2026, 6, 15),)]
