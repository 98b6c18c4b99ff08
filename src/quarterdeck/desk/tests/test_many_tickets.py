"""Many tickets at once: one act on each, by its own rules, and what became of each is told."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from quarterdeck.core.models import Act
from quarterdeck.core.offered_acts import MOST_ACTS
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.ticket_details import change_priority
from quarterdeck.desk.verbs.tickets import resolve_ticket

pytestmark = pytest.mark.django_db

PATH = "/desk/tickets/"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        yield staffed_desk()


@pytest.fixture
def nils(desk: Desk) -> Client:
    client = Client()
    client.force_login(desk.nils)
    return client


def mark(ticket: Ticket) -> str:
    return f"{ticket.pk}:{ticket.version}"


def do(client: Client, chosen: list[Ticket], act: str, **given: Any) -> dict[str, tuple[str, str]]:
    """Do an act on tickets, and return what the page tells: the result and why, by number."""
    selection = ",".join(map(mark, chosen))
    answer = client.post(PATH, {"selection": selection, "act": act, **given})
    assert answer.status_code == 200
    return told(answer.content.decode())


def told(page: str) -> dict[str, tuple[str, str]]:
    cells = r"</a></th><td><b[^>]*>([^<]*)</b></td><td>(.*?)</td>"
    line = rf'<th scope="row"><a [^>]*>(\S+)[^<]*{cells}'
    return {number: (fate, unescape(why)) for number, fate, why in re.findall(line, page)}


def done(*chosen: Ticket) -> dict[str, tuple[str, str]]:
    return {ticket.number: ("changed", "") for ticket in chosen}


def test_each_ticket_gets_the_act_or_says_why_not(desk: Desk, nils: Client) -> None:
    mine, resolved, seen = opened(desk), opened(desk), opened(desk)
    others = opened(desk, by="omar", team=desk.workplace, requester=person("Nils"))
    resolve_ticket(
        ticket=resolved,
        version=resolved.version,
        resolution="Mended.",
        true_category="Printing",
        actor=account("nils"),
        at=MONDAY,
    )
    resolved.refresh_from_db()
    change_priority(
        ticket=seen, version=seen.version, impact=1, urgency=1, actor=account("vera"), at=MONDAY
    )

    since = "it is resolved since 2016-04-04 09:00 UTC"
    found = do(nils, [mine, resolved, seen, others], "prioritise", impact="2", urgency="1")

    assert found == {
        mine.number: ("changed", ""),
        resolved.number: (
            "refused",
            f"{resolved.number} cannot be prioritised: {since}, by Nils.",
        ),
        seen.number: ("conflict", "Somebody else has changed it meanwhile."),
        others.number: ("refused", "This is not yours to do: your roles do not reach it."),
    }
    mine.refresh_from_db()
    assert (mine.impact, mine.urgency, mine.priority) == (2, 1, 2)


@pytest.mark.parametrize(
    ("act", "given", "columns"),
    [
        ("recategorise", {"category": "Paper"}, {"category": "Paper"}),
        ("hold", {"pause_reason": "vendor"}, {"state": "on_hold", "pause_reason": "vendor"}),
        (
            "resolve",
            {"resolution": "New rollers.", "true_category": "Rollers"},
            {"state": "resolved", "true_category": "Rollers"},
        ),
        ("cancel", {"cancelled_as": "duplicate"}, {"cancelled_as": "duplicate"}),
        ("spam", {}, {"cancelled_as": "spam"}),
        ("tag", {"name": "rollers"}, {"tags__name": "rollers"}),
    ],
)
def test_an_act_is_done_on_all_that_were_chosen(
    act: str, given: dict[str, str], columns: dict[str, str], desk: Desk, nils: Client
) -> None:
    chosen = [opened(desk), opened(desk)]

    found = do(nils, chosen, act, **given)

    assert found == done(*chosen)
    assert list(Ticket.objects.filter(**columns).order_by("pk")) == chosen


def test_tickets_are_assigned_each_in_an_act_of_its_own(desk: Desk, nils: Client) -> None:
    chosen = [opened(desk), opened(desk)]
    vera = person("Vera")

    found = do(nils, chosen, "assign", team=str(desk.network.pk), assignee=str(vera.pk))

    assert found == done(*chosen)
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {vera.pk}
    acts = Act.objects.filter(verb="desk.tickets.assign_ticket").order_by("pk")
    assert [each.subject for each in acts] == [f"desk.ticket:{each.pk}" for each in chosen]


def test_naming_only_their_own_team_takes_tickets_from_nobody(desk: Desk, nils: Client) -> None:
    ticket = opened(desk)
    do(nils, [ticket], "assign", assignee=str(person("Nils").pk))
    ticket.refresh_from_db()

    found = do(nils, [ticket], "assign", team=str(desk.network.pk))

    ticket.refresh_from_db()
    assert found == {ticket.number: ("refused", f"{ticket.number} is with Network already.")}
    assert ticket.assignee == person("Nils")


def test_all_that_a_filter_finds_is_chosen_as_it_stands(desk: Desk, nils: Client) -> None:
    chosen = [opened(desk), opened(desk)]
    opened(desk, kind="request")

    asked = nils.post(f"{PATH}?kind=incident", {"all": "all"}).content.decode()

    selection = re.findall(r'name="selection" value="([^"]*)"', asked)
    assert set(selection) == {",".join(mark(each) for each in reversed(chosen))}
    assert "Change 2 tickets" in asked


def test_the_later_of_two_people_is_told_what_was_done_meanwhile(desk: Desk, nils: Client) -> None:
    chosen = [opened(desk), opened(desk)]
    vera = Client()
    vera.force_login(account("vera"))

    first = do(nils, chosen, "cancel", cancelled_as="mistake")
    second = do(vera, chosen, "resolve", resolution="Mended.", true_category="Printing")

    assert first == done(*chosen)
    assert {fate for fate, _ in second.values()} == {"refused"}
    assert set(Ticket.objects.values_list("state", flat=True)) == {"cancelled"}


def test_what_an_act_lacks_is_asked_again_and_nothing_is_done(desk: Desk, nils: Client) -> None:
    ticket = opened(desk)
    selection = mark(ticket)

    lacking = nils.post(PATH, {"selection": selection, "act": "resolve", "resolution": "Mended."})
    nobody = nils.post(PATH, {"selection": selection, "act": "assign"})
    unknown = nils.post(PATH, {"selection": selection, "act": "delete"})

    assert [each.status_code for each in (lacking, nobody, unknown)] == [422, 422, 400]
    assert "Fill in at least one of these." in nobody.content.decode()
    assert "Mended.</textarea>" in lacking.content.decode()
    assert Ticket.objects.get().state == "new"


def test_who_works_on_no_ticket_chooses_none(desk: Desk) -> None:
    ticket = opened(desk)
    mona = Client()
    mona.force_login(desk.mona)

    page = mona.get(PATH).content.decode()
    answer = mona.post(PATH, {"row": mark(ticket)})
    nothing = mona.post(PATH, {})

    assert (ticket.number in page, 'name="row"' in page) == (True, False)
    assert (answer.status_code, nothing.status_code) == (404, 302)


def test_more_than_can_be_done_at_once_is_refused_whole(desk: Desk, nils: Client) -> None:
    ticket = opened(desk)
    marks = [mark(ticket), *(f"{10**9 + number}:1" for number in range(MOST_ACTS))]

    answer = nils.post(PATH, {"selection": ",".join(marks), "act": "spam"})

    assert answer.status_code == 409
    assert f"At most {MOST_ACTS} at once" in answer.content.decode()
    assert Ticket.objects.get().state == "new"
