"""The priority matrix holds from a day on, and a change touches no ticket that is there."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.desk.models import PriorityMatrix
from quarterdeck.desk.queries.priorities import matrix_at
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, opened, staffed_desk
from quarterdeck.desk.verbs.priorities import set_priority_matrix
from quarterdeck.desk.verbs.ticket_details import change_priority

pytestmark = pytest.mark.django_db

AT = datetime(2016, 4, 4, 9, tzinfo=UTC)
LATER = datetime(2016, 5, 2, 9, tzinfo=UTC)
USUAL = [[1, 2, 3], [2, 3, 4], [3, 4, 5]]
CALM = [[2, 2, 3], [2, 4, 4], [4, 5, 5]]


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def set_calm(actor: Account) -> PriorityMatrix:
    return set_priority_matrix(
        valid_from=date(2016, 5, 1), rows=CALM, reason="Less haste", actor=actor, at=AT
    )


def test_an_installation_begins_with_the_usual_matrix(db: None) -> None:  # noqa: ARG001 — the database must be open
    assert matrix_at(AT).rows == USUAL


def test_a_ticket_gets_its_priority_by_the_matrix_of_its_day(desk: Desk, operator: Account) -> None:
    set_calm(operator)

    before, after = opened(desk, at=AT), opened(desk, at=LATER)

    impact, urgency = (before.impact or 0) - 1, (before.urgency or 0) - 1
    assert (before.priority, after.priority) == (USUAL[impact][urgency], CALM[impact][urgency])
    assert before.priority != after.priority


def test_a_change_leaves_the_tickets_that_are_there(desk: Desk, operator: Account) -> None:
    ticket = opened(desk, at=AT)
    known = ticket.priority

    set_priority_matrix(
        valid_from=date(1970, 1, 1), rows=[[5] * 3] * 3, reason="", actor=operator, at=LATER
    )

    ticket.refresh_from_db()
    assert ticket.priority == known


def test_a_ticket_judged_anew_follows_the_matrix_of_that_day(desk: Desk, operator: Account) -> None:
    ticket = opened(desk, at=AT)
    set_calm(operator)

    judged = change_priority(
        ticket=ticket, version=ticket.version, impact=1, urgency=1, actor=account("nils"), at=LATER
    )

    assert judged.priority == 2


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, 2, 3], [2, 3, 4]], r"3 impacts and 3 urgencies"),
        ([[1, 2, 6], [2, 3, 4], [3, 4, 5]], r"from 1 to 5"),
        ([[1, 2, 3], [2, 1, 4], [3, 4, 5]], r"cannot come first"),
    ],
)
def test_a_matrix_that_makes_no_sense_is_refused(
    operator: Account, rows: list[list[int]], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        set_priority_matrix(
            valid_from=date(2016, 5, 1), rows=rows, reason="", actor=operator, at=AT
        )


def test_whoever_only_works_tickets_does_not_set_it(desk: Desk) -> None:  # noqa: ARG001 — Nils works there
    with pytest.raises(Refused, match="may not change the settings"):
        set_calm(account("nils"))


def test_a_manager_sets_it_on_its_page_and_its_history_stays(
    client: Client, operator: Account
) -> None:
    client.force_login(operator)
    cells = {
        f"priority_{impact}_{urgency}": CALM[impact - 1][urgency - 1]
        for impact in (1, 2, 3)
        for urgency in (1, 2, 3)
    }

    answer = client.post(
        reverse("desk.priorities"), {**cells, "valid_from": "2016-05-01", "reason": "Less haste"}
    )

    page = client.get(reverse("desk.priorities")).content.decode()
    assert answer.status_code == 302
    assert "2 · 2 · 3" in page
    assert "1 · 2 · 3" in page
    assert matrix_at(LATER).rows == CALM
