"""The rows behind a figure are those that it was computed from, and nobody waits for them twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.verbs.corrective_actions import complete_corrective_action
from quarterdeck.planning.vocabulary import ActionState

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
KEY = "planning.actions_on_time"
PART = {"HX-Request": "true", "HX-Target": "evidence"}
AWAITED = "The rows are being counted."
TITLE = "Replace the scanner"


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def manager(operator: Account) -> Account:
    account = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=account, role=Role.IT_MANAGER, actor=operator, at=AT)
    return account


@pytest.fixture
def client(manager: Account) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def action(operator: Account, given: Given) -> CorrectiveAction:
    owner = add_person(name="Sefa Tulloch", actor=operator, at=AT)
    with given():
        return CorrectiveAction.objects.create(
            title=TITLE,
            owner=owner,
            due_on=date(2026, 5, 10),
            state=ActionState.OPEN,
            opened_at=datetime(2026, 1, 1, tzinfo=UTC),
        )


def page(client: Client) -> str:
    """Return the page of a reader who waits for the readings."""
    address = reverse("scorecard.measure", args=[KEY])
    return client.get(address, {"period": "2026-05", "wait": "yes"}).content.decode()


def rows(client: Client) -> str:
    address = reverse("scorecard.measure", args=[KEY])
    return client.get(address, {"period": "2026-05"}, headers=PART).content.decode()


def fact(shown: str, name: str) -> str:
    """Return one of the facts beside the figure."""
    return shown.partition(f'<dt>{name}</dt><dd class="q-num">')[2].partition("<")[0]


def test_the_rows_are_those_that_the_kept_figure_was_computed_from(
    client: Client, action: CorrectiveAction, given: Given
) -> None:
    shown = page(client)
    with given():
        # Past every verb, so that no mark tells of it.
        CorrectiveAction.objects.filter(pk=action.pk).update(due_on=date(2026, 4, 10))

    behind = rows(client)

    assert (fact(shown, "Rows counted (n)"), TITLE in behind) == ("1", True)


def test_where_the_evidence_changes_figure_and_rows_change_together(
    client: Client, manager: Account, action: CorrectiveAction
) -> None:
    before = fact(page(client), "Numerator"), "in the numerator" in rows(client)
    complete_corrective_action(
        action=action,
        version=action.version,
        what_was_done="Replaced.",
        effect="It scans.",
        actor=manager,
        at=datetime(2026, 5, 9, tzinfo=UTC),
    )

    after = fact(page(client), "Numerator"), "in the numerator" in rows(client)

    assert (before, after) == (("0", False), ("1", True))


@pytest.mark.usefixtures("action")
def test_rows_that_nobody_has_counted_yet_are_left_to_the_worker(client: Client) -> None:
    run_worker(until_idle=True)
    before = rows(client)
    run_worker(until_idle=True)

    after = rows(client)

    assert ([AWAITED in before, TITLE in before], [AWAITED in after, TITLE in after]) == (
        [True, False],
        [False, True],
    )
