"""What requesters read and may say in the portal once a ticket has ended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.own_tickets import answer_desk, reopen_own_ticket
from quarterdeck.desk.verbs.ticket_links import merge_ticket
from quarterdeck.desk.verbs.tickets import (
    cancel_ticket,
    close_ticket,
    hold_ticket,
    resolve_ticket,
    take_ticket,
)
from quarterdeck.office.models import OutgoingMail

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def words(by: str = "nils", at: datetime = LATER) -> dict[str, Any]:
    return {"actor": account(by), "at": at}


def resolve(ticket: Ticket, at: datetime = LATER) -> Ticket:
    said = {"resolution": "A new roller.", "true_category": "Hardware", **words(at=at)}
    return resolve_ticket(ticket=ticket, version=ticket.version, **said)


def merged_pair(desk: Desk) -> tuple[Ticket, Ticket]:
    """Mona's ticket, and Omar's, which counts for it and is Nils's work."""
    counts = opened(desk, requester=person("Omar"))
    counts = take_ticket(ticket=counts, version=counts.version, **words())
    own = opened(desk)
    return merge_ticket(ticket=own, version=own.version, into=counts, **words()), counts


def page_of(client: Client, ticket: Ticket) -> str:
    client.force_login(account("mona"))
    return client.get(f"/portal/tickets/{ticket.pk}/").content.decode()


def test_whose_report_was_merged_says_that_it_is_not_solved(desk: Desk) -> None:
    own, counts = merged_pair(desk)
    resolve(counts)

    answered = reopen_own_ticket(ticket=own, reason="It still eats paper.", **words("mona"))

    counts.refresh_from_db()
    assert (answered, counts.state, counts.reopen_count) == (own, "in_progress", 1)
    mail = OutgoingMail.objects.filter(recipient="nils@example.org").order_by("pk").last()
    assert mail is not None
    assert "It still eats paper." in mail.text


def test_after_its_time_a_merged_report_is_reopened_no_more(desk: Desk) -> None:
    own, counts = merged_pair(desk)
    resolve(counts)

    with pytest.raises(Refused, match="ended too long ago"):
        reopen_own_ticket(ticket=own, reason="Again.", **words("mona", LATER + timedelta(days=15)))


def test_nobody_else_reopens_by_way_of_a_merged_report(desk: Desk) -> None:
    own, counts = merged_pair(desk)
    resolve(counts)

    with pytest.raises(Refused, match="There is no such ticket of yours"):
        reopen_own_ticket(ticket=own, reason="Again.", **words("vera"))


def test_an_answer_on_a_merged_report_lets_the_other_ticket_go_on(desk: Desk) -> None:
    own, counts = merged_pair(desk)
    hold_ticket(
        ticket=counts,
        version=counts.version,
        pause_reason="requester",
        question="Which floor?",
        **words(),
    )

    answer_desk(ticket=own, text="The second.", **words("mona"))

    counts.refresh_from_db()
    assert (counts.state, own.messages.order_by("-pk")[0].text) == ("in_progress", "The second.")


@contextmanager
def before_the_ticket_is_locked(change: Callable[[], object]) -> Iterator[None]:
    """Let something happen after the words are written, at the moment before the ticket is held."""
    is_written, is_changed = False, False

    def watch(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        nonlocal is_written, is_changed
        is_written = is_written or sql.startswith('INSERT INTO "desk_ticketmessage"')
        is_held = sql.startswith("SELECT") and 'JOIN "services_service"' in sql
        if is_written and is_held and not is_changed:
            is_changed = True
            change()
        return execute(sql, *given)

    with connection.execute_wrapper(watch):
        yield
    assert is_changed


def test_an_answer_undoes_no_resolution_that_comes_at_the_same_moment(desk: Desk) -> None:
    asked = {"pause_reason": "requester", "question": "Which floor?", **words()}
    held = hold_ticket(ticket=(ticket := opened(desk)), version=ticket.version, **asked)

    with before_the_ticket_is_locked(lambda: resolve(held)):
        answer_desk(ticket=ticket, text="The second.", **words("mona"))

    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution, ticket.reopen_count) == (
        "resolved",
        "A new roller.",
        0,
    )


def test_the_page_of_a_merged_report_follows_the_other_ticket(desk: Desk, client: Client) -> None:
    own, counts = merged_pair(desk)
    place = f"/portal/tickets/{own.pk}/act"

    pages = [page_of(client, own)]
    done = resolve(counts, clock.now())
    pages.append(page_of(client, own))
    close_ticket(ticket=done, version=done.version, **words(at=clock.now()))
    pages.append(page_of(client, own))

    assert [
        (f"{place}/answer" in page, f"{place}/reopen" in page, "you are told when" in page)
        for page in pages
    ] == [(True, False, True), (False, True, False), (False, False, False)]


def test_the_page_of_a_merged_report_says_that_the_other_ticket_was_cancelled(
    desk: Desk, client: Client
) -> None:
    own, counts = merged_pair(desk)
    cancel_ticket(ticket=counts, version=counts.version, cancelled_as="mistake", **words())

    page = page_of(client, own)

    assert ("closed without work" in page, "you are told when" in page) == (True, False)


def test_a_closed_ticket_and_what_follows_it_lead_to_each_other(desk: Desk, client: Client) -> None:
    done = resolve(opened(desk))
    closed = close_ticket(ticket=done, version=done.version, **words())
    after = opened(desk, follows=closed)

    portal = [page_of(client, closed), page_of(client, after)]
    client.force_login(account("nils"))
    at_desk = client.get(f"/desk/tickets/{closed.pk}/life").content.decode()

    assert [each.number in page for each, page in zip((after, closed), portal, strict=True)] == [
        True,
        True,
    ]
    assert f'Followed by <a href="/desk/tickets/{after.pk}/">T-000002</a>' in at_desk
