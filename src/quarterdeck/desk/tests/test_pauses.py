"""A ticket waits for somebody: for whom that is said, and what they are asked."""

from datetime import timedelta
from typing import Any

import pytest

from quarterdeck.desk.queries.own_tickets import stand_of
from quarterdeck.desk.queries.promises import PAUSES
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.tickets import hold_ticket
from quarterdeck.desk.vocabulary import PauseReason

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def words(by: str = "nils") -> dict[str, Any]:
    return {"actor": account(by), "at": LATER}


def test_a_ticket_waits_for_a_change(desk: Desk) -> None:
    ticket = opened(desk)

    held = hold_ticket(ticket=ticket, version=ticket.version, pause_reason="change", **words())

    assert (held.get_pause_reason_display(), stand_of(held).words) == (
        "Waiting for a change",
        "Waits for a planned change",
    )


def test_a_promise_may_name_every_reason_to_wait_but_an_approval() -> None:
    assert set(PAUSES) == set(PauseReason) - {PauseReason.NONE, PauseReason.APPROVAL}
