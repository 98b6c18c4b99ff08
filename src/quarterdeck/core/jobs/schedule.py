"""Jobs that the clock starts: rules in the code, next due instants in the database.

Several workers may look after the schedule at once: whoever locks a row first enqueues the job and
moves the due time on. Due times that nobody was there for are made up for once, not once each, and
a job whose last run has not ended yet is left out, so that it never overlaps itself.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django_tasks_db.compat import TaskResultStatus

from quarterdeck.core.jobs.declaration import Job, job_named
from quarterdeck.core.jobs.queue import enqueue
from quarterdeck.core.models import ScheduledJob

log = logging.getLogger(__name__)

UNFINISHED = {TaskResultStatus.READY, TaskResultStatus.RUNNING}


@dataclass(frozen=True)
class Every:
    """At a steady distance, for the first time at once."""

    interval: timedelta

    def __str__(self) -> str:
        return f"every {self.interval}"

    def first(self, at: datetime) -> datetime:
        """Return when a job that was never planned is due."""
        return at

    def following(self, due_at: datetime, at: datetime) -> datetime:
        """Return the first due time after `at` in the beat of `due_at`."""
        return due_at + self.interval * ((at - due_at) // self.interval + 1)


@dataclass(frozen=True)
class Daily:
    """Once on every local day, at one time of it.

    A time that the clock change skips is taken as many minutes later, one that occurs twice is
    taken the first time (PEP 495, fold=0).
    """

    local_time: time
    zone: str | Callable[[], str]

    def __str__(self) -> str:
        return f"daily at {self.local_time:%H:%M} {self._zone().key}"

    def first(self, at: datetime) -> datetime:
        """Return when a job that was never planned is due."""
        return self.following(at, at)

    def following(self, _due_at: datetime, at: datetime) -> datetime:
        """Return the first due time after `at`."""
        zone = self._zone()
        today = at.astimezone(zone).date()
        days = (today + timedelta(days=ahead) for ahead in (-1, 0, 1, 2))
        dues = (datetime.combine(day, self.local_time, zone).astimezone(UTC) for day in days)
        return next(due for due in dues if due > at)

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone if isinstance(self.zone, str) else self.zone())


Rule = Every | Daily
_rules: dict[str, Rule] = {}


def scheduled(
    *,
    every: timedelta | None = None,
    daily_at: time | None = None,
    zone: str | Callable[[], str] = "UTC",
) -> Callable[[Job], Job]:
    """Let the clock start a job without arguments: at `every` interval, or `daily_at` a local time.

    `zone` is an IANA name, or a function that returns one, for the organisation's own. It stands
    above `@job(…)`. ValueError unless exactly one of the two rules is given.
    """
    if (every is None) == (daily_at is None) or (every is not None and every <= timedelta()):
        message = "a schedule has either a positive interval or a time of day"
        raise ValueError(message)

    def declare(job: Job) -> Job:
        _rules[job.name] = Every(every) if every else Daily(daily_at or time(), zone)
        return job

    return declare


def rules() -> dict[str, Rule]:
    """Return the rule of every scheduled job by the job's name."""
    return dict(_rules)


def enqueue_due(declared: Mapping[str, Rule], *, at: datetime) -> list[str]:
    """Enqueue the jobs of these rules that are due, move the due times on, and return the names."""
    planned = ScheduledJob.objects.in_bulk()
    started = []
    for name, rule in declared.items():
        try:
            row = planned.get(name)
            idle = row is not None and row.due_at > at and row.rule == str(rule)
            if not idle and _enqueue_if_due(name, rule, at):
                started.append(name)
        except (LookupError, ValueError):
            # A zone that a function names may be nonsense: the other jobs go on.
            log.exception("scheduled=%s has no due time", name)
    return started


def _enqueue_if_due(name: str, rule: Rule, at: datetime) -> bool:
    """Look at one row again under its lock; tell whether its job was enqueued."""
    fresh = {"rule": str(rule), "due_at": rule.first(at)}
    with transaction.atomic():
        row, _ = ScheduledJob.objects.select_for_update(of=("self",)).get_or_create(
            name=name, defaults=fresh
        )
        if row.rule != fresh["rule"]:
            row.rule, row.due_at = str(rule), rule.first(at)
        due = row.due_at <= at
        if due:
            row.due_at = rule.following(row.due_at, at)
        runs = due and (row.last_task is None or row.last_task.status not in UNFINISHED)
        if runs:
            row.last_task_id = enqueue(job_named(name), not_before=at)
        row.save()
    return runs
