"""What is committed gets sealed every few minutes."""

from datetime import timedelta

from quarterdeck.core import clock
from quarterdeck.core.jobs.actor import worker_account
from quarterdeck.core.jobs.declaration import job
from quarterdeck.core.jobs.schedule import scheduled
from quarterdeck.core.sealing import seal_rows


@scheduled(every=timedelta(minutes=10))
@job(atomic=False)
def seal() -> int:
    """Seal the rows that were added since the last time."""
    return seal_rows(actor=worker_account(), at=clock.now())
