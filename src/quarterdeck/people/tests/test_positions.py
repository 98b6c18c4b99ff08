"""Positions and their holders are seen by HR, by the manager of the line, and by oneself."""

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.people.models import ClassVersion, Incumbency, Position
from quarterdeck.people.tests.house import (
    AT,
    JANUARY,
    House,
    approved,
    confirm_doubtful,
    drafted,
    open_house,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return open_house()


@pytest.fixture
def version(house: House) -> ClassVersion:
    draft = drafted(house.iris)
    confirm_doubtful(draft, house.iris)
    return approved(draft, house.iris)


@pytest.fixture
def held(house: House, version: ClassVersion) -> dict[str, Incumbency]:
    """Ben and Cyd are harbour masters of one unit; Ben reports to Iris."""
    return {account.username: hold(account, house, version) for account in (house.ben, house.cyd)}


def hold(account: Account, house: House, version: ClassVersion) -> Incumbency:
    with acting(actor=house.operator, verb_name="tests.hold", at=AT):
        position = Position.objects.create(
            title=f"Seat of {account.person}",
            unit=house.unit,
            job_class=version.job_class,
            valid_from=JANUARY,
        )
        assert account.person is not None
        return Incumbency.objects.create(
            position=position, person=account.person, valid_from=JANUARY
        )


SEEN = {
    "hal": {"ben", "cyd"},
    "iris": {"ben"},
    "ben": {"ben"},
    "cyd": {"cyd"},
}


@pytest.mark.parametrize("reader", SEEN)
def test_who_holds_what_is_seen_by_hr_the_line_and_oneself(
    held: dict[str, Incumbency], reader: str
) -> None:
    user = Account.objects.get(username=reader)

    visible = set(Incumbency.objects.visible_to(user).values_list("pk", flat=True))

    assert {name for name, each in held.items() if each.pk in visible} == SEEN[reader]


@pytest.mark.parametrize("reader", SEEN)
def test_a_position_is_seen_by_whoever_sees_its_holder(
    held: dict[str, Incumbency], reader: str
) -> None:
    user = Account.objects.get(username=reader)

    visible = set(Position.objects.visible_to(user).values_list("pk", flat=True))

    assert {name for name, each in held.items() if each.position_id in visible} == SEEN[reader]


def test_a_line_is_followed_all_the_way_down(house: House, held: dict[str, Incumbency]) -> None:
    with acting(actor=house.operator, verb_name="tests.reorganise", at=AT):
        cyd, ben = house.cyd.person, house.ben.person
        assert cyd is not None
        cyd.reports_to = ben
        cyd.save()

    visible = Incumbency.objects.visible_to(Account.objects.get(username="iris"))

    assert set(visible) == set(held.values())


@pytest.mark.usefixtures("held")
def test_reporting_to_somebody_without_a_leading_role_opens_nothing(house: House) -> None:
    """Access does not follow the line alone: the superior must also lead by role."""
    with acting(actor=house.operator, verb_name="tests.demote", at=AT):
        RoleAssignment.objects.filter(account=house.iris).update(role=Role.TECHNICIAN)

    visible = Incumbency.objects.visible_to(Account.objects.get(username="iris"))

    assert list(visible) == []
