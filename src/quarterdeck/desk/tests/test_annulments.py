"""Reopenings that were none: somebody only said thank you."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import State
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.queries.log import log_of
from quarterdeck.desk.tests.incident_log import reading
from quarterdeck.desk.tests.mail_cast import (
    last_sent,
    mailed_desk,
    reply_to,
    resolved,
    said,
    taken,
    written,
)
from quarterdeck.desk.tests.promised import RESOLUTION, promised, the_clock
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened
from quarterdeck.desk.verbs.annulments import annul_reopening
from quarterdeck.desk.verbs.own_tickets import reopen_own_ticket
from quarterdeck.desk.verbs.tickets import close_ticket, reopen_ticket, take_ticket

pytestmark = pytest.mark.django_db
THANKED, LATER = MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=3)
WHY = "You are welcome; it stays solved."


@pytest.fixture
def desk() -> Desk:
    return mailed_desk()


def thanked(ticket: Ticket, key: str = "thanks@example.org") -> Ticket:
    taken(written("Thank you!", to=reply_to(ticket), key=key), THANKED)
    ticket.refresh_from_db()
    return ticket


def words(by: str = "nils") -> dict[str, Any]:
    return {"actor": account(by), "at": LATER}


def annul(ticket: Ticket, by: str = "nils") -> Ticket:
    return annul_reopening(ticket=ticket, version=ticket.version, reason=WHY, **words(by))


def test_thanks_undo_neither_the_fix_nor_what_it_truly_was(desk: Desk) -> None:
    ticket = thanked(resolved(opened(desk)))
    reopened = (ticket.state, ticket.true_category, ticket.reopen_count)

    ticket = annul(ticket)

    assert reopened == ("new", "", 1)
    found = (ticket.state, ticket.true_category, ticket.resolution, ticket.reopen_count)
    assert found == ("resolved", "Hardware", "New roller.", 0)
    assert ticket.first_fix_at == ticket.last_fix_at == ticket.ended_at == MONDAY
    assert (said(ticket)[-1], last_sent().recipient) == (("public", WHY), "mona@example.org")


def test_the_log_keeps_what_was_annulled_and_by_whom(desk: Desk) -> None:
    ticket = annul(thanked(resolved(opened(desk))))

    lines = log_of(ticket)[-3:]

    told = [(line.change.state, line.is_annulled, line.annuls) for line in lines]
    assert told == [
        ("resolved", False, False),
        ("new", True, False),
        ("resolved", False, True),
    ]
    assert [line.change.changed_by for line in lines] == ["Nils", "Mona", "Nils"]


def test_the_measure_counts_no_reopening_and_says_how_many_were_annulled(desk: Desk) -> None:
    annul(thanked(resolved(opened(desk))))

    found = reading("desk.reopen_rate", "2016-04")

    assert (found.state, found.value) == (State.VALUE, Fraction(0))
    assert found.parameters["reopenings annulled by the desk"] == "1"


def test_the_clock_stops_where_it_had_stopped(desk: Desk) -> None:
    promised({RESOLUTION: 12}, actor=desk.operator)
    ticket = resolved(opened(desk))
    met = the_clock(ticket)

    thanked(ticket)
    went_on = the_clock(ticket).outcome
    annul(ticket)

    stopped = the_clock(ticket)
    assert (met.outcome, went_on, stopped.outcome) == ("met", "running", "met")
    assert (stopped.stopped_at, stopped.counted_seconds) == (MONDAY, met.counted_seconds)


def test_it_can_be_reopened_again_and_that_counts_once(desk: Desk) -> None:
    ticket = annul(thanked(resolved(opened(desk))))

    ticket = thanked(ticket, "again@example.org")
    again = (ticket.state, ticket.reopen_count)

    assert again == ("new", 1)
    assert annul(ticket).reopen_count == 0


def test_what_was_closed_is_closed_again(desk: Desk) -> None:
    ticket = resolved(opened(desk))
    ticket = close_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=MONDAY)
    ticket = reopen_ticket(
        ticket=ticket, version=ticket.version, reason="The wrong one.", **words()
    )

    assert annul(ticket).state == "closed"


def test_what_was_worked_on_since_is_resolved_again(desk: Desk) -> None:
    ticket = thanked(resolved(opened(desk)))
    ticket = take_ticket(ticket=ticket, version=ticket.version, **words())

    with pytest.raises(Refused, match="worked on since it was reopened"):
        annul(ticket)


def test_the_requesters_own_word_is_not_annulled(desk: Desk) -> None:
    ticket = resolved(opened(desk))
    ticket = reopen_own_ticket(
        ticket=ticket, reason="It eats paper.", actor=account("mona"), at=THANKED
    )

    with pytest.raises(Refused, match="said that it is not solved"):
        annul(ticket)


def test_a_ticket_that_was_never_reopened_has_nothing_to_annul(desk: Desk) -> None:
    with pytest.raises(Refused, match="cannot be taken for not reopened"):
        annul(opened(desk))


def test_only_the_desk_says_so(desk: Desk) -> None:
    ticket = thanked(resolved(opened(desk)))

    with pytest.raises(Refused, match="by you"):
        annul(ticket, "mona")


def test_the_page_asks_what_the_requester_is_told(desk: Desk, client: Client) -> None:
    ticket = thanked(resolved(opened(desk)))
    client.force_login(account("nils"))
    panel = client.get(reverse("desk.ticket.detail", args=[ticket.pk])).content.decode()
    page = reverse("desk.act", args=[ticket.pk, "not-reopened"])

    empty = client.post(page, {"version": ticket.version, "reason": " "})
    client.post(page, {"version": ticket.version, "reason": WHY})

    ticket.refresh_from_db()
    assert ("Was no reopening" in panel, empty.status_code) == (True, 422)
    assert (ticket.state, said(ticket)[-1]) == ("resolved", ("public", WHY))


def test_a_line_annuls_only_what_stands_before_it(desk: Desk) -> None:
    ticket = opened(desk)
    place = ticket.state_changes.count()

    with (
        pytest.raises(IntegrityError),
        acting(actor=desk.operator, verb_name="test.line", at=LATER),
        transaction.atomic(),
    ):
        StateChange.objects.create(
            ticket=ticket,
            sequence=place,
            annuls_from=place,
            occurred_at=LATER,
            recorded_at=LATER,
            state="new",
        )
