"""What programs write by the verbs that a record names: units, accounts and roles."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from quarterdeck.config.demo import cast as department
from quarterdeck.config.tests.cast import arrange_cast
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.models import Account, Act, Person, Unit
from quarterdeck.core.vocabulary import Role

pytestmark = pytest.mark.django_db

UNITS = "/api/v1/core/units"
ACCOUNTS = "/api/v1/core/accounts"
ROLES = "/api/v1/core/role-assignments"


class Program:
    """A program that acts for the administrator of the cast."""

    def __init__(self, folder: Path) -> None:
        self.client = Client()
        self.token = bearer(arrange_cast(folder).accounts[Role.ADMINISTRATOR])

    def send(self, method: str, address: str, seen: str = "*", **values: Any) -> tuple[int, Any]:
        headers = {**self.token, "If-Match": seen}
        body = json.dumps(values)
        answer = self.client.generic(method, address, body, "application/json", headers=headers)
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_a_unit_is_founded_and_moved_with_all_that_lies_below_it(program: Program) -> None:
    root, libraries = Unit.objects.get(parent=None), Unit.objects.get(name=department.LIBRARIES)
    manager = Person.objects.get(name=department.IT_MANAGER)

    _, archive = program.send("POST", UNITS, name="Archive", parent=root.pk, manager=manager.pk)
    _, maps = program.send("POST", UNITS, name="Maps", parent=archive["id"])
    status, moved = program.send("PATCH", f"{UNITS}/{archive['id']}", parent=libraries.pk)

    told = (status, moved["parent"]["title"], moved["manager"]["title"])
    assert told == (200, department.LIBRARIES, department.IT_MANAGER)
    assert Unit.objects.get(pk=maps["id"]).path.startswith(libraries.path)


def test_a_unit_is_moved_into_none_of_its_own_and_to_no_place_at_all(program: Program) -> None:
    root = Unit.objects.get(parent=None)
    _, archive = program.send("POST", UNITS, name="Archive", parent=root.pk)
    _, maps = program.send("POST", UNITS, name="Maps", parent=archive["id"])

    answers = [
        program.send("PATCH", f"{UNITS}/{archive['id']}", parent=maps["id"]),
        program.send("PATCH", f"{UNITS}/{archive['id']}", parent=None),
        program.send("POST", UNITS, name="Nowhere"),
        program.send("POST", UNITS, name="Nowhere", parent=None),
        program.send("POST", UNITS, name="Nowhere", parent=10**12),
    ]

    assert [status for status, _ in answers] == [409, 409, 422, 422, 422]


def test_a_unit_that_was_saved_meanwhile_is_not_changed(program: Program) -> None:
    _, unit = program.send("POST", UNITS, name="Archive", parent=Unit.objects.get(parent=None).pk)
    seen = f'"{unit["id"]}.{unit["version"]}"'

    first, _ = program.send("PATCH", f"{UNITS}/{unit['id']}", seen, name="Archives")
    second, _ = program.send("PATCH", f"{UNITS}/{unit['id']}", seen, name="Records")

    assert (first, second, Unit.objects.get(pk=unit["id"]).name) == (200, 412, "Archives")


def test_what_does_not_differ_is_no_act(program: Program) -> None:
    _, unit = program.send("POST", UNITS, name="Archive", parent=Unit.objects.get(parent=None).pk)
    before = Act.objects.count()

    status, told = program.send("PATCH", f"{UNITS}/{unit['id']}", name="Archive")

    assert (status, told["version"], Act.objects.count()) == (200, unit["version"], before)


def test_an_account_that_is_added_can_sign_in_nowhere_until_it_gets_a_password(
    program: Program,
) -> None:
    status, told = program.send("POST", ACCOUNTS, username="reporting")

    account = Account.objects.get(username="reporting")
    assert (status, account.has_usable_password()) == (201, False)
    assert "password" not in told


def test_an_account_is_locked_and_unlocked_but_not_the_last_administrator(
    program: Program,
) -> None:
    _, told = program.send("POST", ACCOUNTS, username="reporting")
    own = Account.objects.get(roles__role=Role.ADMINISTRATOR, is_builtin=False)

    locked, _ = program.send("PATCH", f"{ACCOUNTS}/{told['id']}", is_active=False)
    unlocked, then = program.send("PATCH", f"{ACCOUNTS}/{told['id']}", is_active=True)
    last, _ = program.send("PATCH", f"{ACCOUNTS}/{own.pk}", is_active=False)

    assert (locked, unlocked, then["is_active"], last) == (200, 200, True, 409)


def test_an_account_is_linked_to_a_person(program: Program) -> None:
    _, told = program.send("POST", ACCOUNTS, username="reporting")
    person = Person.objects.filter(account=None)[0]

    status, then = program.send("PATCH", f"{ACCOUNTS}/{told['id']}", person=person.pk)

    assert (status, then["person"]["title"]) == (200, person.name)


def test_a_role_is_given_once_and_for_a_unit_or_a_team(program: Program) -> None:
    account = Account.objects.get(roles__role=Role.REQUESTER)
    unit = Unit.objects.get(name=department.LIBRARIES)

    given = program.send("POST", ROLES, account=account.pk, role="technician", unit=unit.pk)
    again = program.send("POST", ROLES, account=account.pk, role="technician", unit=unit.pk)

    assert (given[0], given[1]["unit"]["title"], again[0]) == (201, department.LIBRARIES, 409)
