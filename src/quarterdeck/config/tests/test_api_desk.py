"""What programs write about tickets: who watches, time spent, and what is promised."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from quarterdeck.config.tests.cast import Cast, arrange_cast
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role, TokenScope
from quarterdeck.desk.models import Ticket, TicketWatcher, TimeEntry
from quarterdeck.office.models import Calendar

pytestmark = pytest.mark.django_db

WATCHERS, TIMES = "/api/v1/desk/watchers", "/api/v1/desk/time-entries"
POLICIES = "/api/v1/desk/service-level-policies"


class Program:
    """A program that acts for somebody of the cast."""

    def __init__(self, account: Account, scope: TokenScope = TokenScope.WRITE) -> None:
        self.client, self.token, self.account = Client(), bearer(account, scope), account

    def send(self, method: str, address: str, seen: str = "*", **values: Any) -> tuple[int, Any]:
        headers = {**self.token, **({"If-Match": seen} if seen else {})}
        body = json.dumps(values)
        answer = self.client.generic(method, address, body, "application/json", headers=headers)
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def cast(tmp_path: Path) -> Cast:
    return arrange_cast(tmp_path)


@pytest.fixture
def leader(cast: Cast) -> Program:
    return Program(cast.accounts[Role.ADMINISTRATOR])


def a_ticket(program: Program) -> Ticket:
    return Ticket.objects.visible_to(program.account).order_by("pk")[0]


def test_a_ticket_is_watched_for_oneself_and_for_another_and_no_longer(
    leader: Program, cast: Cast
) -> None:
    ticket, manager = a_ticket(leader), cast.accounts[Role.IT_MANAGER]

    own, first = leader.send("POST", WATCHERS, ticket=ticket.pk)
    again, same = leader.send("POST", WATCHERS, ticket=ticket.pk)
    other, second = leader.send("POST", WATCHERS, ticket=ticket.pk, account=manager.pk)
    unseen, _ = leader.send("POST", f"{WATCHERS}/{first['id']}/stop", seen="")
    stale, _ = leader.send("POST", f"{WATCHERS}/{first['id']}/stop", seen='"0.0"')
    stopped, told = leader.send("POST", f"{WATCHERS}/{second['id']}/stop")
    gone, _ = leader.send("POST", f"{WATCHERS}/{second['id']}/stop")

    assert (own, again, other, first["id"] == same["id"]) == (201, 201, 201, True)
    assert (unseen, stale, stopped, told["id"], gone) == (428, 412, 200, second["id"], 404)
    assert list(TicketWatcher.objects.filter(ticket=ticket).values_list("account", flat=True)) == [
        leader.account.pk
    ]


def test_nobody_lets_another_watch_or_ends_it_without_leading(cast: Cast, leader: Program) -> None:
    technician = Program(cast.accounts[Role.TECHNICIAN])
    ticket = a_ticket(technician)
    _, leaders = leader.send("POST", WATCHERS, ticket=ticket.pk)

    added, problem = technician.send("POST", WATCHERS, ticket=ticket.pk, account=leader.account.pk)
    ended, _ = technician.send("POST", f"{WATCHERS}/{leaders['id']}/stop")
    reader = Program(cast.accounts[Role.TECHNICIAN], TokenScope.READ)
    unscoped, _ = reader.send("POST", WATCHERS, ticket=ticket.pk)

    assert added in {409, 422}
    assert problem["status"] == added
    assert (ended, unscoped) == (403, 403)


def test_time_is_recorded_once_corrected_and_taken_back(leader: Program) -> None:
    ticket = a_ticket(leader)
    sent: dict[str, Any] = {
        "ticket": ticket.pk,
        "day": "2016-03-29",
        "minutes": 30,
        "activity": "diagnosis",
    }

    made, entry = leader.send("POST", TIMES, **sent, entry_key="one")
    _, twice = leader.send("POST", TIMES, **sent, entry_key="one")
    better: dict[str, Any] = {
        "day": "2016-03-28",
        "minutes": 45,
        "activity": "diagnosis",
        "note": "All of it",
    }
    corrected, right = leader.send("POST", f"{TIMES}/{entry['id']}/correct", instead=better)
    spent, _ = leader.send("POST", f"{TIMES}/{entry['id']}/correct")
    taken, _ = leader.send("POST", f"{TIMES}/{right['id']}/correct")
    much, problem = leader.send("POST", TIMES, **{**sent, "minutes": 1_441})

    assert (made, twice["id"] == entry["id"], corrected, spent, taken) == (
        *(201, True, 201, 409, 201),
    )
    assert (right["minutes"], right["replaces"]["id"]) == (45, entry["id"])
    assert (much, [each["pointer"] for each in problem["errors"]]) == (422, ["/minutes"])
    recorded = TimeEntry.objects.filter(ticket=ticket).order_by("pk")
    assert list(recorded.values_list("minutes", flat=True)) == [30, -30, 45, -45]


def terms(*hours: float, **given: Any) -> dict[str, Any]:
    calendar = Calendar.objects.order_by("pk")[0].pk
    targets = [
        {"metric": "resolution", "priority": place, "seconds": int(each * 3600)}
        for place, each in enumerate(hours, start=1)
    ]
    times = [{**each, "calendar": calendar} for each in targets]
    return {"valid_from": "2016-03-01", "targets": times, **given}


def test_a_service_level_is_promised_changed_and_read_by_its_versions(leader: Program) -> None:
    made, policy = leader.send(
        "POST",
        f"{POLICIES}/promise",
        name="Gold",
        agreement="ola",
        team=a_ticket(leader).team_id,
        terms=terms(4, 8),
    )
    seen = f'"{policy["id"]}.{policy["version"]}"'
    address = f"{POLICIES}/{policy['id']}/terms"

    changed, second = leader.send("POST", address, seen, **terms(2, pauses=["vendor"]))
    stale, _ = leader.send("POST", address, seen, **terms(1))
    _, told = leader.send("GET", address, "")

    assert (made, changed, second["number"], stale) == (201, 201, 2, 412)
    found = [
        (each["number"], each["pauses"], [time["seconds"] for time in each["targets"]])
        for each in told["items"]
    ]
    assert found == [(2, ["vendor"], [7_200]), (1, ["requester"], [14_400, 28_800])]


def test_a_promise_that_contradicts_itself_is_none(leader: Program, cast: Cast) -> None:
    twice = terms(4)
    twice["targets"] *= 2
    strange = terms(4)
    strange["targets"][0]["calendar"] = 10**9
    technician = Program(cast.accounts[Role.TECHNICIAN])

    answers = [
        leader.send("POST", f"{POLICIES}/promise", name="Twice", terms=twice),
        leader.send("POST", f"{POLICIES}/promise", name="Strange", terms=strange),
        leader.send("POST", f"{POLICIES}/promise", name="", terms=terms(4)),
        leader.send("POST", f"{POLICIES}/promise", name="No such team", team=10**9, terms=terms(4)),
        technician.send("POST", f"{POLICIES}/promise", name="Not mine", terms=terms(4)),
    ]

    told = [(status, [e["pointer"] for e in body.get("errors", [])]) for status, body in answers]
    assert told == [
        (422, ["/terms/targets"]),
        (422, ["/terms/targets"]),
        (422, ["/name"]),
        (422, ["/team"]),
        (403, []),
    ]
