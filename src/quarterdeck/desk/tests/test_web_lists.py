"""The list of tickets: who sees which, what narrows it, and what it costs."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.acts import acting
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.web_cast import NOON, Desk, add_tickets, open_desk
from quarterdeck.desk.vocabulary import TicketState
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.django_db

PATH = "/desk/tickets/"
PART = {"HX-Request": "true", "HX-Target": "div#list"}


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def ada(client: Client, desk: Desk) -> Client:
    """A browser in which the administrator has signed in."""
    client.force_login(desk.ada)
    return client


def numbers(client: Client, **asked: Any) -> list[str]:
    """The ticket numbers that a list shows, from top to bottom."""
    text = client.get(PATH, asked).content.decode()
    return re.findall(r"<th><a href=\d+/>([^<]*)</a>", text)


def test_the_newest_ticket_stands_first(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 3)

    assert numbers(ada) == ["INC3", "INC2", "INC1"]


def test_the_order_can_be_turned_round(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 3)

    assert numbers(ada, sort="reversed") == ["INC1", "INC2", "INC3"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "on_hold"}, ["INC3"]),
        ({"state": ["on_hold", "in_progress"]}, ["INC3", "INC2", "INC1"]),
        ({"state": "nonsense"}, ["INC4", "INC3", "INC2", "INC1"]),
        ({"priority": "1"}, ["INC4"]),
        ({"view": "open"}, ["INC3", "INC2", "INC1"]),
        ({"view": "delete"}, ["INC4", "INC3", "INC2", "INC1"]),
        ({"q": "INC2"}, ["INC2"]),
        ({"q": "inc"}, ["INC4", "INC3", "INC2", "INC1"]),
        ({"q": "%"}, []),
        (
            {"opened_at_from": "2016-03-29", "opened_at_until": "2016-03-29"},
            ["INC4", "INC3", "INC2", "INC1"],
        ),
        ({"opened_at_from": "2016-03-30"}, []),
        ({"opened_at_until": "no day"}, ["INC4", "INC3", "INC2", "INC1"]),
        ({"team": "9999999999999999999999"}, ["INC4", "INC3", "INC2", "INC1"]),
    ],
)
def test_the_list_narrows_by_what_is_asked(
    ada: Client, desk: Desk, asked: dict[str, Any], found: list[str]
) -> None:
    add_tickets(desk, 2)
    add_tickets(desk, 1, state=TicketState.ON_HOLD)
    add_tickets(desk, 1, state=TicketState.CLOSED, ended_at=NOON, priority=1)

    assert numbers(ada, **asked) == found


def test_days_are_those_of_the_readers_zone(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 3)
    # INC3 was opened at 15:00 UTC, which is midnight in Tokyo.
    ada.cookies["zone"] = "Asia/Tokyo"

    assert numbers(ada, opened_at_from="2016-03-30") == ["INC3"]


def test_a_technician_sees_the_tickets_of_the_team(client: Client, desk: Desk) -> None:
    add_tickets(desk, 1)
    add_tickets(desk, 1, team=desk.workplace)
    client.force_login(desk.nils)

    assert numbers(client) == ["INC1"]


def test_a_requester_sees_the_own_tickets(client: Client, desk: Desk) -> None:
    add_tickets(desk, 1)
    add_tickets(desk, 1, requester=desk.mona.person)
    client.force_login(desk.mona)

    assert numbers(client) == ["INC2"]


def test_a_technician_lists_all_that_they_may_see_once(client: Client, desk: Desk) -> None:
    add_tickets(desk, 2)
    add_tickets(desk, 1, team=desk.workplace)
    add_tickets(desk, 1, team=None)
    add_tickets(desk, 1, team=desk.workplace, opened_by=desk.nils)
    add_tickets(desk, 1, team=None, opened_by=desk.nils)
    client.force_login(desk.nils)

    assert numbers(client) == ["INC6", "INC5", "INC4", "INC2", "INC1"]


def test_a_filter_does_not_lead_to_what_is_invisible(client: Client, desk: Desk) -> None:
    add_tickets(desk, 1, team=desk.workplace)
    client.force_login(desk.nils)

    assert numbers(client, team=desk.workplace.pk, q="INC") == []


def test_a_withdrawn_batch_takes_its_tickets_off_the_list(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 1)
    with acting(actor=desk.operator, verb_name="test.withdraw", at=NOON):
        ImportBatch.objects.filter(pk=desk.batch.pk).update(state=BatchState.WITHDRAWN)

    assert numbers(ada) == []


def test_fifty_tickets_fill_a_page_and_the_rest_the_next(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 51)
    text = ada.get(PATH).content.decode()
    after = re.findall(r'id="next" rel="next" href="[^"]*after=([^"&]*)"', text)

    assert numbers(ada, after=after[0]) == ["INC1"]


def test_a_malformed_cursor_is_a_bad_request(ada: Client) -> None:
    assert ada.get(PATH, {"after": "nonsense"}).status_code == 400


def test_an_empty_list_says_what_to_do_next(ada: Client) -> None:
    assert "Import the log of the tool" in ada.get(PATH).content.decode()


def test_a_list_without_matches_offers_the_whole(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 1)

    assert "Nothing matches" in ada.get(PATH, {"q": "XYZ"}).content.decode()


def test_htmx_gets_the_list_alone_and_its_address(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 1)

    answer = ada.get(PATH, {"state": "in_progress", "q": "", "view": ""}, headers=PART)

    assert (answer.content[:27], answer.headers["HX-Push-Url"]) == (
        b'<div class="q-list" id="lis',
        "/desk/tickets/?state=in_progress",
    )


def test_a_page_from_the_browsers_history_is_whole(ada: Client) -> None:
    answer = ada.get(PATH, headers={**PART, "HX-History-Restore-Request": "true"})

    assert answer.content.startswith(b"<!doctype html>")


def test_markup_in_a_title_stays_text(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 1, title='<script>alert("1")</script>')

    assert "<script>alert" not in ada.get(PATH).content.decode()


@pytest.mark.parametrize("amount", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_for_three(
    ada: Client, desk: Desk, amount: int
) -> None:
    add_tickets(desk, amount)
    ada.get(PATH)

    with CaptureQueriesContext(connection) as queries:
        ada.get(PATH)

    # Session, account, roles, organisation; what the reader kept; the rows and their count; which
    # of them are major incidents. The options of a filter are asked for when its menu is opened.
    assert len(queries) == 9


def test_a_menu_brings_its_options_when_it_is_opened(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 1)
    opening = {"HX-Request": "true", "HX-Target": "fieldset"}

    closed = ada.get(PATH, {"state": "on_hold"}).content.decode()
    opened = ada.get(PATH, {"state": "on_hold", "choose": "state"}, headers=opening)

    assert re.findall(r'name=state value="(\w+)"( checked)?', closed) == [("on_hold", " checked")]
    options = re.findall(r'name=state value="(\w+)"( checked)?', opened.content.decode())
    assert dict(options) == dict.fromkeys(TicketState.values, "") | {"on_hold": " checked"}


def test_a_menu_can_be_opened_without_scripts(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 1)

    text = ada.get(PATH, {"choose": "state"}).content.decode()

    assert set(re.findall(r'name=state value="(\w+)"', text)) == set(TicketState.values)


def test_a_menu_that_no_list_has_is_not_found(ada: Client) -> None:
    opening = {"HX-Request": "true", "HX-Target": "fieldset"}

    assert ada.get(PATH, {"choose": "nonsense"}, headers=opening).status_code == 404


@pytest.mark.parametrize("path", ["/services/services/", "/office/import-batches/"])
def test_the_other_lists_open(ada: Client, path: str) -> None:
    assert ada.get(path).status_code == 200


def test_a_ticket_of_which_little_is_known_is_listed_too(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 1, service=None, team=None, priority=None, title="")

    assert numbers(ada) == ["INC1"]


@pytest.mark.parametrize(("name", "offered"), [("ada", True), ("nils", False)])
def test_a_list_offers_only_what_the_reader_may_do(
    client: Client, desk: Desk, name: str, *, offered: bool
) -> None:
    client.force_login(getattr(desk, name))

    text = client.get("/office/import-batches/").content.decode()

    assert ("Import a file" in text) == offered


def test_a_ticket_without_a_title_is_known_by_what_else_its_source_says(
    ada: Client, desk: Desk
) -> None:
    add_tickets(desk, 4)
    told = {
        "INC4": {"title": "No paper", "category": "Printing"},
        "INC3": {"title": "", "category": "Printing & scanning"},
        "INC2": {"title": "", "category": "", "service_name": "Payroll"},
        "INC1": {"title": "", "category": "", "service_name": ""},
    }
    with acting(actor=desk.ada, verb_name="tests.titles", at=NOON):
        for number, values in told.items():
            Ticket.objects.filter(number=number).update(**values)

    text = ada.get(PATH, {"columns": "number,title"}).content.decode()

    after = {number: text.split(f">{number}</a><td>")[1] for number in told}
    assert {number: re.split(r"<td|<tr|</tbody", cell)[0] for number, cell in after.items()} == {
        "INC4": "No paper",
        "INC3": "<span class=q-quiet>Printing &amp; scanning</span>",
        "INC2": "<span class=q-quiet>Payroll</span>",
        "INC1": "<span class=q-quiet>Incident</span>",
    }
