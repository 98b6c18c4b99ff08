"""One run of one job: the lease is renewed meanwhile, and the end is written down."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from time import monotonic
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction

from quarterdeck.core import clock
from quarterdeck.core.jobs.declaration import Job, job_at
from quarterdeck.core.jobs.queue import (
    LeaseLost,
    WorkerLost,
    claim,
    fail,
    policy_of,
    put_back,
    renew,
    succeed,
)
from quarterdeck.core.models import JobLease

log = logging.getLogger(__name__)

RENEWALS_PER_LEASE = 3


def run_next(worker: str) -> bool:
    """Run the job that is next in the queue to its end; False where nothing waits."""
    lease = claim(worker, at=clock.now())
    if lease is None:
        return False
    begun = monotonic()
    outcome = _run(lease)
    declared = job_at(lease.task.task_path)
    log.info(
        "job=%s task=%s worker=%s attempt=%d outcome=%s seconds=%.3f",
        declared.name if declared else lease.task.task_path,
        lease.task_id,
        worker,
        len(lease.task.worker_ids),
        outcome,
        monotonic() - begun,
    )
    return True


def _run(lease: JobLease) -> str:
    """Run a claimed job and write down how it ended; return that in one word."""
    try:
        with _renewed(lease, policy_of(lease.task).lease):
            _perform(_job_of(lease), lease)
    except LeaseLost:
        return "lost"
    except Exception as error:
        log.exception("task=%s raised", lease.task_id)
        return _fail(lease, error)
    except BaseException:
        # The process is told to leave at once: somebody else may take the job now.
        put_back(lease, WorkerLost(f"{lease.worker} was stopped"), at=clock.now())
        raise
    return "done"


def _job_of(lease: JobLease) -> Job:
    declared = job_at(lease.task.task_path)
    if declared is None:
        message = f"no installed app declares the job {lease.task.task_path}"
        raise LookupError(message)
    return declared


def _perform(job: Job, lease: JobLease) -> None:
    with transaction.atomic() if job.policy.atomic else nullcontext():
        value: Any = job.call(**lease.task.args_kwargs["kwargs"])
        succeed(lease, value, at=clock.now())


def _fail(lease: JobLease, error: Exception) -> str:
    try:
        return "retry" if fail(lease, error, at=clock.now()) else "failed"
    except LeaseLost:
        return "lost"


@contextmanager
def _renewed(lease: JobLease, length: timedelta) -> Iterator[None]:
    """Renew a lease from a thread of its own until the block ends."""
    ended = threading.Event()
    arguments = (lease, length, ended)
    thread = threading.Thread(target=_keep_renewing, args=arguments, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _keep_renewing(lease: JobLease, length: timedelta, ended: threading.Event) -> None:
    """Renew until told that the job has ended; a database that is away is asked again."""
    wait = length.total_seconds() / RENEWALS_PER_LEASE
    try:
        while not ended.wait(wait):
            try:
                held = renew(lease, length=length, at=clock.now())
            except (DatabaseError, InterfaceError) as error:
                log.warning("task=%s lease not renewed: %s", lease.task_id, error)
                connection.close()
                continue
            # A job that has just ended well has no lease any more either.
            if not held and not ended.wait(wait):
                log.warning("task=%s lease lost", lease.task_id)
            if not held:
                return
    finally:
        connection.close()
