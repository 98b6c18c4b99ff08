"""Pages of the table of routes ask the database at most fifteen times, for each role."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.test_routes import arguments, rows
from quarterdeck.core.records import all_records
from quarterdeck.core.vocabulary import Role

pytestmark = pytest.mark.django_db

MOST = 15
READERS = tuple(Role)
# What describes the interface for programs is long in the making, and asks nothing.
PROGRAMS = "api"
# So many pages answer whoever may read least.
FEWEST_PAGES = 50
# What begins and ends an act is told to the database, and asks it nothing.
TOLD = ("PRAGMA", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET")
# Who reads an article for the first time on a day is noted, beside what the page asks for.
NOTED = "desk.article.detail"


def addresses(cast: Cast, reader: Role) -> dict[str, str]:
    """Return the pages of the table that answer a reader, and all lists, each with its route."""
    known = arguments(cast)
    found = {
        reverse(row.route, args=known[row.record]): row.route
        for row in rows()
        if row.method == "GET" and row.answers[reader] == "200" and row.route != PROGRAMS
    }
    lists = {reverse(record.list_address): record.list_address for record in all_records()}
    return lists | found


def questions(client: Client, address: str) -> int:
    """Return how often a page asks; nothing where there is no whole page, but a part or a file."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    if answer.streaming:
        # Read to its end, the file behind it is closed; to close the answer itself would give the
        # connection of the test back to the pool.
        list(answer)
        return 0
    if not isinstance(answer, HttpResponse) or not is_page(answer):
        return 0
    return sum(not each["sql"].startswith(TOLD) for each in asked.captured_queries)


def is_page(answer: HttpResponse) -> bool:
    whole = answer.content.lstrip()[:9].lower() == b"<!doctype"
    return answer.status_code == 200 and whole and "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("reader", READERS)
def test_no_page_asks_more_than_it_may(reader: Role, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.accounts[reader])
    found = {}

    for address, route in addresses(cast, reader).items():
        if route == NOTED:
            client.get(address)
        found[route, address] = questions(client, address)

    pages = [asked for asked in found.values() if asked]
    assert len(pages) > FEWEST_PAGES
    assert {page: asked for page, asked in found.items() if asked > MOST} == {}
