"""Programs read how a ticket went and what was promised for it, as far as they may."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from quarterdeck.config.api import ticket_past
from quarterdeck.config.tests.tokens import Program
from quarterdeck.core.models import Account
from quarterdeck.desk.tests.promised import RESOLUTION, promised
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.tickets import hold_ticket, take_ticket

TICKETS = "/api/v1/desk/tickets"
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with time_machine.travel(MONDAY, tick=False):
        yield staffed_desk()


def test_the_course_of_a_ticket_is_told_in_its_order(desk: Desk) -> None:
    ticket = opened(desk)
    hour = timedelta(hours=1)
    words = {"actor": desk.nils, "ticket": ticket}
    taken = take_ticket(**words, version=ticket.version, at=MONDAY + hour)  # type: ignore[arg-type]  # the words fit
    hold_ticket(
        ticket=taken,
        version=taken.version,
        pause_reason="vendor",
        actor=desk.nils,
        at=MONDAY + 2 * hour,
    )

    status, told = Program(desk.nils).get(f"{TICKETS}/{ticket.pk}/state-changes")

    names = ("at", "state", "pause_reason", "team", "assignee", "is_by_hand")
    assert status == 200
    assert [tuple(each[name] for name in names) for each in told["items"]] == [
        ("2016-04-04T09:00:00Z", "new", "", "Network", "", True),
        ("2016-04-04T10:00:00Z", "assigned", "", "Network", "Nils", True),
        ("2016-04-04T11:00:00Z", "on_hold", "vendor", "Network", "Nils", True),
    ]
    assert told["after"] is None


def test_what_is_long_is_told_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = opened(desk)
    take_ticket(ticket=ticket, version=ticket.version, actor=desk.nils, at=MONDAY)
    monkeypatch.setattr(ticket_past, "MOST", 1)
    program, address = Program(desk.nils), f"{TICKETS}/{ticket.pk}/state-changes"

    _, first = program.get(address)
    _, rest = program.get(address, after=first["after"])

    states = [[each["state"] for each in told["items"]] for told in (first, rest)]
    assert (states, rest["after"]) == ([["new"], ["assigned"]], None)


def test_a_requester_reads_what_is_promised_to_them_and_not_by_teams(
    desk: Desk, operator: Account
) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    ticket = opened(desk)

    told = {
        name: Program(account(name)).get(f"{TICKETS}/{ticket.pk}/clocks")
        for name in ("nils", "mona", "omar")
    }

    assert {name: status for name, (status, _) in told.items()} == {
        "nils": 200,
        "mona": 200,
        "omar": 404,
    }
    clocks = told["mona"][1]["items"]
    assert [(each["metric"], each["due_at"], each["outcome"]) for each in clocks] == [
        ("resolution", "2016-04-05T11:00:00Z", "running")
    ]


def test_what_is_asked_otherwise_is_refused(desk: Desk) -> None:
    ticket, program = opened(desk), Program(desk.nils)

    asked: list[dict[str, object]] = [{"after": "x"}, {"since": 1}, {"after": 2**63}]
    found = [program.get(f"{TICKETS}/{ticket.pk}/state-changes", **each)[0] for each in asked]

    assert found == [422, 422, 422]
