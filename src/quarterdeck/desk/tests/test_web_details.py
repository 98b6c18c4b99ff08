"""The page of a ticket, and of what is around it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.acts import acting
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.queries.log import log_of
from quarterdeck.desk.tests.web_cast import NOON, Desk, add_tickets, open_desk
from quarterdeck.desk.vocabulary import Oddity, TicketState
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def ada(client: Client, desk: Desk) -> Client:
    """A browser in which the administrator has signed in."""
    client.force_login(desk.ada)
    return client


def page(client: Client, ticket: Ticket) -> str:
    answer = client.get(f"/desk/tickets/{ticket.pk}/")
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def test_the_page_names_ticket_state_and_priority(ada: Client, desk: Desk) -> None:
    text = page(ada, add_tickets(desk, 1)[0])

    assert [word for word in ("INC1", "Case 1", "In progress", "P3") if word not in text] == []


def test_another_teams_ticket_is_not_there(client: Client, desk: Desk) -> None:
    ticket = add_tickets(desk, 1, team=desk.workplace)[0]
    client.force_login(desk.nils)

    assert client.get(f"/desk/tickets/{ticket.pk}/").status_code == 404


def test_a_ticket_that_never_was_looks_the_same_as_a_hidden_one(client: Client, desk: Desk) -> None:
    ticket = add_tickets(desk, 1, team=desk.workplace)[0]
    client.force_login(desk.nils)

    hidden = client.get(f"/desk/tickets/{ticket.pk}/").content
    absent = client.get("/desk/tickets/999999/").content

    assert _without_tokens(hidden, ticket.pk) == _without_tokens(absent, 999999)


def _without_tokens(content: bytes, key: int) -> list[str]:
    lines = content.decode().splitlines()
    return [
        line.replace(f"/desk/tickets/{key}/", "")
        for line in lines
        if "csrfmiddlewaretoken" not in line and "X-CSRFToken" not in line
    ]


def test_a_reader_without_imports_sees_the_batch_but_no_way_to_it(
    client: Client, desk: Desk
) -> None:
    ticket = add_tickets(desk, 1)[0]
    client.force_login(desk.nils)

    assert f'href="/office/import-batches/{desk.batch.pk}/"' not in page(client, ticket)


def test_an_oddity_is_told_in_plain_words(ada: Client, desk: Desk) -> None:
    ticket = add_tickets(desk, 1, oddities=[Oddity.LOG_STEPS_BACK.value])[0]

    assert "Its own order counts, not the dates." in page(ada, ticket)


def test_the_log_keeps_the_sources_order_and_shows_steps_back(desk: Desk) -> None:
    ticket = add_tickets(desk, 1)[0]
    with acting(actor=desk.operator, verb_name="test.add", at=NOON):
        StateChange.objects.create(
            ticket=ticket,
            sequence=3,
            occurred_at=ticket.opened_at,
            recorded_at=NOON,
            state=TicketState.RESOLVED,
            batch=desk.batch,
        )

    assert [line.elapsed for line in log_of(ticket)] == [None, 5400, -5400]


def test_a_later_batch_corrects_a_line_in_its_place(desk: Desk) -> None:
    ticket = add_tickets(desk, 1)[0]
    _correct(desk, ticket, BatchState.APPLIED)

    states = [line.change.state for line in log_of(ticket)]

    assert states == [TicketState.CANCELLED, TicketState.IN_PROGRESS]


def test_a_withdrawn_correction_corrects_nothing(desk: Desk) -> None:
    ticket = add_tickets(desk, 1)[0]
    _correct(desk, ticket, BatchState.WITHDRAWN)

    states = [line.change.state for line in log_of(ticket)]

    assert states == [TicketState.NEW, TicketState.IN_PROGRESS]


def _correct(desk: Desk, ticket: Ticket, state: BatchState) -> None:
    with acting(actor=desk.operator, verb_name="test.correct", at=NOON):
        later = ImportBatch.objects.create(
            profile="test",
            source="log",
            file_name="later.csv",
            file_digest="1",
            zone="UTC",
            state=state,
            begun_by=desk.operator,
            begun_at=NOON,
            applied_at=NOON,
        )
        StateChange.objects.create(
            ticket=ticket,
            sequence=1,
            occurred_at=ticket.opened_at,
            recorded_at=NOON,
            state=TicketState.CANCELLED,
            batch=later,
        )


def test_the_history_tells_who_changed_what(ada: Client, desk: Desk) -> None:
    ticket = add_tickets(desk, 1)[0]
    with acting(
        actor=desk.ada, verb_name="desk.tickets.rename_ticket", at=NOON, reason="Typing error"
    ):
        Ticket.objects.filter(pk=ticket.pk).update(title="Better", team=desk.workplace)

    text = ada.get(f"/desk/tickets/{ticket.pk}/remarks").content.decode()

    told = (
        "<strong>Rename ticket</strong> by Ada",
        "“Typing error”",
        "Title: <del>Case 1</del> → <ins>Better</ins>",
        "Team: <del>Network</del> → <ins>Workplace</ins>",
    )
    assert [words for words in told if words not in text] == []


@pytest.mark.parametrize("amount", [1, 3])
def test_the_page_of_a_service_lists_its_tickets_at_the_same_cost(
    ada: Client, desk: Desk, amount: int
) -> None:
    add_tickets(desk, amount)
    ada.get(f"/services/services/{desk.mail.pk}/")

    with CaptureQueriesContext(connection) as queries:
        text = ada.get(f"/services/services/{desk.mail.pk}/").content.decode()

    # Session with account; roles, organisation; the service with the way to its owner; its tickets,
    # comments, files and history in two.
    assert (text.count("<th><a"), len(queries)) == (amount, 6)


def test_a_service_shows_only_the_tickets_that_the_reader_may_see(
    client: Client, desk: Desk
) -> None:
    add_tickets(desk, 2, team=desk.workplace)
    client.force_login(desk.nils)

    text = client.get(f"/services/services/{desk.mail.pk}/").content.decode()

    assert text.count("<th><a") == 0


def test_a_ticket_costs_no_more_than_fifteen_queries(ada: Client, desk: Desk) -> None:
    ticket = add_tickets(desk, 1)[0]
    page(ada, ticket)

    with CaptureQueriesContext(connection) as queries:
        page(ada, ticket)

    # Session, account, roles, organisation; the ticket, the calendar, its changes; what was merged
    # into it, what the source and what people wrote; the categories, and the way to its batch.
    assert len(queries) == 12
