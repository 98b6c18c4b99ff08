"""The worker: a loop that does what is due, then jobs, then sleeps a little."""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from types import FrameType
from typing import Any

from django.db import close_old_connections, connections

from quarterdeck.core import clock
from quarterdeck.core.jobs.declaration import load
from quarterdeck.core.jobs.queue import put_back_lost
from quarterdeck.core.jobs.run import run_next
from quarterdeck.core.jobs.schedule import enqueue_due, rules
from quarterdeck.core.outbox import deliver_due
from quarterdeck.core.retry import BackOff
from quarterdeck.core.trouble import trouble_of

log = logging.getLogger(__name__)

POLL = timedelta(seconds=1)
DATABASE_AWAY = BackOff(first=timedelta(seconds=1), longest=timedelta(seconds=10))
LEAVE_ON = (signal.SIGTERM, signal.SIGINT)


def run_worker(
    *, stop: threading.Event | None = None, until_idle: bool = False, poll: timedelta = POLL
) -> int:
    """Work until told to stop; return how many jobs were run.

    It leaves after the present job when `stop` is set or, in the main thread, on SIGTERM or SIGINT;
    a second signal acts as it would elsewhere. With `until_idle` it also leaves as soon as nothing
    is due, and raises what it would otherwise log and outlive. Idle, it wakes once per `poll`. Any
    number of workers may run side by side.
    """
    load()
    stop = stop or threading.Event()
    name = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
    log.info("worker=%s starts", name)
    with _leaving_on_signals(stop):
        ran = _until_idle(name, stop, poll) if until_idle else _until_told(name, stop, poll)
    log.info("worker=%s leaves jobs=%d", name, ran)
    return ran


def _until_idle(name: str, stop: threading.Event, poll: timedelta) -> int:
    ran = 0
    while not stop.is_set():
        moved, more = _round(name, stop, poll)
        ran += more
        if not moved and not more:
            break
    return ran


def _until_told(name: str, stop: threading.Event, poll: timedelta) -> int:
    ran = failures = 0
    while not stop.is_set():
        try:
            moved, more = _round(name, stop, poll)
        except Exception as error:
            # The database may be away for a while; a worker outlives that, and whatever else it is.
            failures += 1
            wait = DATABASE_AWAY.after(failures)
            if trouble := trouble_of(error):
                log.warning("worker=%s waits %s, database %s: %s", name, wait, trouble, error)
            else:
                log.exception("worker=%s stumbled and goes on after %s", name, wait)
            connections.close_all()
            stop.wait(wait.total_seconds())
            continue
        failures = 0
        ran += more
        if not moved and not more:
            close_old_connections()
            stop.wait(poll.total_seconds())
    return ran


def _round(name: str, stop: threading.Event, poll: timedelta) -> tuple[int, int]:
    """Do what is due, then run jobs until the next look; return how much was moved and run."""
    at = clock.now()
    next_look = monotonic() + poll.total_seconds()
    moved = len(put_back_lost(at=at)) + len(enqueue_due(rules(), at=at)) + deliver_due(at=at)
    ran = 0
    while not stop.is_set() and run_next(name):
        ran += 1
        if monotonic() >= next_look:
            break
    return moved, ran


@contextmanager
def _leaving_on_signals(stop: threading.Event) -> Iterator[None]:
    """Set `stop` on the first signal to leave, and let the second one have its usual effect."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual: dict[int, Any] = {number: signal.getsignal(number) for number in LEAVE_ON}

    def leave(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, usual[number])
        # Not from here: the signal may have interrupted the very wait that holds the event's lock.
        threading.Thread(target=stop.set, name="leave").start()

    for number in usual:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
