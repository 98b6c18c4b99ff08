"""Background work: jobs with retry and lease, a schedule, and the worker that runs them.

An app declares its jobs in `jobs.py`; each calls one verb with `actor=worker_account()` and
`at=clock.now()`.
"""

from quarterdeck.core.jobs import pruning, sealing
from quarterdeck.core.jobs.actor import worker_account
from quarterdeck.core.jobs.declaration import Job, Policy, job
from quarterdeck.core.jobs.progress import (
    Watched,
    enqueue_once,
    has_worker,
    note_progress,
    release,
    watched,
    worker_seen_at,
)
from quarterdeck.core.jobs.queue import enqueue
from quarterdeck.core.jobs.schedule import scheduled
from quarterdeck.core.jobs.standing import (
    JobRun,
    ScheduledRun,
    failed_jobs,
    running_jobs,
    scheduled_jobs,
    unfinished,
    waiting_jobs,
)
from quarterdeck.core.jobs.worker import run_worker

__all__ = [
    "Job",
    "JobRun",
    "Policy",
    "ScheduledRun",
    "Watched",
    "enqueue",
    "enqueue_once",
    "failed_jobs",
    "has_worker",
    "job",
    "note_progress",
    "pruning",
    "release",
    "run_worker",
    "running_jobs",
    "scheduled",
    "scheduled_jobs",
    "sealing",
    "unfinished",
    "waiting_jobs",
    "watched",
    "worker_account",
    "worker_seen_at",
]
