"""The pages on which services are added and changed, made from their record."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.models import Account, Person
from quarterdeck.core.records import record_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.services.models import Service
from quarterdeck.ui import forms

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADD = "/services/services/add"
LIST = "/services/services/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client, operator: Account) -> Client:
    """A browser in which an IT manager has signed in."""
    client.force_login(account(operator, "Maria Rossi", Role.IT_MANAGER))
    return client


@pytest.fixture
def email(operator: Account) -> Service:
    row = add_record(record=record_of(Service), values={"name": "Email"}, actor=operator, at=AT)
    assert isinstance(row, Service)
    return row


def account(operator: Account, name: str, role: Role) -> Account:
    person = add_person(name=name, actor=operator, at=AT)
    made = add_account(
        username=name.split(maxsplit=1)[0].lower(), person=person, actor=operator, at=AT
    )
    assign_role(account=made, role=role, actor=operator, at=AT)
    return made


def saved_by(actor: Account, row: Service, **values: Any) -> None:
    change_record(
        record=record_of(Service),
        row=row,
        version=Service.objects.get(pk=row.pk).version,
        values=values,
        actor=actor,
        at=AT,
    )


def sent(client: Client, address: str, **values: Any) -> HttpResponse:
    blank = {"name": "", "description": "", "owner": "", "agreed_hours": ""}
    return client.post(address, {**blank, **values})  # type: ignore[return-value]  # the test client wraps it


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_what_was_typed_is_added_and_shown(manager: Client) -> None:
    owner = Person.objects.get(name="Maria Rossi")

    answer = sent(manager, ADD, name="Email", owner=owner.pk)

    added = Service.objects.get()
    assert (answer.headers["Location"], added.owner) == (f"{LIST}{added.pk}/", owner)


@pytest.mark.usefixtures("email")
def test_errors_stand_beside_the_field_and_the_input_stays(manager: Client) -> None:
    answer = sent(manager, ADD, name="Email", description="Mail <boxes>")

    text = text_of(answer)
    shown = ("Service with this Name already exists.", "Mail &lt;boxes&gt;", 'aria-invalid="true"')
    assert (answer.status_code, [words for words in shown if words not in text]) == (422, [])


def test_a_form_may_be_opened_with_something_filled_in(manager: Client) -> None:
    text = text_of(manager.get(ADD, {"name": "Chat"}))  # type: ignore[arg-type]  # the test client wraps it

    assert 'name="name" value="Chat"' in text


def test_a_change_is_saved_at_the_version_that_was_seen(manager: Client, email: Service) -> None:
    sent(manager, f"{LIST}{email.pk}/change", version=1, name="Mail")

    assert Service.objects.values_list("name", "version").get() == ("Mail", 2)


def test_a_conflict_shows_both_and_who_saved_first(
    manager: Client, operator: Account, email: Service
) -> None:
    jonas = account(operator, "Jonas Weber", Role.ADMINISTRATOR)
    saved_by(jonas, email, description="Theirs")

    answer = sent(manager, f"{LIST}{email.pk}/change", version=1, name="Mail", description="Ours")

    text = text_of(answer)
    shown = ("Take theirs: Jonas Weber", "Theirs", "Ours</textarea>", 'value="Mail"')
    assert (answer.status_code, [words for words in shown if words not in text]) == (409, [])
    assert Service.objects.get().name == "Email"


def test_what_one_did_not_touch_is_kept_as_the_other_left_it(
    manager: Client, operator: Account, email: Service
) -> None:
    saved_by(operator, email, description="Theirs")

    text = text_of(sent(manager, f"{LIST}{email.pk}/change", version=1, name="Mail"))

    assert 'name="keep-description" value="theirs" checked' in text
    assert 'name="keep-name" value="mine" checked' in text


def test_each_field_is_kept_as_chosen(manager: Client, operator: Account, email: Service) -> None:
    saved_by(operator, email, name="Post", description="Theirs")
    typed = {"name": "Mail", "description": "Ours"}
    sent(manager, f"{LIST}{email.pk}/change", version=1, **typed)
    chosen = {"keep-name": "mine", "keep-description": "theirs"}

    sent(manager, f"{LIST}{email.pk}/change", version=2, **typed, **chosen)

    assert Service.objects.values_list("name", "description").get() == ("Mail", "Theirs")


def test_a_second_save_meanwhile_is_a_conflict_again(
    manager: Client, operator: Account, email: Service
) -> None:
    saved_by(operator, email, name="Post")
    saved_by(operator, email, name="Letters")

    answer = sent(
        manager, f"{LIST}{email.pk}/change", version=2, name="Mail", **{"keep-name": "mine"}
    )

    assert (answer.status_code, Service.objects.get().name) == (409, "Letters")


def test_who_may_not_keep_services_finds_neither_buttons_nor_pages(
    client: Client, operator: Account, email: Service
) -> None:
    client.force_login(account(operator, "Nils Berg", Role.TECHNICIAN))
    change = f"{LIST}{email.pk}/change"

    pages = client.get(LIST).content + client.get(f"{LIST}{email.pk}/").content

    assert [address for address in (ADD, change) if address.encode() in pages] == []
    assert {client.get(address).status_code for address in (ADD, change)} == {404}


def test_who_may_is_offered_both(manager: Client, email: Service) -> None:
    change = f"{LIST}{email.pk}/change"

    pages = manager.get(LIST).content + manager.get(f"{LIST}{email.pk}/").content

    assert [address for address in (ADD, change) if address.encode() not in pages] == []


@pytest.fixture
def many(operator: Account, monkeypatch: pytest.MonkeyPatch) -> list[Person]:
    """More people than a list of options has room for, two of one name."""
    monkeypatch.setattr(forms, "OPTION_LIMIT", 2)
    names = ("Ada Birchall", "Jo Same", "Jo Same")
    return [add_person(name=name, actor=operator, at=AT) for name in names]


def test_one_of_many_is_typed_by_name(manager: Client, many: list[Person]) -> None:
    sent(manager, ADD, name="Email", owner="ada birchall")

    assert Service.objects.get().owner == many[0]


def test_one_of_many_with_the_same_name_is_typed_by_key(
    manager: Client, many: list[Person]
) -> None:
    refused = text_of(sent(manager, ADD, name="Email", owner="Jo Same"))

    sent(manager, ADD, name="Email", owner=f"#{many[2].pk}")

    keys = f"type #{many[1].pk}, #{many[2].pk} for the one you mean"
    assert (keys in refused, Service.objects.get().owner) == (True, many[2])


def test_the_form_shows_one_of_many_by_name(
    manager: Client, operator: Account, email: Service, many: list[Person]
) -> None:
    saved_by(operator, email, owner=many[0])

    text = manager.get(f"{LIST}{email.pk}/change").content.decode()

    assert 'name="owner" value="Ada Birchall"' in text
