"""What programs find: what their account may see, by record, and never a broken query."""

from typing import Any

import pytest
from django.test import Client

from quarterdeck.config.api.assembly import document
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.models import Account
from quarterdeck.desk.tests.web_cast import Desk, add_tickets, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def ask(account: Account, **asked: Any) -> Any:
    return Client().get("/api/v1/search", asked, headers=bearer(account))


def test_hits_come_by_record(desk: Desk) -> None:
    ticket = add_tickets(desk, 1, title="Mail is slow")[0]

    found = ask(desk.ada, q="mail").json()

    assert found == {
        "items": [
            {
                "record": "services.service",
                "title": "Services",
                "path": "/api/v1/services/services",
                "count": {"amount": 1, "is_bounded": False},
                "items": [{"id": desk.mail.pk, "title": "Mail"}],
            },
            {
                "record": "desk.ticket",
                "title": "Tickets",
                "path": "/api/v1/desk/tickets",
                "count": {"amount": 1, "is_bounded": False},
                "items": [{"id": ticket.pk, "title": "INC1 Mail is slow"}],
            },
        ]
    }


def test_what_the_account_may_not_see_is_not_found(desk: Desk) -> None:
    add_tickets(desk, 1, title="Printer", team=desk.workplace)

    assert ask(desk.nils, q="printer").json() == {"items": []}


def test_a_limit_holds_for_each_record(desk: Desk) -> None:
    add_tickets(desk, 3, title="Printer")

    (tickets,) = ask(desk.ada, q="printer", limit=2, order="best").json()["items"]

    assert (len(tickets["items"]), tickets["count"]["amount"]) == (2, 3)


@pytest.mark.parametrize("q", ["", '"', "a OR", "%", "😀", "x" * 200])
def test_every_text_has_an_answer(desk: Desk, q: str) -> None:
    assert ask(desk.ada, q=q).json() == {"items": []}


@pytest.mark.parametrize(
    "asked", [{}, {"q": "x" * 201}, {"q": "a", "order": "oldest"}, {"q": "a", "limit": 0}]
)
def test_what_cannot_be_asked_is_a_problem(desk: Desk, asked: dict[str, Any]) -> None:
    assert ask(desk.ada, **asked).status_code == 422


def test_the_document_describes_it() -> None:
    parameters = document()["paths"]["/api/v1/search"]["get"]["parameters"]

    assert [each["name"] for each in parameters] == ["q", "order", "limit"]
