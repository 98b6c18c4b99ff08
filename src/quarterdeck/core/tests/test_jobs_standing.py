"""Pages can tell how the background work stands."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from quarterdeck.core import clock
from quarterdeck.core.acts import acting
from quarterdeck.core.jobs import (
    enqueue,
    failed_jobs,
    job,
    running_jobs,
    scheduled_jobs,
    waiting_jobs,
    worker_account,
)
from quarterdeck.core.jobs.pruning import prune
from quarterdeck.core.jobs.queue import claim
from quarterdeck.core.jobs.run import run_next
from quarterdeck.core.jobs.schedule import enqueue_due, rules
from quarterdeck.core.models import Act, Unit

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@job(attempts=1)
def fall(reason: str) -> None:
    """Fall over at once.

    Only this first line is the title.
    """
    raise OSError(reason)


@job()
def found(name: str) -> None:
    """Found a unit, as a verb would."""
    with acting(actor=worker_account(), verb_name="test.found", at=clock.now()):
        Unit.objects.create(name=name)


def run_at(at: datetime) -> None:
    """Let a worker run the next job at an instant."""
    with time_machine.travel(at, tick=False):
        run_next("one")


def test_a_waiting_job_shows_its_arguments() -> None:
    enqueue(fall, not_before=AT, reason="tripped")

    assert [(run.title, run.arguments, run.due_at) for run in waiting_jobs()] == [
        ("Fall over at once.", {"reason": "tripped"}, AT)
    ]


def test_a_running_job_shows_its_worker() -> None:
    enqueue(fall, not_before=AT, reason="tripped")
    claim("one", at=AT)

    assert [(run.worker, run.started_at) for run in running_jobs()] == [("one", AT)]


def test_a_failed_job_shows_its_error() -> None:
    enqueue(fall, not_before=AT, reason="tripped")
    run_at(AT)

    assert [run.error.splitlines()[-1] for run in failed_jobs()] == ["OSError: tripped"]


def test_a_scheduled_job_that_no_worker_has_seen_has_no_due_time() -> None:
    runs = {run.name: (run.due_at, run.last) for run in scheduled_jobs()}

    assert runs["core.pruning.prune"] == (None, None)


def test_a_scheduled_job_shows_its_last_run_and_its_next() -> None:
    mine = {prune.name: rules()[prune.name]}
    enqueue_due(mine, at=AT)
    enqueue_due(mine, at=AT + timedelta(days=1))
    run_at(AT + timedelta(days=1))

    run = next(run for run in scheduled_jobs() if run.name == prune.name)

    assert run.due_at == datetime(2026, 3, 4, 3, 20, tzinfo=UTC)
    assert run.last is not None
    assert run.last.state == "SUCCESSFUL"


def test_old_finished_jobs_are_removed_and_failed_ones_kept_longer() -> None:
    enqueue(prune, not_before=AT)
    run_at(AT)
    enqueue(fall, not_before=AT, reason="tripped")
    run_at(AT)

    with time_machine.travel(AT + timedelta(days=15), tick=False):
        prune.call()

    assert [task.task_path for task in DBTaskResult.objects.all()] == [fall.module_path]


def test_the_history_names_the_worker_for_what_a_job_does() -> None:
    enqueue(found, not_before=AT, name="Network")

    run_at(AT)

    act = Act.objects.get(verb="test.found")
    assert (act.actor, act.at) == (worker_account().label, AT)
    assert Unit.objects.filter(name="Network").exists()
