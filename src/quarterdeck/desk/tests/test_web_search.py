"""The search page and the palette: what each reader finds, marked and escaped."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.core.models import Account
from quarterdeck.desk.records import tickets
from quarterdeck.desk.tests.web_cast import Desk, add_tickets, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def text_of(client: Client, reader: Account, address: str, **asked: Any) -> str:
    client.force_login(reader)
    return client.get(address, asked).content.decode()


def options(markup: str) -> list[str]:
    """The titles of the palette's entries, from top to bottom."""
    found = re.findall(r'<a class="q-palette-option".*?<span>(.*?)</span>', markup)
    return [re.sub("<[^>]*>", "", each) for each in found]


def test_hits_are_grouped_by_what_they_are(client: Client, desk: Desk) -> None:
    add_tickets(desk, 1, title="Mail is slow")

    text = text_of(client, desk.ada, "/search", q="mail")

    assert re.findall(r'<h2 id="found-\d">.*?</i> (\w+) <span class="q-quiet">(\d+)', text) == [
        ("Tickets", "1"),
        ("Services", "1"),
    ]


def test_words_are_marked_and_everything_else_is_escaped(client: Client, desk: Desk) -> None:
    add_tickets(desk, 1, title="<i>Printer</i>", description="A <b>printer</b> & more")

    text = text_of(client, desk.ada, "/search", q="<b>printer")

    assert "INC1 &lt;i&gt;<mark>Printer</mark>&lt;/i&gt;" in text
    assert "A &lt;<mark>b</mark>&gt;<mark>printer</mark>&lt;/<mark>b</mark>&gt; &amp; more" in text
    assert 'value="&lt;b&gt;printer"' in text


def test_more_hits_than_are_shown_lead_to_the_list(client: Client, desk: Desk) -> None:
    add_tickets(desk, 7, title="Printer")

    text = text_of(client, desk.ada, "/search", q="printer")

    assert text.count('<p class="q-hit-title">') == 5
    assert '<a href="/desk/tickets/?q=printer">Show all tickets</a>' in text


def test_counts_are_bounded(client: Client, desk: Desk) -> None:
    add_tickets(desk, 101, title="Printer")

    assert '<span class="q-quiet">100+</span>' in text_of(client, desk.ada, "/search", q="printer")


def test_what_one_may_not_see_is_not_there(client: Client, desk: Desk) -> None:
    add_tickets(desk, 1, title="Printer", team=desk.workplace)

    found = [
        "INC1" in text_of(client, reader, address, q="printer")
        for reader in (desk.ada, desk.nils)
        for address in ("/search", "/palette")
    ]

    assert found == [True, True, False, False]


@pytest.mark.parametrize("q", ["", "xyzzy", "%", "\x00", '"', "INC1 OR", "😀"])
def test_nothing_found_says_what_to_do(client: Client, desk: Desk, q: str) -> None:
    add_tickets(desk, 1)

    text = text_of(client, desk.ada, "/search", q=q)

    assert ("Nothing found" in text) is bool(q.strip("\x00"))
    assert '<p class="q-hit-title">' not in text


def test_a_number_leads_straight_to_its_ticket(client: Client, desk: Desk) -> None:
    ticket = add_tickets(desk, 1)[0]
    client.force_login(desk.ada)

    answer = client.get("/search", {"q": "inc1", "go": "1"})

    assert answer.headers["Location"] == reverse(tickets.detail_address, args=[ticket.pk])


def test_a_number_that_one_may_not_see_leads_nowhere(client: Client, desk: Desk) -> None:
    add_tickets(desk, 1, team=desk.workplace)
    client.force_login(desk.nils)

    answer = client.get("/search", {"q": "INC1", "go": "1"})

    assert answer.status_code == 200


def test_ranked_hits_can_be_asked_for(client: Client, desk: Desk) -> None:
    add_tickets(desk, 1, title="Printer")
    add_tickets(desk, 1, title="One printer among the many things of a long, long title")

    text = text_of(client, desk.ada, "/search", q="printer", order="best")

    assert text.index(">INC1 ") < text.index(">INC2 ")


@pytest.mark.parametrize("amount", [1, 3])
def test_the_page_takes_as_many_queries_however_many_hits(
    client: Client, desk: Desk, amount: int
) -> None:
    add_tickets(desk, amount, title="Printer")
    client.force_login(desk.ada)
    client.get("/search")

    with CaptureQueriesContext(connection) as captured:
        client.get("/search", {"q": "printer"})

    queries = [each["sql"] for each in captured.captured_queries]
    assert len([sql for sql in queries if not sql.startswith(("PRAGMA", "SET "))]) == 7, queries


def test_the_palette_offers_acts_and_pages(client: Client, desk: Desk) -> None:
    offered = options(text_of(client, desk.ada, "/palette"))

    assert offered[0] == "New ticket"
    assert {"Import a file", "New service", "Today", "Tickets", "Services"} <= set(offered)


def test_the_palette_offers_only_what_the_reader_may_do(client: Client, desk: Desk) -> None:
    offered = options(text_of(client, desk.mona, "/palette"))

    assert not {"New ticket", "Import a file", "New service", "My queue", "Tickets"} & set(offered)
    assert {"Today", "My tickets"} <= set(offered)


def test_the_palette_narrows_as_one_types(client: Client, desk: Desk) -> None:
    add_tickets(desk, 1, title="New keyboard")

    offered = options(text_of(client, desk.ada, "/palette", q="new t"))

    assert offered == [
        "New ticket",
        "New recurring ticket",
        "New team alias",
        "New team",
        "New team membership",
        "Search everything for “new t”",
    ]


def test_the_palette_finds_a_ticket_by_its_number(client: Client, desk: Desk) -> None:
    add_tickets(desk, 12)

    offered = options(text_of(client, desk.ada, "/palette", q="INC12"))

    assert offered == ["INC12 Case 12", "Search everything for “INC12”"]
