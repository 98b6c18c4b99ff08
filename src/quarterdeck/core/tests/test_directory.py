"""Administrators and IT managers keep the directory; nobody else does."""

from datetime import UTC, datetime

import pytest

from quarterdeck.core.directory import (
    add_account,
    add_person,
    appoint_manager,
    assign_role,
    found_team,
    found_unit,
    join_team,
    rename_unit,
)
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Act, Person, RoleAssignment, Team, Unit
from quarterdeck.core.vocabulary import Role

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough phrase"  # noqa: S105 — opens nothing

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Account:
    """An administrator: the built-in actor of the command line."""
    return Account.objects.get(username="operator")


@pytest.fixture
def root() -> Unit:
    """The organisation's own unit."""
    return Unit.objects.get(parent=None)


def account_with(role: Role, keeper: Account) -> Account:
    """Add an account that holds one role."""
    account = add_account(username=role.value, actor=keeper, at=AT)
    assign_role(account=account, role=role, actor=keeper, at=AT)
    return account


def test_a_unit_is_found_below_its_parent(keeper: Account, root: Unit) -> None:
    outer = found_unit(name="Department", parent=root, actor=keeper, at=AT)
    inner = found_unit(name="Desk", parent=outer, actor=keeper, at=AT)

    assert list(Unit.objects.below(outer).order_by("pk")) == [outer, inner]


def test_two_units_under_one_parent_have_different_names(keeper: Account, root: Unit) -> None:
    found_unit(name="Department", parent=root, actor=keeper, at=AT)

    with pytest.raises(Refused, match="has a unit “Department” already"):
        found_unit(name="Department", parent=root, actor=keeper, at=AT)


def test_a_unit_needs_a_name(keeper: Account, root: Unit) -> None:
    with pytest.raises(Refused, match="name:"):
        found_unit(name="", parent=root, actor=keeper, at=AT)


def test_a_renamed_unit_keeps_its_place_in_the_tree(keeper: Account, root: Unit) -> None:
    unit = found_unit(name="Department", parent=root, actor=keeper, at=AT)

    rename_unit(unit=unit, name="IT", actor=keeper, at=AT)

    assert list(Unit.objects.below(root).values_list("name", flat=True)) == [root.name, "IT"]


def test_a_unit_gets_a_manager(keeper: Account, root: Unit) -> None:
    person = add_person(name="Ada Birchall", actor=keeper, at=AT)

    appoint_manager(unit=root, person=person, actor=keeper, at=AT)

    assert list(person.manages.all()) == [root]


def test_a_person_joins_a_team_once(keeper: Account, root: Unit) -> None:
    person = add_person(name="Ada Birchall", unit=root, actor=keeper, at=AT)
    team = found_team(name="Network", unit=root, lead=person, actor=keeper, at=AT)
    join_team(person=person, team=team, actor=keeper, at=AT)

    with pytest.raises(Refused, match="Ada Birchall is in Network already"):
        join_team(person=person, team=team, actor=keeper, at=AT)


def test_two_teams_have_different_names(keeper: Account, root: Unit) -> None:
    found_team(name="Network", unit=root, actor=keeper, at=AT)

    with pytest.raises(Refused, match="There is a team “Network” already"):
        found_team(name="Network", unit=root, actor=keeper, at=AT)


def test_a_mail_address_must_be_one(keeper: Account) -> None:
    with pytest.raises(Refused, match="email:"):
        add_person(name="Ada Birchall", email="at home", actor=keeper, at=AT)


def test_an_external_id_belongs_to_one_person(keeper: Account) -> None:
    add_person(name="Ada Birchall", external_id="7", actor=keeper, at=AT)

    with pytest.raises(Refused, match="external id “7”"):
        add_person(name="Bilal Eklund", external_id="7", actor=keeper, at=AT)


def test_an_account_signs_in_with_its_password(keeper: Account) -> None:
    account = add_account(username="ada", password=PASSWORD, actor=keeper, at=AT)

    assert Account.objects.get(pk=account.pk).check_password(PASSWORD)


def test_an_account_without_a_password_lets_nobody_in(keeper: Account) -> None:
    account = add_account(username="ada", actor=keeper, at=AT)

    assert (account.has_usable_password(), account.check_password("")) == (False, False)


def test_a_weak_password_is_refused(keeper: Account) -> None:
    with pytest.raises(Refused, match="too short"):
        add_account(username="ada", password="secret", actor=keeper, at=AT)  # noqa: S106 — refused


def test_user_names_differ_by_more_than_case(keeper: Account) -> None:
    add_account(username="ada", actor=keeper, at=AT)

    with pytest.raises(Refused, match="There is an account “Ada” already"):
        add_account(username="Ada", actor=keeper, at=AT)


def test_a_person_has_one_account(keeper: Account) -> None:
    person = add_person(name="Ada Birchall", actor=keeper, at=AT)
    add_account(username="ada", person=person, actor=keeper, at=AT)

    with pytest.raises(Refused, match="Ada Birchall has an account already"):
        add_account(username="birchall", person=person, actor=keeper, at=AT)


def test_a_role_is_given_once(keeper: Account) -> None:
    account = account_with(Role.AUDITOR, keeper)

    with pytest.raises(Refused, match="is auditor there already"):
        assign_role(account=account, role=Role.AUDITOR, actor=keeper, at=AT)


def test_a_role_is_not_for_a_unit_and_a_team_at_once(keeper: Account, root: Unit) -> None:
    account = add_account(username="ada", actor=keeper, at=AT)
    team = found_team(name="Network", unit=root, actor=keeper, at=AT)

    with pytest.raises(Refused, match="not for both"):
        assign_role(account=account, role=Role.TEAM_LEAD, unit=root, team=team, actor=keeper, at=AT)


def test_an_it_manager_gives_roles_away(keeper: Account) -> None:
    manager = account_with(Role.IT_MANAGER, keeper)
    account = add_account(username="ada", actor=manager, at=AT)

    assign_role(account=account, role=Role.TECHNICIAN, actor=manager, at=AT)

    assert RoleAssignment.objects.of(account).get().role == Role.TECHNICIAN


def test_an_it_manager_makes_no_administrator(keeper: Account) -> None:
    manager = account_with(Role.IT_MANAGER, keeper)

    with pytest.raises(Refused, match="You may not make anybody administrator"):
        assign_role(account=manager, role=Role.ADMINISTRATOR, actor=manager, at=AT)


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.ADMINISTRATOR, Role.IT_MANAGER}]
)
def test_other_roles_change_nothing_in_the_directory(
    keeper: Account, root: Unit, role: Role
) -> None:
    other = account_with(role, keeper)
    person = add_person(name="Ada Birchall", actor=keeper, at=AT)
    team = found_team(name="Network", unit=root, actor=keeper, at=AT)
    attempts = (
        lambda: found_unit(name="Mine", parent=root, actor=other, at=AT),
        lambda: rename_unit(unit=root, name="Mine", actor=other, at=AT),
        lambda: appoint_manager(unit=root, person=person, actor=other, at=AT),
        lambda: found_team(name="Mine", unit=root, actor=other, at=AT),
        lambda: join_team(person=person, team=team, actor=other, at=AT),
        lambda: add_person(name="Mine", actor=other, at=AT),
        lambda: add_account(username="mine", actor=other, at=AT),
        lambda: assign_role(account=other, role=Role.AUDITOR, actor=other, at=AT),
    )
    before = Act.objects.count()

    for attempt in attempts:
        with pytest.raises(Refused, match="You may not"):
            attempt()

    left = Unit.objects.count(), Team.objects.count(), Person.objects.count(), Act.objects.count()
    assert left == (1, 1, 1, before)
