"""A new installation says on the first page what it lacks, to those who can mend it."""

from datetime import UTC, datetime

import pytest

from quarterdeck.core.accounts import link_account
from quarterdeck.core.directory import add_account, add_person, assign_role, found_team
from quarterdeck.core.models import Account, Unit
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.core.waiting import told_by
from quarterdeck.office.models import Organisation
from quarterdeck.office.queries import first_steps
from quarterdeck.office.verbs.calendars import confirm_openings

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAME = "Name your organisation"
HOURS = "When does your desk work?"
YOURSELF = "Say who you are"
PEOPLE = "Add the people of your department"
TEAM = "Make a team, and put people into it"
ACCOUNTS = "Let your colleagues sign in"

pytestmark = pytest.mark.django_db


def account_of(role: Role, operator: Account) -> Account:
    account = add_account(username=role, actor=operator, at=AT)
    assign_role(account=account, role=role, actor=operator, at=AT)
    return account


def steps_of(account: Account) -> list[str]:
    steps = sorted(told_by([first_steps], account, AT), key=lambda step: -step.consequence)
    return [step.title for step in steps]


def test_the_first_administrator_is_told_what_an_empty_installation_lacks(
    operator: Account,
) -> None:
    administrator = account_of(Role.ADMINISTRATOR, operator)

    assert steps_of(administrator) == [NAME, HOURS, PEOPLE, TEAM, ACCOUNTS]


def test_whoever_is_alone_is_asked_who_they_are_once_there_are_people(
    operator: Account,
) -> None:
    administrator = account_of(Role.ADMINISTRATOR, operator)
    ada = add_person(name="Ada", actor=operator, at=AT)
    before = steps_of(administrator)

    link_account(account=administrator, person=ada, actor=administrator, at=AT)

    assert (before, steps_of(administrator)) == (
        [NAME, HOURS, YOURSELF, TEAM, ACCOUNTS],
        [NAME, HOURS, TEAM, ACCOUNTS],
    )


def test_what_is_there_is_asked_for_no_more(operator: Account, given: Given) -> None:
    administrator = account_of(Role.ADMINISTRATOR, operator)

    with given():
        Organisation.objects.update(name="Town of Brindlemere")
    confirm_openings(calendar=Organisation.objects.get().calendar, actor=administrator, at=AT)
    add_person(name="Ada", actor=operator, at=AT)
    found_team(name="Desk", unit=Unit.objects.get(), actor=operator, at=AT)
    account_of(Role.TECHNICIAN, operator)

    assert steps_of(administrator) == []


@pytest.mark.parametrize(
    ("role", "steps"), [(Role.IT_MANAGER, [NAME, HOURS, PEOPLE, TEAM]), (Role.TECHNICIAN, [])]
)
def test_nobody_is_told_what_is_not_theirs_to_do(
    role: Role, steps: list[str], operator: Account
) -> None:
    assert steps_of(account_of(role, operator)) == steps
