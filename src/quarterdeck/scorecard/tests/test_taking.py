"""Who takes the readings that a page wants and that are not kept: a worker, or the page itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.scorecard.jobs import take_missing_readings
from quarterdeck.scorecard.models import CachedReading

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
KEY = "planning.actions_on_time"
MONTHS = 24
NOTHING_YET = f"Being computed: 0 of {MONTHS} readings"


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def client(operator: Account) -> Client:
    account = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=account, role=Role.IT_MANAGER, actor=operator, at=AT)
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def worker(db: None) -> None:  # noqa: ARG001 — the database must be open
    """A worker has just done what was due."""
    run_worker(until_idle=True)


def page(client: Client, **asked: str) -> str:
    address = reverse("scorecard.measure", args=[KEY])
    return client.get(address, {"period": "2026-05", **asked}).content.decode()


def part(client: Client) -> str:
    """Return the figures as the page fetches them once it is there."""
    address = reverse("scorecard.measure", args=[KEY])
    fetched = {"HX-Request": "true", "HX-Target": "figures"}
    return client.get(address, {"period": "2026-05"}, headers=fetched).content.decode()


def asked_for() -> int:
    return DBTaskResult.objects.filter(task_path=take_missing_readings.module_path).count()


def test_without_a_worker_the_part_that_a_page_fetches_takes_its_readings(client: Client) -> None:
    at_once = NOTHING_YET in page(client), CachedReading.objects.count()
    fetched = NOTHING_YET in part(client), CachedReading.objects.count() > 0

    assert (at_once, fetched, asked_for()) == ((True, 0), (False, True), 0)


def test_whoever_reads_without_scripts_can_wait_for_the_readings(client: Client) -> None:
    assert "wait=yes" in page(client)

    shown = page(client, wait="yes")

    assert (NOTHING_YET in shown, CachedReading.objects.count() > 0) == (False, True)


@pytest.mark.usefixtures("worker")
def test_with_a_worker_a_page_computes_nothing_and_asks_for_it_once(client: Client) -> None:
    shown = [NOTHING_YET in page(client) for _ in range(3)]

    assert (shown, asked_for(), CachedReading.objects.count()) == ([True] * 3, 1, 0)


@pytest.mark.usefixtures("worker")
def test_a_page_shows_what_a_worker_has_taken(client: Client) -> None:
    page(client)
    run_worker(until_idle=True)

    shown = page(client)

    assert ("Being computed" in shown, CachedReading.objects.count()) == (False, MONTHS)


@pytest.mark.usefixtures("worker")
def test_what_no_worker_comes_for_is_taken_by_the_part(
    client: Client, now: time_machine.Traveller
) -> None:
    page(client)
    now.shift(timedelta(seconds=5))

    assert (NOTHING_YET in part(client), CachedReading.objects.count() > 0) == (False, True)


@pytest.mark.usefixtures("worker")
def test_a_file_waits_for_the_figures(client: Client) -> None:
    address = reverse("scorecard.comparison", args=[KEY, "team"])

    answer = client.get(address, {"period": "2026-05", "format": "csv"})

    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"{address}?period=2026-05&sort=value",
    )


@pytest.mark.usefixtures("worker")
def test_what_a_worker_is_killed_over_is_not_taken_twice(client: Client) -> None:
    page(client)
    (task,) = DBTaskResult.objects.filter(task_path=take_missing_readings.module_path)
    run_worker(until_idle=True)
    kept = set(CachedReading.objects.values_list("pk", "figures__as_of"))

    take_missing_readings.func(**task.args_kwargs["kwargs"])

    assert set(CachedReading.objects.values_list("pk", "figures__as_of")) == kept
