"""How the background work stands, for pages and the command line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from quarterdeck.core.jobs.declaration import job_at, job_named, load
from quarterdeck.core.jobs.schedule import rules
from quarterdeck.core.models import ScheduledJob

SHOWN = 100


@dataclass(frozen=True)
class JobRun:
    """One job in the queue: what it is, how far it has come, and what went wrong last."""

    task: UUID
    name: str
    title: str
    arguments: dict[str, Any]
    state: str
    attempts: int
    worker: str
    enqueued_at: datetime
    due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str


@dataclass(frozen=True)
class ScheduledRun:
    """A scheduled job: its rule, last run, and next due time (unknown before any worker)."""

    name: str
    title: str
    rule: str
    due_at: datetime | None
    last: JobRun | None


def waiting_jobs(*, limit: int = SHOWN) -> list[JobRun]:
    """Return the jobs that no worker has, retries included, the first due first."""
    return _runs(_in_state(TaskResultStatus.READY).order_by("run_after")[:limit])


def running_jobs(*, limit: int = SHOWN) -> list[JobRun]:
    """Return the jobs that a worker has, the longest running first."""
    return _runs(_in_state(TaskResultStatus.RUNNING).order_by("started_at")[:limit])


def failed_jobs(*, limit: int = SHOWN) -> list[JobRun]:
    """Return the jobs that were given up, the latest first."""
    return _runs(_in_state(TaskResultStatus.FAILED).order_by("-finished_at")[:limit])


def unfinished(name: str) -> list[dict[str, Any]]:
    """Return the arguments of each run of a job that still waits or is under way."""
    tasks = DBTaskResult.objects.filter(
        task_path=job_named(name).module_path,
        status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING),
    )
    return [task.args_kwargs["kwargs"] for task in tasks]


def scheduled_jobs() -> list[ScheduledRun]:
    """Return every scheduled job with its last run, by name."""
    load()
    planned = ScheduledJob.objects.select_related("last_task").in_bulk()
    runs = []
    for name, rule in sorted(rules().items()):
        row = planned.get(name)
        runs.append(
            ScheduledRun(
                name=name,
                title=job_named(name).title,
                rule=str(rule),
                due_at=row.due_at if row else None,
                last=run_of(row.last_task) if row and row.last_task else None,
            )
        )
    return runs


def _in_state(state: TaskResultStatus) -> "QuerySet[DBTaskResult[Any, Any]]":
    return DBTaskResult.objects.filter(status=state)


def _runs(tasks: "QuerySet[DBTaskResult[Any, Any]]") -> list[JobRun]:
    return [run_of(task) for task in tasks]


def run_of(task: "DBTaskResult[Any, Any]") -> JobRun:
    """Return what one task row says."""
    declared = job_at(task.task_path)
    return JobRun(
        task=task.pk,
        name=declared.name if declared else task.task_path,
        title=declared.title if declared else task.task_path,
        arguments=task.args_kwargs["kwargs"],
        state=str(task.status),
        attempts=len(task.worker_ids),
        worker=task.worker_ids[-1] if task.worker_ids else "",
        enqueued_at=task.enqueued_at,
        due_at=task.run_after,
        started_at=task.started_at,
        finished_at=task.finished_at,
        error=task.traceback,
    )
