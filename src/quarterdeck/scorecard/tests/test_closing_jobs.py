"""A month that is closed by a worker: asked for once, watched, killed, raced, and overtaken."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.jobs import run_worker, watched
from quarterdeck.core.measures import all_measures
from quarterdeck.core.models import Account, JobLease, JobProgress, RoleAssignment, Team, Unit
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.tests.patience import PATIENCE
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import parse_period
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.queries.actions import DOMAIN
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.scorecard.jobs import close_month
from quarterdeck.scorecard.models import ClosedPeriod, ClosedReading
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.verbs.closings import CLOSE_MONTH, ask_for_closing, close_period

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
MAY = parse_period("2026-05")
KEY = "planning.actions_on_time"


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
    """One action was due in May, and is still open; many teams make the closing long enough."""
    owner = add_person(name="Nkechi Baptiste", actor=operator, at=AT)
    root = Unit.objects.get(parent=None)
    with given():
        Team.objects.bulk_create(Team(name=f"Team {number}", unit=root) for number in range(200))
        return CorrectiveAction.objects.create(
            title="Label the racks",
            owner=owner,
            due_on=date(2026, 5, 10),
            state=ActionState.OPEN,
            opened_at=datetime(2026, 1, 1, tzinfo=UTC),
        )


def press(client: Client) -> str:
    """Ask for the closing of May, and return the page that answers."""
    asked = client.post(reverse("scorecard.period.close"), {"period": MAY.key}, follow=True)
    return asked.content.decode()


def tasks() -> int:
    return DBTaskResult.objects.filter(task_path=close_month.module_path).count()


def wait_until(seen: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.005)


def steps_done() -> int:
    return sum(JobProgress.objects.filter(job=CLOSE_MONTH).values_list("done", flat=True))


@pytest.mark.django_db
def test_whoever_asks_waits_for_a_worker_and_nothing_is_computed(client: Client) -> None:
    page = press(client)

    seen = ["Being closed" in page, "Waits for a worker" in page, "No worker has been seen" in page]
    assert (seen, ClosedPeriod.objects.count()) == ([True] * 3, 0)


@pytest.mark.django_db
def test_a_worker_closes_the_month_for_whoever_asked(client: Client, manager: Account) -> None:
    press(client)
    run_worker(until_idle=True)

    (closed,) = ClosedPeriod.objects.all()
    assert (closed.period, closed.closed_by) == (MAY.key, manager)
    assert closed.readings.filter(scope="organisation").count() == len(all_measures())


@pytest.mark.django_db
def test_a_month_that_two_ask_for_is_closed_once(client: Client) -> None:
    press(client)

    page = press(client)

    assert ("2026-05 is being closed already." in page, tasks()) == (True, 1)


@pytest.mark.django_db
def test_a_job_whose_month_is_closed_already_leaves_it_as_it_is(
    operator: Account, manager: Account
) -> None:
    ask_for_closing(period=MAY, actor=manager, at=AT)
    closed = close_period(period=MAY, actor=operator, at=AT)
    run_worker(until_idle=True)

    run = watched(CLOSE_MONTH, MAY.key)[MAY.key]
    assert (list(ClosedPeriod.objects.all()), run.has_failed) == ([closed], False)


@pytest.mark.django_db
def test_whoever_may_close_no_longer_is_told_why_the_month_stays_open(
    client: Client, operator: Account, manager: Account, given: Given
) -> None:
    press(client)
    with given():
        RoleAssignment.objects.filter(account=manager).delete()
    run_worker(until_idle=True)
    director = add_account(username="director", actor=operator, at=AT)
    assign_role(account=director, role=Role.DIRECTOR, actor=operator, at=AT)
    client.force_login(director)

    page = client.get(reverse("scorecard.periods")).content.decode()

    assert "Not closed: You may not close or restate periods." in page


def close(actor: Account, start: Barrier) -> str:
    """Close May once all are ready, and say what came of it."""
    start.wait(timeout=PATIENCE)
    try:
        close_period(period=MAY, actor=actor, at=AT)
    except Refused as refusal:
        return str(refusal)
    finally:
        connection.close()
    return "closed"


@pytest.mark.usefixtures("fresh_database", "action")
def test_of_two_closers_at_the_same_moment_one_is_refused(operator: Account) -> None:
    start = Barrier(2)

    with ThreadPoolExecutor(2) as both:
        closers = [both.submit(close, operator, start) for _ in range(2)]
        answers = sorted(each.result() for each in closers)

    assert answers == ["2026-05 is closed already.", "closed"]
    assert ClosedPeriod.objects.get().readings.filter(measure=KEY).count() > 0


@pytest.mark.usefixtures("fresh_database")
def test_evidence_that_comes_while_a_month_is_being_closed_is_in_it(
    operator: Account, action: CorrectiveAction, given: Given
) -> None:
    ask_for_closing(period=MAY, actor=operator, at=AT)

    with ThreadPoolExecutor(1) as other:
        closer = other.submit(close, operator, Barrier(1))
        wait_until(lambda: steps_done() > 0)
        with given():
            CorrectiveAction.objects.filter(pk=action.pk).update(
                state=ActionState.DONE, ended_on=action.due_on
            )
            touch(DOMAIN, MAY.span.start, MAY.span.end - timedelta(days=1))
        assert (closer.result(), ClosedPeriod.objects.count()) == ("closed", 1)

    row = ClosedReading.objects.get(measure=KEY, scope="organisation")
    assert Figures.restored(row.figures).value == Fraction(1)


@pytest.mark.usefixtures("fresh_database", "action")
def test_a_worker_that_is_killed_has_closed_nothing_and_the_next_one_closes(
    operator: Account, fresh_database: str, tmp_path: os.PathLike[str]
) -> None:
    ask_for_closing(period=MAY, actor=operator, at=AT)
    command = [sys.executable, "-m", "quarterdeck.config.command", "worker"]
    surroundings = {
        **os.environ,
        "QUARTERDECK_HOME": str(tmp_path),
        "QUARTERDECK_DATABASE_URL": fresh_database,
    }
    with subprocess.Popen(command, env=surroundings, stderr=subprocess.DEVNULL) as worker:  # noqa: S603 — our own command
        try:
            wait_until(lambda: steps_done() > 0)
        finally:
            worker.kill()
    after_the_kill = ClosedPeriod.objects.count(), ClosedReading.objects.count()
    JobLease.objects.update(expires_at=AT)

    run_worker(until_idle=True)

    closed = ClosedPeriod.objects.get()
    assert (after_the_kill, closed.readings.filter(scope="organisation").count()) == (
        (0, 0),
        len(all_measures()),
    )
