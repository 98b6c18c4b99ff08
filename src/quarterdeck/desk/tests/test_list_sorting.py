"""Lists are sorted by any column that is shown, where few rows are found."""

import csv
import re
from io import StringIO

import pytest
from django.test import Client

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Person
from quarterdeck.desk.tests.web_cast import NOON, Desk, add_tickets, open_desk
from quarterdeck.desk.vocabulary import TicketState

pytestmark = pytest.mark.django_db
PATH = "/desk/tickets/"


@pytest.fixture
def desk() -> Desk:
    """INC1 to INC4, of different priorities, states and teams; the last has neither."""
    found = open_desk()
    rows = (
        {"priority": 3, "state": TicketState.CLOSED, "ended_at": NOON, "title": "beta"},
        {"priority": 1, "state": TicketState.NEW, "title": "Alpha", "team": found.workplace},
        {"priority": 2, "state": TicketState.IN_PROGRESS, "title": "gamma"},
        {"priority": None, "state": TicketState.ON_HOLD, "title": "", "team": None},
    )
    for row in rows:
        add_tickets(found, 1, **row)
    return found


@pytest.fixture
def ada(client: Client, desk: Desk) -> Client:
    client.force_login(desk.ada)
    return client


def page(client: Client, **asked: str) -> str:
    return client.get(PATH, asked).content.decode()


def numbers(client: Client, **asked: str) -> list[int]:
    return [int(each) for each in re.findall(r"<th><a href=\d+/>INC(\d+)", page(client, **asked))]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("priority", [2, 3, 1, 4]),
        ("-priority", [1, 3, 2, 4]),
        # As the life of a ticket goes, and not by the alphabet.
        ("state", [2, 3, 4, 1]),
        # By the name of the team; of equals the newest first.
        ("team", [3, 1, 2, 4]),
        ("-team", [2, 3, 1, 4]),
        # Capitals make no difference, and what is blank comes last.
        ("title", [2, 1, 3, 4]),
        ("-title", [3, 1, 2, 4]),
        ("opened_at", [1, 2, 3, 4]),
    ],
)
def test_a_list_is_sorted_by_a_column_and_what_has_no_value_comes_last(
    ada: Client, sort: str, expected: list[int]
) -> None:
    assert numbers(ada, sort=sort) == expected


@pytest.mark.parametrize("sort", ["team_due_at", "description", "version", "nothing", "-", "id__x"])
def test_what_withholds_or_is_no_column_sorts_nothing(ada: Client, sort: str) -> None:
    assert numbers(ada, sort=sort) == [4, 3, 2, 1]


def test_the_header_tells_the_order_and_leads_to_its_reverse(ada: Client) -> None:
    shown = page(ada, sort="priority", state="new")

    (header,) = re.findall(r'<th scope=col[^>]* aria-sort=(\w+)><a href="([^"]+)"', shown)
    assert header == ("ascending", "?sort=-priority&amp;state=new")
    # The column whose index serves the list leads back to the usual order.
    assert '<th scope=col><a href="?state=new">' in shown


def test_filters_and_saved_addresses_keep_the_order(ada: Client) -> None:
    shown = page(ada, sort="-priority")

    assert '<input type="hidden" name="sort" value="-priority" form="filters">' in shown
    assert numbers(ada, sort="-priority", view="open") == [3, 2, 4]


def test_a_file_has_the_rows_in_the_same_order(ada: Client) -> None:
    answer = ada.get(PATH, {"sort": "priority", "format": "csv"})

    rows = list(csv.reader(StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["INC2", "INC3", "INC1", "INC4"]


def test_pages_of_a_sorted_list_meet_every_row_once(ada: Client, desk: Desk) -> None:
    add_tickets(desk, 116)
    seen, asked = numbers(ada, sort="-title"), {"sort": "-title"}
    following = re.search(r'id="next"[^>]*href="[^"]*after=(\d+)', page(ada, **asked))
    while following:
        seen += numbers(ada, after=following[1], **asked)
        shown = page(ada, after=following[1], **asked)
        following = re.search(r'id="next"[^>]*href="[^"]*after=(\d+)', shown)
    back = re.search(r'id="previous"[^>]*href="[^"]*before=(\d+)', shown)

    assert back
    assert (len(seen), len(set(seen))) == (120, 120)
    assert numbers(ada, before=back[1], **asked) == seen[50:100]


def test_a_cursor_that_is_none_is_refused(ada: Client) -> None:
    assert ada.get(PATH, {"sort": "priority", "after": "x"}).status_code == 400


def test_many_rows_are_not_sorted_and_the_page_says_so(ada: Client, desk: Desk) -> None:
    with acting(actor=desk.operator, verb_name="test.many", at=NOON):
        people = [Person(name=f"P {n:04}", external_id=f"many-{n}") for n in range(1_001)]
        Person.objects.bulk_create(people)

    many = ada.get("/core/people/", {"sort": "-email"}).content.decode()
    few = ada.get("/core/people/", {"sort": "-email", "q": "Nils"}).content.decode()

    told = "There are too many to sort them so: narrow the list to 1,000 or fewer."
    assert (told in many, told in few) == (True, False)
    assert ("sort=email" in many, "sort=email" in few) == (False, True)
