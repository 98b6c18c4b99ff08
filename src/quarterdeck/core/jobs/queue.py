"""The queue: what waits for a worker, who holds it, and how a run ends.

The rows are those of `django_tasks_db`; a job has had as many attempts as its row names workers. A
worker owns a job by its lease, taken in the same transaction, and only the owner may end the run.
"""

from datetime import datetime, timedelta
from inspect import signature
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs.declaration import DEFAULT_POLICY, Job, Policy, job_at, job_named
from quarterdeck.core.models import JobLease
from quarterdeck.core.retry import failure


class LeaseLost(Exception):
    """The job was put back while this worker ran it: what this worker did must not count."""


class WorkerLost(Exception):
    """The worker that ran the job fell silent: it was killed, or lost its machine."""


def enqueue(which: Job | str, /, *, not_before: datetime | None = None, **arguments: Any) -> UUID:
    """Put a job into the queue and return the key of its task row.

    `which` is a job, or its name where the rooms forbid the import: a verb enqueues
    "desk.escalate". The row belongs to the open transaction: workers see the job once that commits,
    or never. Raises KeyError for an unknown name, TypeError for arguments that the function does
    not take or that JSON cannot carry.
    """
    wanted = job_named(which) if isinstance(which, str) else which
    signature(wanted.func).bind(**arguments)
    # A plain instant, not the library's year 9999 for “at once”, keeps the queue in order of time.
    due = wanted.using(run_after=not_before or clock.now())
    return UUID(due.enqueue(**arguments).id)


def ready(at: datetime) -> "QuerySet[DBTaskResult[Any, Any]]":
    """Return the tasks that a worker may start now, the most urgent and then the oldest first."""
    due = Q(run_after__lte=at) | Q(run_after=get_date_max())
    return DBTaskResult.objects.filter(due, status=TaskResultStatus.READY)


def claim(worker: str, *, at: datetime) -> JobLease | None:
    """Take the next task for this worker, or nothing; no two workers ever get the same one."""
    # A look without a lock first, so that idle workers on SQLite do not take the writer's turn.
    if not ready(at).exists():
        return None
    with transaction.atomic():
        task = ready(at).select_for_update(skip_locked=True).first()
        if task is None:
            return None
        task.status = TaskResultStatus.RUNNING
        task.started_at = at
        task.worker_ids = [*task.worker_ids, worker]
        task.save(update_fields=["status", "started_at", "worker_ids"])
        expires_at = at + policy_of(task).lease
        return JobLease.objects.create(task=task, worker=worker, expires_at=expires_at)


def policy_of(task: "DBTaskResult[Any, Any]") -> Policy:
    """Return the policy of a task's job, or the default where no app declares the job any more."""
    declared = job_at(task.task_path)
    return declared.policy if declared else DEFAULT_POLICY


def renew(lease: JobLease, *, length: timedelta, at: datetime) -> bool:
    """Hold a job for another length from now; False where the lease is no longer this worker's."""
    return _held(lease).update(expires_at=at + length) == 1


def succeed(lease: JobLease, value: Any, *, at: datetime) -> None:
    """End a run well, and free the lease; LeaseLost where it is no longer this worker's."""
    with transaction.atomic(savepoint=False):
        _give_up(lease)
        DBTaskResult.objects.filter(pk=lease.task_id).update(
            status=TaskResultStatus.SUCCESSFUL,
            finished_at=at,
            return_value=value,
            exception_class_path="",
            traceback="",
        )


def fail(lease: JobLease, error: BaseException, *, at: datetime) -> bool:
    """End a run with an error, which is kept; tell whether the job will be tried again.

    A verb that refuses has given its answer: the job is not tried again. LeaseLost as in `succeed`.
    """
    task = lease.task
    policy = policy_of(task)
    attempt = len(task.worker_ids)
    again = attempt < policy.attempts and not isinstance(error, Refused)
    with transaction.atomic():
        _give_up(lease)
        _end_with_error(
            task, error, next_at=at + policy.back_off.after(attempt) if again else None, at=at
        )
    return again


def put_back_lost(*, at: datetime) -> list[JobLease]:
    """Put every job whose lease has run out back into the queue; return the leases that had.

    A job that has no attempt left is marked as failed instead, with the error WorkerLost.
    """
    if not JobLease.objects.filter(expires_at__lte=at).exists():
        return []
    with transaction.atomic():
        expired = JobLease.objects.filter(expires_at__lte=at).select_for_update(
            skip_locked=True, of=("self",)
        )
        lost = list(expired.select_related("task"))
        for lease in lost:
            put_back(
                lease, WorkerLost(f"{lease.worker} fell silent before {lease.expires_at}"), at=at
            )
    return lost


def put_back(lease: JobLease, error: BaseException, *, at: datetime) -> None:
    """Return an unfinished job to the queue at once, or fail it where no attempt is left."""
    again = len(lease.task.worker_ids) < policy_of(lease.task).attempts
    with transaction.atomic():
        _give_up(lease)
        _end_with_error(lease.task, error, next_at=at if again else None, at=at)


def _end_with_error(
    task: "DBTaskResult[Any, Any]", error: BaseException, *, next_at: datetime | None, at: datetime
) -> None:
    if next_at:
        task.status, task.run_after = TaskResultStatus.READY, next_at
    else:
        task.status, task.finished_at = TaskResultStatus.FAILED, at
    task.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
    task.traceback = failure(error)
    task.save(
        update_fields=["status", "run_after", "finished_at", "exception_class_path", "traceback"]
    )


def _held(lease: JobLease) -> "QuerySet[JobLease]":
    return JobLease.objects.filter(pk=lease.task_id, worker=lease.worker)


def _give_up(lease: JobLease) -> None:
    if not _held(lease).delete()[0]:
        message = f"{lease.worker} no longer holds the task {lease.task_id}"
        raise LeaseLost(message)
