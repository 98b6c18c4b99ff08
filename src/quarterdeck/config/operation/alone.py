"""One process at a time, among those that share a home."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


@contextmanager
def alone() -> Iterator[None]:
    """Prepare an installation while no other process does; whoever comes second waits.

    Web servers and workers are started together, and each looks after database and static files.
    The lock goes with the process that holds it.
    """
    with (Path(settings.HOME) / "preparing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
