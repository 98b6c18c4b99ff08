"""What an installation can be watched by: its queue, its outbox and the size of its database."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, Min
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from quarterdeck.core.models import Delivery
from quarterdeck.core.together import read_together


@dataclass(frozen=True)
class Figures:
    """Jobs by state, how long the oldest has waited, how late news is; seconds and bytes."""

    jobs: dict[str, int]
    oldest_waiting_seconds: float
    undelivered: int
    outbox_lag_seconds: float
    database_bytes: int


def figures(at: datetime) -> Figures:
    """Read the figures by three short statements."""
    states = DBTaskResult.objects.order_by().values_list("status").annotate(Count("pk"))
    # A retry waits on purpose until its time has come.
    due = DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__lte=at)
    oldest = due.order_by("run_after").values_list("run_after", flat=True)[:1]
    read_together([states, oldest])
    counted = {str(state): count for state, count in states}
    news = Delivery.objects.filter(delivered_at__isnull=True)
    late: dict[str, Any] = news.aggregate(count=Count("pk"), oldest=Min("announcement__at"))
    return Figures(
        jobs={state.value.lower(): counted.get(state.value, 0) for state in TaskResultStatus},
        oldest_waiting_seconds=_age(next(iter(oldest), None), at),
        undelivered=late["count"],
        outbox_lag_seconds=_age(late["oldest"], at),
        database_bytes=_size(),
    )


def _age(since: datetime | None, at: datetime) -> float:
    return max((at - since).total_seconds(), 0.0) if since else 0.0


def _size() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = Path(connection.settings_dict["NAME"])
    files = (path.with_name(path.name + end) for end in ("", "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
