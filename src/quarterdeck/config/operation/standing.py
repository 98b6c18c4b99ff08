"""How an installation stands: database, version, workers and backups."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django_tasks_db.compat import TaskResultStatus

from quarterdeck.config.operation.retention import backups_in
from quarterdeck.core.jobs.progress import WORKER_PATIENCE, worker_seen_at
from quarterdeck.core.models import ScheduledJob
from quarterdeck.desk.models import Mailbox
from quarterdeck.desk.queries.mailboxes import silent_mailboxes

NIGHTLY_JOB = "config.operation.nightly_backup"
# Milliseconds that one question of readiness may take.
_PATIENCE = "1000"
# A night, and half a day for somebody to look.
BACKUP_PATIENCE = timedelta(hours=36)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, and what was seen.

    What is not `needed` does not keep the installation from serving.
    """

    title: str
    is_well: bool
    told: str
    needed: bool = True
    is_off: bool = False


def readiness(at: datetime) -> list[Finding]:
    """Look at everything that serving needs, and at the last backup."""
    try:
        with _briefly():
            return [_database(), _migrations(), _workers(at), last_backup(at), _mailboxes(at)]
    except (DatabaseError, InterfaceError, OSError) as problem:
        # PostgreSQL's pool raises a timeout, which is an OSError.
        kind = type(problem).__name__
        return [Finding("Database", is_well=False, told=f"It does not answer ({kind}).")]


@contextmanager
def _briefly() -> Iterator[None]:
    """Let PostgreSQL give up on a question that takes long: who watches asks again soon.

    SQLite answers readers also while somebody writes.
    """
    with transaction.atomic() if connection.vendor == "postgresql" else nullcontext():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [_PATIENCE])
        yield


def is_ready(findings: list[Finding]) -> bool:
    """Say whether all that is needed is well."""
    return all(finding.is_well for finding in findings if finding.needed)


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return Finding("Database", is_well=True, told=f"{connection.display_name} answers.")


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this program, which do not change while it runs."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _migrations() -> Finding:
    applied = set(MigrationRecorder(connection).applied_migrations())
    missing = sorted(_known_migrations() - applied)
    if missing:
        told = f"{len(missing)} are missing, the first is {'.'.join(missing[0])}."
        return Finding("Migrations", is_well=False, told=f"{told} Run quarterdeck upgrade.")
    return Finding("Migrations", is_well=True, told=f"All {len(applied)} are applied.")


def _workers(at: datetime) -> Finding:
    seen = worker_seen_at(at)
    if seen is None:
        return Finding("Workers", is_well=False, told="None has been seen yet.")
    if seen == at:
        return Finding("Workers", is_well=True, told="One is running a job.")
    told = f"Last seen at {_minute(seen)}."
    return Finding("Workers", is_well=at - seen <= WORKER_PATIENCE, told=told)


def _mailboxes(at: datetime) -> Finding:
    """Say which mailboxes have not been read for too long; without them the rest still serves."""
    if not Mailbox.objects.fetched().exists():
        told = "None is fetched from."
        return Finding("Mailboxes", is_well=True, told=told, needed=False, is_off=True)
    told = " ".join(
        f"{each.address} was last read at {_minute(each.since)}. {each.failure}"
        if each.since
        else f"{each.address} was never read. {each.failure}"
        for each in silent_mailboxes(at)
    )
    is_well = not told
    return Finding("Mailboxes", is_well=is_well, told=told or "All are read.", needed=False)


def last_backup_at() -> datetime | None:
    """Return when the last backup was taken, as far as the folder or the nightly job tell."""
    known = [*backups_in(Path(settings.BACKUP_FOLDER)).values()] if settings.BACKUP_FOLDER else []
    row = ScheduledJob.objects.filter(name=NIGHTLY_JOB).select_related("last_task").first()
    value = row.last_task.return_value if row and row.last_task else None
    if isinstance(value, dict) and value.get("taken"):
        known.append(datetime.fromisoformat(value["taken"]))
    return max(known, default=None)


def last_backup(at: datetime) -> Finding:
    """Say how old the last backup is, and how the last nightly one ended."""
    if not settings.BACKUP_FOLDER:
        told = "None is set up: QUARTERDECK_BACKUP_FOLDER names no folder."
        return Finding("Backup", is_well=True, told=told, needed=False, is_off=True)
    failure = _nightly_failure()
    taken = last_backup_at()
    if taken is None:
        return Finding(
            "Backup", is_well=False, told=f"None has been taken yet.{failure}", needed=False
        )
    is_well = not failure and at - taken <= BACKUP_PATIENCE
    told = f"The last was taken at {_minute(taken)}.{failure}"
    return Finding("Backup", is_well=is_well, told=told, needed=False)


def _nightly_failure() -> str:
    row = ScheduledJob.objects.filter(name=NIGHTLY_JOB).select_related("last_task").first()
    task = row.last_task if row else None
    if task is None or task.status == TaskResultStatus.SUCCESSFUL or not task.traceback:
        return ""
    return f" The last nightly one failed: {task.traceback.strip().splitlines()[-1]}"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
