"""The list of tickets, narrowed by who works on them."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from quarterdeck.config.tests.tokens import bearer
from quarterdeck.desk.tests.escalation_cast import led_desk
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.tickets import assign_ticket

pytestmark = pytest.mark.django_db
PATH = "/desk/tickets/"


@pytest.fixture
def desk() -> Desk:
    """Nils works on the first ticket, Vera on the second, and nobody on the third."""
    found = staffed_desk()
    for name in ("Nils", "Vera", None):
        ticket = opened(found)
        if name:
            nils = account("nils")
            assign_ticket(
                ticket=ticket, version=ticket.version, assignee=person(name), actor=nils, at=MONDAY
            )
    return found


def page(client: Client, name: str, **asked: Any) -> str:
    client.force_login(account(name))
    return client.get(PATH, asked).content.decode()


def numbers(text: str) -> list[str]:
    return re.findall(r"<th><a href=\d+/>([^<]*)</a>", text)


@pytest.mark.usefixtures("desk")
def test_the_list_narrows_by_whoever_works_on_a_ticket(client: Client) -> None:
    nils, vera = person("Nils").pk, person("Vera").pk

    one = page(client, "nils", assignee=nils)
    both = page(client, "nils", assignee=[nils, vera])

    assert (numbers(one), numbers(both)) == (["T-000001"], ["T-000002", "T-000001"])
    assert "Assignee: <strong>Nils</strong>" in one


@pytest.mark.usefixtures("desk")
def test_only_those_who_work_in_a_team_are_offered(client: Client) -> None:
    offered = page(client, "nils", choose="assignee")

    names = re.findall(r'name=assignee value="\d+">([^<]+)<', offered)
    assert names == ["Nils", "Omar", "Vera"]


@pytest.mark.usefixtures("desk")
def test_whoever_only_asks_is_offered_none_and_finds_no_more_by_it(client: Client) -> None:
    omar = person("Omar").pk

    asked = page(client, "mona", assignee=person("Vera").pk)

    assert "?choose=assignee" not in page(client, "mona")
    assert numbers(asked) == ["T-000002"]
    assert numbers(page(client, "mona", assignee=omar)) == []


@pytest.mark.usefixtures("desk")
def test_a_program_asks_for_its_own_tickets(client: Client) -> None:
    headers = bearer(account("nils"))

    told = client.get("/api/v1/desk/tickets", {"assignee": person("Nils").pk}, headers=headers)

    assert [each["number"] for each in told.json()["items"]] == ["T-000001"]


def test_the_load_of_a_person_leads_to_what_it_counts(client: Client) -> None:
    desk = led_desk()
    for name in ("Nils", "Nils", "Vera", None):
        ticket = opened(desk)
        if name:
            assign_ticket(
                ticket=ticket,
                version=ticket.version,
                assignee=person(name),
                actor=account("vera"),
                at=MONDAY,
            )
    client.force_login(account("vera"))

    lead = client.get("/desk/lead").content.decode()
    address = re.findall(r'href="([^"]+)" aria-label="2 open, Nils">2</a>', lead)
    found = client.get(unescape(address[0])).content.decode()

    assert numbers(found) == ["T-000002", "T-000001"]
