"""Old traces of background work are removed, so that its tables do not grow for ever."""

from datetime import time, timedelta

from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from quarterdeck.core import clock
from quarterdeck.core.jobs.declaration import job
from quarterdeck.core.jobs.schedule import scheduled
from quarterdeck.core.models import Delivery, SignInSession

DONE_KEPT = timedelta(days=14)
FAILED_KEPT = timedelta(days=180)


@scheduled(daily_at=time(3, 20))
@job()
def prune() -> dict[str, int]:
    """Remove expired sessions, old finished jobs and deliveries; what failed is kept longer."""
    at = clock.now()
    tasks = DBTaskResult.objects.all()
    done = tasks.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=at - DONE_KEPT)
    failed = tasks.filter(status=TaskResultStatus.FAILED, finished_at__lt=at - FAILED_KEPT)
    return {
        "done": done.delete()[0],
        "failed": failed.delete()[0],
        "sessions": SignInSession.objects.filter(expire_date__lt=at).delete()[0],
        "deliveries": Delivery.objects.filter(delivered_at__lt=at - DONE_KEPT).delete()[0],
    }
