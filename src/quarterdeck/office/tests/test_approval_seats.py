"""An approval by a role goes on where the other holder of the role has left."""

from datetime import timedelta

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.jobs import follow_up_approvals
from quarterdeck.office.models import ApprovalRequest, OutgoingMail
from quarterdeck.office.tests.approval_cast import (
    MONDAY,
    House,
    account,
    asked,
    decided,
    delegated,
    found_house,
    person,
    step,
)
from quarterdeck.office.verbs.approval_seats import reseat_approvals
from quarterdeck.office.vocabulary import ApprovalVerdict

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(minutes=30)


@pytest.fixture
def house() -> House:
    """Rita holds the role too, and asks; Max, its other holder, would have to decide."""
    made = found_house()
    with acting(actor=made.operator, verb_name="test.role", at=MONDAY):
        RoleAssignment.objects.create(account=account("Rita"), role=Role.IT_MANAGER)
    step(made, "role:it_manager")
    return made


def leaves(house: House, name: str) -> None:
    with acting(actor=house.operator, verb_name="test.leaves", at=MONDAY):
        Account.objects.filter(username=name.lower()).update(is_active=False)


def reseated(house: House) -> int:
    return reseat_approvals(actor=house.operator, at=LATER)


def state(request: ApprovalRequest) -> str:
    return ApprovalRequest.objects.get(pk=request.pk).state


@pytest.mark.parametrize(
    ("verdict", "ends"),
    [(ApprovalVerdict.APPROVE, "approved"), (ApprovalVerdict.REJECT, "rejected")],
)
def test_the_line_manager_decides_where_the_other_holder_left(
    house: House, verdict: ApprovalVerdict, ends: str
) -> None:
    request = asked(house)
    leaves(house, "Max")

    done = reseated(house), reseated(house)
    told = OutgoingMail.objects.order_by("-pk")[0].recipient
    decided(request, "Lena", verdict)

    assert (done, told, state(request)) == ((1, 0), "lena@example.org", ends)


def test_whoever_stands_in_for_the_line_manager_decides_too(house: House) -> None:
    request = asked(house)
    leaves(house, "Max")
    delegated("Lena", "Olga")

    reseated(house)
    decision = decided(request, "Olga")

    assert (decision.for_whom, state(request)) == (person("Lena"), "approved")


def test_while_somebody_can_decide_nothing_changes(house: House) -> None:
    request = asked(house)

    assert reseated(house) == 0
    decided(request, "Max")
    assert state(request) == "approved"


def test_a_worker_looks_for_seats_that_nobody_can_fill(house: House) -> None:
    request = asked(house)
    leaves(house, "Max")
    with acting(actor=house.operator, verb_name="test.late", at=MONDAY):
        ApprovalRequest.objects.update(expires_at=MONDAY.replace(year=9000))

    follow_up_approvals.call()

    assert request.steps.get().seats.count() == 2
