"""A list of fifty rows is at most 30 kB of HTML, with the navigation of whoever sees most of it."""

from datetime import UTC, datetime

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.test_list_queries import copy
from quarterdeck.config.tests.test_markup import complete
from quarterdeck.config.tests.test_routes import undone
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Person
from quarterdeck.core.records import Record, record_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import ServiceLevelClock, Ticket
from quarterdeck.people.models import Experience
from quarterdeck.services.models import Service

AT = datetime(2016, 4, 4, 9, tzinfo=UTC)
ROWS, BUDGET = 50, 30_000
# By so much the name of a delivered style sheet, script or picture is longer: a dot and a digest.
DIGEST = 13
MODELS = (Ticket, Person, ServiceLevelClock, Experience)


def furnish(row: models.Model) -> None:
    """Let a ticket say in every column what tickets say."""
    if isinstance(row, Ticket):
        row.title = "No link on the second floor of the town hall"
        row.service = Service.objects.order_by("-name")[0]
        row.assignee_name = "Callum Drysdale-Roe"
        row.due_at = AT


def size_of(record: Record, client: Client) -> int:
    """Return the bytes of a page of a list as browsers get it."""
    page: bytes = client.get(reverse(record.list_address)).content
    assert page.count(b"<tr>") == 1 + ROWS
    return len(page) + DIGEST * page.count(b"/static/")


# PostgreSQL's keys grow with all that ran before, and with them the page by some hundred bytes.
@pytest.mark.once
@pytest.mark.django_db
def test_a_page_of_fifty_full_rows_stays_within_the_budget(cast: Cast) -> None:
    complete(cast)
    reader, client, sizes = cast.accounts[Role.IT_MANAGER], Client(), dict[str, int]()
    client.force_login(reader)

    for record in map(record_of, MODELS):
        row = record.visible_to(reader).latest("pk")
        furnish(row)
        with undone(), acting(actor=reader, verb_name="tests.copy", at=AT):
            assert all(copy(row, number) for number in range(ROWS + 1))
            sizes[record.key] = size_of(record, client)

    assert {key: size for key, size in sizes.items() if size > BUDGET} == {}
