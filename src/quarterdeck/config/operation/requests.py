"""How many requests were answered, with which status, and how fast: counted without a database.

Each process of the web server counts in a file of its own, which is mapped into its memory, so that
whichever process is asked can add up what all have counted.
"""

import mmap
import os
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

FIRST_STATUS, STATUSES = 100, 500
# Seconds; the last bucket has no bound. The usual ones of Prometheus' clients.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_MICROSECONDS = 1_000_000
_BUCKETS = len(BOUNDS) + 1
_SLOTS = STATUSES + _BUCKETS + 1
_FORM = struct.Struct(f"{_SLOTS}Q")


@dataclass(frozen=True)
class Requests:
    """What has been counted: requests by status, by bucket of duration, and all seconds."""

    by_status: dict[int, int]
    by_bucket: tuple[int, ...]
    seconds: float


def _mapped(folder: Path) -> mmap.mmap:
    """Return the counters' memory: of a file, or where the disk takes none, of this process alone.

    The room is taken at once: writing into a hole of a file kills the process on a full disk.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / str(os.getpid())).open("a+b") as file:
            os.posix_fallocate(file.fileno(), 0, _FORM.size)
            return mmap.mmap(file.fileno(), _FORM.size)
    except OSError:
        return mmap.mmap(-1, _FORM.size)


class Tally:
    """The counters of this process; several threads may count at once."""

    def __init__(self, folder: Path) -> None:
        self._slots: memoryview = memoryview(_mapped(folder)).cast("Q")
        self._lock = threading.Lock()

    def add(self, status: int, seconds: float) -> None:
        """Count one request."""
        bucket = sum(seconds > bound for bound in BOUNDS)
        with self._lock:
            self._slots[min(max(status - FIRST_STATUS, 0), STATUSES - 1)] += 1
            self._slots[STATUSES + bucket] += 1
            self._slots[_SLOTS - 1] += round(seconds * _MICROSECONDS)


def tally_folder() -> Path:
    """Where the processes of this installation count."""
    return Path(settings.HOME) / "metrics"


@cache
def _tally(folder: Path, _process: int) -> Tally:
    return Tally(folder)


class RequestsMiddleware:
    """Counts every answer; it stands before all others, so that it sees what they answer too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.tally = _tally(tally_folder(), os.getpid())

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, and count what comes back."""
        begun = perf_counter()
        response = self.get_response(request)
        self.tally.add(response.status_code, perf_counter() - begun)
        return response


def counted() -> Requests:
    """Add up what all processes have counted since the web server was started."""
    total = [0] * _SLOTS
    for path in tally_folder().glob("*"):
        content = path.read_bytes()
        if len(content) == _FORM.size:
            values: tuple[Any, ...] = _FORM.unpack(content)
            total = [sum(pair) for pair in zip(total, values, strict=True)]
    return Requests(
        by_status={FIRST_STATUS + n: count for n, count in enumerate(total[:STATUSES]) if count},
        by_bucket=tuple(total[STATUSES:-1]),
        seconds=total[-1] / _MICROSECONDS,
    )


def forget_dead_processes() -> None:
    """Remove the counts of processes that are gone; a new web server begins at nought."""
    for path in tally_folder().glob("*"):
        if path.name.isdigit() and not Path(f"/proc/{path.name}").exists():
            path.unlink(missing_ok=True)
