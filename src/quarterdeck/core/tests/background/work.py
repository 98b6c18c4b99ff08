"""Jobs that leave lines in a file of the installation's home, which no rollback takes back."""

import os
import signal
from datetime import timedelta
from pathlib import Path
from time import sleep

from django.conf import settings

from quarterdeck.core import clock
from quarterdeck.core.acts import labelled
from quarterdeck.core.jobs import job
from quarterdeck.core.outbox import announce
from quarterdeck.core.retry import BackOff

SOON = BackOff(first=timedelta(milliseconds=100), longest=timedelta(seconds=1))


def note(line: str) -> None:
    """Add one line to the notes in a single write, so that processes do not mix theirs."""
    path = Path(settings.HOME) / "notes"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def notes(home: Path) -> list[str]:
    """Return the lines that jobs have left in a home."""
    path = home / "notes"
    return path.read_text().splitlines() if path.exists() else []


@job()
def count(number: int) -> None:
    """Note a number."""
    note(str(number))


@job()
def toll(number: int) -> None:
    """Announce a number: an effect in the database, which a killed worker leaves whole or not."""
    with labelled("worker"):
        announce("background.toll", {"number": number}, clock.now())


@job(lease=timedelta(seconds=2), attempts=3, atomic=False)
def linger(seconds: float) -> None:
    """Take long the first time, and no time afterwards."""
    first = not notes(Path(settings.HOME))
    note("begun")
    if first:
        sleep(seconds)
    note("ended")


@job(attempts=2, lease=timedelta(milliseconds=500))
def vanish() -> None:
    """Kill the worker, as a lack of memory might."""
    note("vanished")
    os.kill(os.getpid(), signal.SIGKILL)


@job()
def strike() -> None:
    """Note that the clock has struck."""
    note("struck")
