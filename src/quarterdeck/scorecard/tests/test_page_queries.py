"""How often the scorecard's pages ask the database: the same for one row and for three."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.core.directory import add_account, add_person, assign_role, found_team
from quarterdeck.core.models import Account, Unit
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import parse_period
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.scorecard.verbs.closings import close_period

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
OPENED = datetime(2026, 1, 1, tzinfo=UTC)
KEY = "planning.actions_on_time"
# What begins and ends a snapshot is told to the database, and asks it nothing.
_TOLD = ("PRAGMA", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET")
ONE_AND_THREE = pytest.mark.parametrize("rows", [1, 3])


@pytest.fixture
def client(operator: Account) -> Client:
    account = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=account, role=Role.IT_MANAGER, actor=operator, at=AT)
    client = Client()
    client.force_login(account)
    return client


def arrange(rows: int, operator: Account, given: Given) -> None:
    """Found as many teams as there are actions that were due in May."""
    owner = add_person(name="Sefa Tulloch", actor=operator, at=AT)
    root = Unit.objects.get(parent=None)
    for number in range(rows):
        found_team(name=f"Team {number}", unit=root, actor=operator, at=AT)
    with given():
        for number in range(rows):
            CorrectiveAction.objects.create(
                title=f"Action {number}",
                owner=owner,
                due_on=date(2026, 5, 10 + number),
                state=ActionState.OPEN,
                opened_at=OPENED,
            )


def questions(client: Client, address: str, **headers: str) -> int:
    """Return how many questions a request asks once another has waited for the readings."""
    while "Being computed" in client.get(f"{address}&wait=yes", headers=headers).content.decode():
        pass
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, headers=headers).status_code == 200
    return sum(not each["sql"].startswith(_TOLD) for each in asked.captured_queries)


@ONE_AND_THREE
def test_the_kept_scorecard(rows: int, client: Client, operator: Account, given: Given) -> None:
    arrange(rows, operator, given)

    assert questions(client, f"{reverse('scorecard')}?period=2026-05") == 10


@ONE_AND_THREE
def test_the_scorecard_of_closed_months(
    rows: int, client: Client, operator: Account, given: Given
) -> None:
    arrange(rows, operator, given)
    close_period(period=parse_period("2026-05"), actor=operator, at=AT)

    assert questions(client, f"{reverse('scorecard')}?period=2026-05") == 12


def test_closed_months_of_a_trend_are_read_without_what_lies_behind_their_rows(
    client: Client, operator: Account, given: Given
) -> None:
    arrange(1, operator, given)
    close_period(period=parse_period("2026-05"), actor=operator, at=AT)
    address = f"{reverse('scorecard')}?period=2026-06"
    questions(client, address)

    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    told = [sql["sql"] for sql in asked if 'FROM "scorecard_closedreading"' in sql["sql"]]

    # Of May, which is closed, only the trend of June tells.
    assert ["evidence" in sql or "fingerprint" in sql for sql in told] == [False]


@ONE_AND_THREE
def test_the_page_of_a_measure(rows: int, client: Client, operator: Account, given: Given) -> None:
    arrange(rows, operator, given)
    address = reverse("scorecard.measure", args=[KEY])

    assert questions(client, f"{address}?period=2026-05") == 10


@ONE_AND_THREE
def test_the_rows_of_a_measure(rows: int, client: Client, operator: Account, given: Given) -> None:
    arrange(rows, operator, given)
    address = f"{reverse('scorecard.measure', args=[KEY])}?period=2026-05"

    part = {"HX-Request": "true", "HX-Target": "evidence"}
    assert questions(client, address, **part) == 10


@ONE_AND_THREE
def test_a_measure_side_by_side(rows: int, client: Client, operator: Account, given: Given) -> None:
    arrange(rows, operator, given)
    address = reverse("scorecard.comparison", args=[KEY, "team"])

    assert questions(client, f"{address}?period=2026-05") == 10
