"""Jobs wait, are claimed, end, and are tried again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import Job, enqueue, job
from quarterdeck.core.jobs.queue import LeaseLost, claim, put_back_lost, renew, succeed
from quarterdeck.core.jobs.run import run_next
from quarterdeck.core.models import EvidenceMark, JobLease
from quarterdeck.core.retry import BackOff

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BACK_OFF = BackOff(first=10 * SECOND, longest=60 * SECOND)

pytestmark = pytest.mark.django_db


def leave_mark(domain: str) -> None:
    """Write a row by which a test sees that a job's effect was committed."""
    EvidenceMark.objects.create(domain=domain, month=date(2026, 3, 1))


@job()
def add(left: int, right: int) -> int:
    """Add two numbers."""
    return left + right


@job(priority=50)
def hurry() -> None:
    """Come before others."""


@job(attempts=3, back_off=BACK_OFF)
def fall() -> None:
    """Write, and fail."""
    leave_mark("fall")
    raise OSError("no route to the printer")


@job(attempts=3, back_off=BACK_OFF, atomic=False)
def fall_in_steps() -> None:
    """Commit a first step, and fail."""
    leave_mark("first step")
    raise OSError("no route to the printer")


@job(attempts=3, back_off=BACK_OFF)
def fall_once() -> None:
    """Fail at the first attempt."""
    if len(DBTaskResult.objects.get().worker_ids) == 1:
        raise OSError("no route to the printer")


@job(attempts=1)
def read() -> None:
    """Find a NUL in what should be a date."""
    raise ValueError("'PK\0' is no date")


@job(attempts=3)
def ask() -> None:
    """Be declined."""
    raise Refused("The period is closed.")


@job(attempts=2)
def steal_own_lease() -> None:
    """Lose the lease while the job runs, as when a worker was frozen for too long."""
    leave_mark("stolen")
    JobLease.objects.update(worker="other")


def run_at(at: datetime) -> bool:
    """Let a worker run the next job at an instant."""
    with time_machine.travel(at, tick=False):
        return run_next("one")


def enqueue_at(at: datetime, which: Job, **arguments: Any) -> DBTaskResult[Any, Any]:
    """Put a job into the queue at an instant, and return its row."""
    with time_machine.travel(at, tick=False):
        return DBTaskResult.objects.get(pk=enqueue(which, **arguments))


def test_a_job_is_called_with_its_arguments_and_its_value_is_kept() -> None:
    task = enqueue_at(AT, add, left=2, right=3)

    run_at(AT)

    task.refresh_from_db()
    assert (task.status, task.return_value, task.finished_at) == ("SUCCESSFUL", 5, AT)


def test_a_finished_job_is_not_run_again() -> None:
    enqueue_at(AT, add, left=2, right=3)

    runs = [run_at(AT), run_at(AT)]

    assert runs == [True, False]


def test_a_job_of_a_transaction_that_rolls_back_was_never_queued() -> None:
    with transaction.atomic():
        enqueue(add, left=2, right=3)
        transaction.set_rollback(True)

    assert not DBTaskResult.objects.exists()


def test_a_job_may_be_named_where_it_cannot_be_imported() -> None:
    key = enqueue(add.name, left=2, right=3)

    assert DBTaskResult.objects.get(pk=key).task_path == add.module_path


def test_an_unknown_name_is_no_job() -> None:
    with pytest.raises(KeyError):
        enqueue("desk.no_such_job")


def test_a_misspelt_argument_is_noticed_at_once() -> None:
    with pytest.raises(TypeError, match="right"):
        enqueue(add, left=2, rihgt=3)


def test_an_argument_that_json_cannot_carry_is_noticed_at_once() -> None:
    with pytest.raises(TypeError, match="datetime"):
        enqueue(add, left=2, right=AT)


def test_the_oldest_job_comes_first() -> None:
    younger = enqueue_at(AT + SECOND, add, left=1, right=1)
    older = enqueue_at(AT, add, left=2, right=2)

    claims = [claim("one", at=AT + SECOND), claim("two", at=AT + SECOND)]

    assert [lease and lease.task for lease in claims] == [older, younger]


def test_an_urgent_job_overtakes_older_ones() -> None:
    enqueue_at(AT, add, left=2, right=2)
    urgent = enqueue_at(AT + SECOND, hurry)

    lease = claim("one", at=AT + SECOND)

    assert lease is not None
    assert lease.task == urgent


def test_a_deferred_job_waits_for_its_time() -> None:
    enqueue(add, left=1, right=1, not_before=AT)

    runs = [run_at(AT - SECOND), run_at(AT)]

    assert runs == [False, True]


def test_a_job_of_the_library_alone_is_run_too() -> None:
    with time_machine.travel(AT, tick=False):
        add.enqueue(left=1, right=1)

    assert run_at(AT) is True


def test_a_failed_job_waits_longer_before_each_further_attempt() -> None:
    enqueue_at(AT, fall)

    runs = {after: run_at(AT + after * SECOND) for after in (0, 9, 10, 29, 30)}

    assert runs == {0: True, 9: False, 10: True, 29: False, 30: True}


def test_a_job_that_fails_at_first_succeeds_in_the_end() -> None:
    task = enqueue_at(AT, fall_once)

    run_at(AT)
    run_at(AT + 60 * SECOND)

    task.refresh_from_db()
    assert (task.status, task.traceback, len(task.worker_ids)) == ("SUCCESSFUL", "", 2)


def test_a_job_is_given_up_after_its_last_attempt_and_the_error_is_kept() -> None:
    task = enqueue_at(AT, fall)

    runs = [run_at(AT + after * SECOND) for after in (0, 10, 30, 3600)]

    task.refresh_from_db()
    assert (runs, task.status) == ([True, True, True, False], "FAILED")
    assert task.traceback.endswith("OSError: no route to the printer\n")


def test_an_error_that_postgresql_cannot_store_is_kept_without_its_nul() -> None:
    task = enqueue_at(AT, read)

    run_at(AT)

    task.refresh_from_db()
    assert task.traceback.endswith("ValueError: 'PK\N{REPLACEMENT CHARACTER}' is no date\n")


def test_a_refusal_is_an_answer_and_is_not_tried_again() -> None:
    task = enqueue_at(AT, ask)

    run_at(AT)

    task.refresh_from_db()
    assert (task.status, len(task.worker_ids)) == ("FAILED", 1)


def test_what_an_atomic_job_wrote_before_it_failed_is_undone() -> None:
    enqueue_at(AT, fall)

    run_at(AT)

    assert not EvidenceMark.objects.exists()


def test_what_a_job_in_steps_has_committed_stays() -> None:
    enqueue_at(AT, fall_in_steps)

    run_at(AT)

    assert EvidenceMark.objects.get().domain == "first step"


def test_a_job_that_no_app_declares_any_more_is_tried_again_later() -> None:
    task = enqueue_at(AT, add, left=1, right=1)
    DBTaskResult.objects.update(task_path="quarterdeck.desk.jobs.gone")

    run_at(AT)

    task.refresh_from_db()
    assert (task.status, task.run_after) == ("READY", AT + 10 * SECOND)


def test_a_held_job_is_left_alone_until_its_lease_has_run_out() -> None:
    enqueue_at(AT, add, left=1, right=1)
    claim("one", at=AT)

    lost = [len(put_back_lost(at=AT + after * SECOND)) for after in (119, 120)]

    assert lost == [0, 1]


def test_a_renewed_lease_holds_for_another_length() -> None:
    enqueue_at(AT, add, left=1, right=1)
    lease = claim("one", at=AT)
    assert lease is not None

    renew(lease, length=120 * SECOND, at=AT + 60 * SECOND)

    assert put_back_lost(at=AT + 179 * SECOND) == []


def test_a_job_whose_worker_fell_silent_is_run_by_another() -> None:
    task = enqueue_at(AT, add, left=2, right=3)
    claim("dead", at=AT)
    put_back_lost(at=AT + 120 * SECOND)

    run_at(AT + 120 * SECOND)

    task.refresh_from_db()
    assert (task.status, task.worker_ids) == ("SUCCESSFUL", ["dead", "one"])


def test_a_job_that_took_its_last_worker_along_is_given_up_and_says_why() -> None:
    task = enqueue_at(AT, steal_own_lease)
    for after in (0, 120):
        claim("dead", at=AT + after * SECOND)
        put_back_lost(at=AT + (after + 120) * SECOND)

    task.refresh_from_db()
    assert task.status == "FAILED"
    assert "WorkerLost: dead fell silent" in task.traceback


def test_a_worker_that_lost_its_lease_may_not_end_the_job() -> None:
    enqueue_at(AT, add, left=1, right=1)
    lease = claim("slow", at=AT)
    assert lease is not None
    put_back_lost(at=AT + 120 * SECOND)
    claim("one", at=AT + 120 * SECOND)

    with pytest.raises(LeaseLost):
        succeed(lease, None, at=AT + 121 * SECOND)


def test_what_a_worker_wrote_in_a_job_that_it_lost_is_undone() -> None:
    enqueue_at(AT, steal_own_lease)

    run_at(AT)

    assert not EvidenceMark.objects.exists()


def test_waits_double_up_to_the_longest() -> None:
    waits = [BACK_OFF.after(attempt) / SECOND for attempt in (1, 2, 3, 4, 5, 1000)]

    assert waits == [10, 20, 40, 60, 60, 60]
