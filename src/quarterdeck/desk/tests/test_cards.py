"""The cards of a board and a queue: what they tell is text, and their buttons do what they say."""

import re

import pytest
from django.test import Client

from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.tickets import Report, open_ticket

pytestmark = pytest.mark.django_db
PAGES = ("/desk/board", "/desk/unassigned")


def page_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_what_a_ticket_says_of_itself_is_text(client: Client, address: str) -> None:
    desk = staffed_desk()
    hostile = '<img src=x onerror="alert(1)">'
    report = Report(title=hostile, requester_name=f"{hostile}'", team=desk.network)
    open_ticket(report=report, actor=account("nils"), at=MONDAY)
    client.force_login(account("nils"))

    page = page_of(client, address)

    shown = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"
    assert (hostile in page, page.count(shown), f"{shown}&#x27;" in page) == (False, 2, True)


@pytest.mark.parametrize("address", PAGES)
def test_the_buttons_of_a_card_act_and_lead_back(client: Client, address: str) -> None:
    ticket = opened(staffed_desk())
    client.force_login(account("nils"))

    page = page_of(client, address)
    actions = re.findall(rf'action="(/desk/tickets/{ticket.pk}/act/\w+)"', page)
    back = re.findall(r'name="next" value="([^"]+)"', page)
    sent = client.post(actions[0], {"version": ticket.version, "next": back[0]})

    assert actions == [f"/desk/tickets/{ticket.pk}/act/{act}" for act in ("take", "start")]
    assert sent["Location"] == address
    assert Ticket.objects.get().assignee_name == "Nils"
