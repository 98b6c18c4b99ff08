"""Real workers, as processes of their own, on a database of their own."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoDbBlocker

from quarterdeck.core.acts import labelled
from quarterdeck.core.jobs import enqueue, running_jobs
from quarterdeck.core.outbox import announce
from quarterdeck.core.tests.background.house import House, copied, migrated, wait_for
from quarterdeck.core.tests.background.work import count, linger, vanish
from quarterdeck.core.tests.patience import PATIENCE

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A migrated database."""
    with migrated(tmp_path_factory.mktemp("original")) as house:
        yield house


@pytest.fixture
def house(original: House, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A fresh installation whose database this test and its workers share."""
    with django_db_blocker.unblock(), copied(original, tmp_path) as fresh:
        yield fresh


def states() -> list[tuple[str, int]]:
    """Return state and number of attempts of each job of these tests, the oldest first."""
    ours = DBTaskResult.objects.filter(task_path__startswith="quarterdeck.core.tests.")
    tasks = ours.order_by("enqueued_at").exclude(task_path__endswith=".strike")
    return [(task.status, len(task.worker_ids)) for task in tasks]


def without_strokes(notes: list[str]) -> list[str]:
    """Leave out what the clock started."""
    return [note for note in notes if note != "struck"]


def test_a_job_whose_worker_is_killed_in_the_middle_is_run_once_more(house: House) -> None:
    enqueue(linger, seconds=60)
    killed = house.start_worker()
    wait_for(lambda: "begun" in house.notes() or None)

    killed.kill()
    killed.wait()
    house.start_worker()

    assert wait_for(lambda: states() if states() == [("SUCCESSFUL", 2)] else None)
    assert without_strokes(house.notes()) == ["begun", "begun", "ended"]


def test_a_job_that_kills_every_worker_is_given_up(house: House) -> None:
    enqueue(vanish)

    for _ in range(2):
        house.start_worker().wait()
    house.start_worker()

    assert wait_for(lambda: states() if states() == [("FAILED", 2)] else None)


def test_a_job_that_takes_longer_than_its_lease_is_not_run_twice(house: House) -> None:
    enqueue(linger, seconds=4)

    house.start_worker()
    house.start_worker()

    wait_for(lambda: "ended" in house.notes() or None)
    assert without_strokes(house.notes()) == ["begun", "ended"]


def test_two_workers_do_two_hundred_jobs_and_none_twice(house: House) -> None:
    with transaction.atomic():
        for number in range(200):
            enqueue(count, number=number)

    house.work_off(workers=2)

    numbers = sorted(int(note) for note in without_strokes(house.notes()))
    assert numbers == list(range(200))


def test_a_job_is_seen_by_workers_only_after_its_transaction(house: House) -> None:
    house.work_off()
    with transaction.atomic():
        enqueue(count, number=1)

        house.work_off()
        meanwhile = without_strokes(house.notes())

    house.work_off()
    assert (meanwhile, without_strokes(house.notes())) == ([], ["1"])


def test_several_workers_start_a_scheduled_job_once(house: House) -> None:
    house.work_off(workers=2)

    assert house.notes() == ["struck"]


def test_told_to_leave_a_worker_ends_its_job_first(house: House) -> None:
    enqueue(linger, seconds=0.5)
    worker = house.start_worker()
    wait_for(lambda: "begun" in house.notes() or None)

    worker.send_signal(signal.SIGTERM)

    assert (worker.wait(), states(), running_jobs()) == (0, [("SUCCESSFUL", 1)], [])


def test_told_to_leave_an_idle_worker_leaves_at_once(house: House) -> None:
    worker = house.start_worker()
    house.await_notes(1)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(PATIENCE) == 0


def test_news_is_heard_in_order_by_several_workers(house: House) -> None:
    with transaction.atomic(), labelled("account:1"):
        for stroke in range(50):
            announce("background.bell", {"stroke": stroke}, AT)

    house.work_off(workers=2)

    assert without_strokes(house.notes()) == [str(stroke) for stroke in range(50)]


def test_news_without_a_transaction_is_a_mistake(house: House) -> None:
    assert house.notes() == []

    with pytest.raises(RuntimeError, match="outside of a transaction"):
        announce("background.bell", {"stroke": 1}, AT)


@pytest.mark.postgresql
def test_a_worker_outlives_the_loss_of_its_connections(house: House) -> None:
    house.start_worker()
    house.await_notes(1)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    enqueue(count, number=1)

    assert "1" in house.await_notes(2)
