"""The job that takes a backup every night."""

from datetime import time
from pathlib import Path
from typing import Any

from django.conf import settings

from quarterdeck.config.operation.backup import take_backup
from quarterdeck.config.operation.retention import NIGHTLY, prune
from quarterdeck.core import clock
from quarterdeck.core.jobs import job, scheduled
from quarterdeck.office.queries import organisation


def _zone() -> str:
    return organisation().zone


@scheduled(daily_at=time(1, 30), zone=_zone)
@job(atomic=False, attempts=3)
def nightly_backup() -> dict[str, Any]:
    """Take a backup of everything into the configured folder, and remove old ones."""
    if not settings.BACKUP_FOLDER:
        return {"taken": ""}
    folder = Path(settings.BACKUP_FOLDER)
    backup = take_backup(folder, occasion=NIGHTLY, at=clock.now())
    removed = prune(folder)
    return {
        "taken": backup.manifest.taken_at.isoformat(),
        "file": backup.path.name,
        "bytes": backup.size,
        "removed": len(removed),
    }
