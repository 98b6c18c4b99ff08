"""Services are added by those who keep the list."""

from datetime import UTC, datetime

import pytest

from quarterdeck.core.directory import add_account, add_person
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.office.models import Calendar
from quarterdeck.services.models import Service
from quarterdeck.services.verbs.services import add_service

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Account:
    """An administrator: the built-in actor of the command line."""
    return Account.objects.get(username="operator")


def test_a_service_has_a_name_an_owner_and_agreed_hours(keeper: Account) -> None:
    owner = add_person(name="Ada Birchall", actor=keeper, at=AT)
    hours = Calendar.objects.get(key="standard")

    add_service(name="Email", owner=owner, agreed_hours=hours, actor=keeper, at=AT)

    stored = Service.objects.get()
    assert (stored.name, stored.owner, stored.agreed_hours) == ("Email", owner, hours)


@pytest.mark.parametrize("name", ["Email", " "], ids=["taken", "empty"])
def test_a_service_has_a_name_of_its_own(keeper: Account, name: str) -> None:
    add_service(name="Email", actor=keeper, at=AT)

    with pytest.raises(Refused):
        add_service(name=name, actor=keeper, at=AT)


def test_others_add_no_service(keeper: Account) -> None:
    other = add_account(username="ada", actor=keeper, at=AT)

    with pytest.raises(Refused, match="You may not change the list of services"):
        add_service(name="Email", actor=other, at=AT)
