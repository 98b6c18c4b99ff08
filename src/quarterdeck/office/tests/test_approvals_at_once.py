"""Two people decide at once, or one decides while the other withdraws: one of both counts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Announcement, RoleAssignment
from quarterdeck.core.tests.patience import PATIENCE
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import ApprovalRequest
from quarterdeck.office.tests.approval_cast import (
    MONDAY,
    account,
    asked,
    decided,
    delegated,
    found_house,
    step,
)
from quarterdeck.office.verbs.approval_seats import reseat_approvals
from quarterdeck.office.verbs.approvals import withdraw_approval

pytestmark = pytest.mark.usefixtures("fresh_database")


def both(*acts: Callable[[], object]) -> list[str]:
    """Do two things once both are ready, and say what came of them."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait(timeout=PATIENCE)
        try:
            act()
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(each.result() for each in [pool.submit(run, act) for act in acts])


def waiting(*approvers: str) -> ApprovalRequest:
    house = found_house()
    step(house, *approvers, quorum="any")
    return asked(house)


def again(request: ApprovalRequest) -> ApprovalRequest:
    """The request as somebody else has it before them."""
    return ApprovalRequest.objects.get(pk=request.pk)


def test_of_two_who_decide_at_once_one_does() -> None:
    request = waiting("Lena", "Olga")

    answers = both(lambda: decided(again(request), "Lena"), lambda: decided(again(request), "Olga"))

    ended = Announcement.objects.filter(topic="office.approval_ended").count()
    assert (answers, again(request).decisions.count(), ended) == (["done", "refused"], 1, 1)


def test_a_request_is_decided_or_withdrawn_and_not_both() -> None:
    request = waiting("Lena")

    answers = both(
        lambda: decided(again(request), "Lena"),
        lambda: withdraw_approval(request=again(request), actor=account("Rita"), at=MONDAY),
    )

    assert answers == ["done", "refused"]
    assert again(request).decisions.count() == (again(request).state == "approved")


def test_of_two_workers_who_look_for_stuck_seats_one_lets_a_seat_go_on() -> None:
    house = found_house()
    with acting(actor=house.operator, verb_name="test.role", at=MONDAY):
        RoleAssignment.objects.create(account=account("Rita"), role=Role.IT_MANAGER)
    step(house, "role:it_manager")
    request = asked(house)
    with acting(actor=house.operator, verb_name="test.leaves", at=MONDAY):
        Account.objects.filter(username="max").update(is_active=False)

    answers = both(*[lambda: reseat_approvals(actor=house.operator, at=MONDAY)] * 2)

    assert (answers, request.steps.get().seats.count()) == (["done", "done"], 2)


def test_two_delegations_at_once_close_no_circle() -> None:
    found_house()

    answers = both(lambda: delegated("Lena", "Olga"), lambda: delegated("Olga", "Lena"))

    assert answers == ["done", "refused"]
