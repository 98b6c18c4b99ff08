"""Work that somebody watches: at most one unfinished run of a job about one thing, how far it has
come, and whether a worker is there to take it up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_tasks_db.compat import TaskResultStatus

from quarterdeck.core.jobs.declaration import Job, job_named
from quarterdeck.core.jobs.queue import enqueue
from quarterdeck.core.jobs.schedule import UNFINISHED
from quarterdeck.core.jobs.standing import JobRun, run_of
from quarterdeck.core.models import JobLease, JobProgress, ScheduledJob
from quarterdeck.core.together import read_together

# A scheduled job runs every minute; some patience for one that takes long.
WORKER_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Watched:
    """The latest run of a job about one thing, with its steps done of all steps."""

    run: JobRun
    done: int
    of: int

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits for a worker, or one runs it."""
        return self.run.state in UNFINISHED

    @property
    def is_running(self) -> bool:
        """Whether a worker has it."""
        return self.run.state == TaskResultStatus.RUNNING

    @property
    def has_failed(self) -> bool:
        """Whether it was given up."""
        return self.run.state == TaskResultStatus.FAILED

    @property
    def refusal(self) -> str:
        """The last line of what went wrong, without the name of the error."""
        last = self.run.error.strip().rpartition("\n")[2]
        return last.partition(": ")[2] or last


def enqueue_once(which: Job | str, subject: str, /, **arguments: Any) -> bool:
    """Put a job about `subject` into the queue, unless one about it waits or runs already; tell
    whether it was put there.

    Whoever asks at the same time waits for the other's transaction. Raises as `enqueue` does.
    """
    wanted = job_named(which) if isinstance(which, str) else which
    with transaction.atomic():
        row, _ = JobProgress.objects.select_for_update(of=("self",)).get_or_create(
            job=wanted.name, subject=subject
        )
        if row.task is not None and row.task.status in UNFINISHED:
            return False
        row.task_id, row.done, row.of = enqueue(wanted, **arguments), 0, 0
        row.save(update_fields=["task_id", "done", "of"])
    return True


def release(which: Job | str, subject: str, /) -> None:
    """Let whoever asks for the job about `subject` from now on have a run of its own.

    A run calls it in the transaction in which it hands over what it has made: whoever asked before
    is seen there, since asking and handing over wait for one another, and whoever asks later does
    not wait for a run that no longer looks.
    """
    name = which if isinstance(which, str) else which.name
    rows = JobProgress.objects.select_for_update(of=("self",))
    for row in rows.filter(job=name, subject=subject):
        row.delete()


def note_progress(which: Job | str, subject: str, /, *, done: int, of: int) -> None:
    """Say how far the job about `subject` has come, for whoever watches it."""
    name = which if isinstance(which, str) else which.name
    JobProgress.objects.filter(job=name, subject=subject).update(done=done, of=of)


def watched(which: Job | str, *subjects: str) -> dict[str, Watched]:
    """Return the latest run of a job about each of these things that one was enqueued for."""
    name = which if isinstance(which, str) else which.name
    rows = JobProgress.objects.filter(job=name, subject__in=subjects)
    return {
        row.subject: Watched(run_of(row.task), row.done, row.of)
        for row in rows.select_related("task")
        if row.task is not None
    }


def worker_seen_at(at: datetime) -> datetime | None:
    """Return when a worker gave its last sign: `at` while one runs a job, None before the first.

    A worker that lives ends a scheduled job every minute, or holds a lease meanwhile.
    """
    held = JobLease.objects.filter(expires_at__gt=at).values_list("expires_at")[:1]
    ended = ScheduledJob.objects.filter(last_task__finished_at__isnull=False)
    instants = ended.values_list("last_task__finished_at", flat=True)
    last = instants.order_by("-last_task__finished_at")[:1]
    read_together([held, last])
    return at if held else next(iter(last), None)


def has_worker(at: datetime) -> bool:
    """Say whether a worker has given a sign of late."""
    seen = worker_seen_at(at)
    return seen is not None and at - seen <= WORKER_PATIENCE
