"""Services are added and changed by the generic verbs of any record."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from quarterdeck.core.acts import labelled
from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.directory import add_account, add_person
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.history.entries import entries_of
from quarterdeck.core.models import Account, Act
from quarterdeck.core.records import record_of
from quarterdeck.office.models import Calendar
from quarterdeck.services.models import Service

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def email(operator: Account) -> Service:
    """A service that the operator has added."""
    return add(operator, name="Email")


def add(actor: Account, **values: Any) -> Service:
    row = add_record(record=record_of(Service), values=values, actor=actor, at=AT)
    assert isinstance(row, Service)
    return row


def change(actor: Account, row: Service, version: int, **values: Any) -> Service:
    changed = change_record(
        record=record_of(Service), row=row, version=version, values=values, actor=actor, at=AT
    )
    assert isinstance(changed, Service)
    return changed


def errors_of(actor: Account, values: Mapping[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refusal:
        add(actor, **values)
    return refusal.value.errors


def test_a_foreign_key_takes_a_row_or_its_key(operator: Account) -> None:
    owner = add_person(name="Ada Birchall", actor=operator, at=AT)
    hours = Calendar.objects.get(key="standard")

    add(operator, name="Email", owner=owner, agreed_hours=str(hours.pk))

    stored = Service.objects.get()
    assert (stored.owner, stored.agreed_hours, stored.version) == (owner, hours, 1)


def test_a_change_stores_what_differs_and_the_next_version(
    operator: Account, email: Service
) -> None:
    change(operator, email, 1, name="Email", description="Mail boxes and lists")

    stored, entry = Service.objects.get(), entries_of(email)[0]
    assert (stored.description, stored.version) == ("Mail boxes and lists", 2)
    assert entry.after == {"description": "Mail boxes and lists", "version": 2}


def test_the_history_names_the_act_after_the_noun(operator: Account, email: Service) -> None:
    change(operator, email, 1, name="Mail")

    act = entries_of(email)[0].act
    assert act is not None
    assert (act.verb, act.subject) == ("services.change_service", f"services.service:{email.pk}")


def test_a_change_to_the_same_writes_nothing(operator: Account, email: Service) -> None:
    before = Act.objects.count()

    change(operator, email, 1, name="Email", owner=None)

    assert (Service.objects.get().version, Act.objects.count()) == (1, before)


def test_who_saves_second_is_told_and_overwrites_nothing(operator: Account, email: Service) -> None:
    change(operator, email, 1, name="Mail")

    with pytest.raises(Conflict, match="Somebody else has changed “Mail”") as conflict:
        change(operator, email, 1, name="Post")

    assert (conflict.value.present.name, Service.objects.get().name) == ("Mail", "Mail")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": ""}, {"name": ["This field cannot be blank."]}),
        ({"name": "Email"}, {"name": ["Service with this Name already exists."]}),
        (
            {"name": "x" * 201},
            {"name": ["Ensure this value has at most 200 characters (it has 201)."]},
        ),
        ({"name": "Chat", "owner": 999_999}, {"owner": ["There is no such person."]}),
        ({"name": "Chat", "owner": "one"}, {"owner": ["There is no such person."]}),
        ({"name": "Chat", "version": 7}, {"version": ["This cannot be set."]}),
    ],
    ids=["empty", "taken", "too long", "leads nowhere", "no key", "not in the form"],
)
@pytest.mark.usefixtures("email")
def test_what_cannot_be_stored_is_told_by_field(
    operator: Account, values: Mapping[str, Any], expected: dict[str, list[str]]
) -> None:
    assert errors_of(operator, values) == expected


def test_who_does_not_keep_services_adds_and_changes_none(
    operator: Account, email: Service
) -> None:
    other = add_account(username="ada", actor=operator, at=AT)

    with pytest.raises(Refused, match="You may not add services"):
        add(other, name="Chat")
    with pytest.raises(Refused, match="You may not change “Email”"):
        change(other, email, 1, name="Chat")


def test_what_is_gone_cannot_be_changed(operator: Account, email: Service) -> None:
    with labelled(operator.label):
        Service.objects.filter(pk=email.pk).delete()

    with pytest.raises(Refused, match="There is no such service"):
        change(operator, email, 1, name="Chat")
