"""A migrated database outside the test's transaction, with real workers on it.

It is copied for each test from one that a process of its own has migrated: workers commit, and what
they commit must not meet the next test.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar
from urllib.parse import urlsplit

import psycopg

from quarterdeck.core.tests.background.work import notes
from quarterdeck.core.tests.databases import speaking_with
from quarterdeck.core.tests.patience import PATIENCE

URL = os.environ.get("QUARTERDECK_DATABASE_URL", "")
ON_POSTGRESQL = URL.startswith("postgres")
T = TypeVar("T")

WORKER = "quarterdeck.core.tests.background"


@dataclass
class House:
    """An installation: its home, its database, and the workers that a test has started."""

    home: Path
    url: str
    name: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to know to be one of this installation's."""
        return {
            **os.environ,
            "QUARTERDECK_HOME": str(self.home),
            "QUARTERDECK_DATABASE_URL": self.url,
        }

    def start_worker(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start a worker that wakes ten times a second; with `idle` it leaves once all is done."""
        command = [sys.executable, "-m", WORKER, "0.1", *words]
        with (self.home / "log").open("ab") as log:
            worker = subprocess.Popen(command, env=self.environment, stderr=log)  # noqa: S603 - our own interpreter and program
        self.workers.append(worker)
        return worker

    def work_off(self, workers: int = 1) -> None:
        """Let workers side by side do all that is due, and wait until each has left by itself."""
        for worker in [self.start_worker("idle") for _ in range(workers)]:
            worker.wait(PATIENCE)

    def notes(self) -> list[str]:
        """Return what jobs and reactions have noted."""
        return notes(self.home)

    def await_notes(self, count: int) -> list[str]:
        """Wait until there are so many notes, and return them all."""
        return wait_for(lambda: self.notes() if len(self.notes()) >= count else None)

    def log(self) -> str:
        """Return what the workers have logged."""
        return (self.home / "log").read_text()

    def close(self) -> None:
        """End the workers that are left."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
            worker.wait()


def wait_for(look: Callable[[], T | None]) -> T:
    """Look until there is something to see; TimeoutError when it takes far too long."""
    end = monotonic() + PATIENCE
    while (seen := look()) is None:
        if monotonic() > end:
            raise TimeoutError
        sleep(0.02)
    return seen


@contextmanager
def migrated(home: Path) -> Iterator[House]:
    """Have a process of its own migrate a database that others are copied from."""
    with _empty_database(home) as house:
        migrate = [sys.executable, "-m", "django", "migrate", "--skip-checks", "-v0"]
        subprocess.run(migrate, env=house.environment, check=True)  # noqa: S603 - our own interpreter and program
        yield house


@contextmanager
def copied(original: House, home: Path) -> Iterator[House]:
    """Copy a migrated database, and let the ORM of this process speak with the copy."""
    with _empty_database(home, template=original) as house:
        try:
            with speaking_with(house.name):
                yield house
        finally:
            house.close()


@contextmanager
def _empty_database(home: Path, template: House | None = None) -> Iterator[House]:
    if not ON_POSTGRESQL:
        path = home / "quarterdeck.sqlite3"
        if template:
            shutil.copy(template.name, path)
        yield House(home, f"sqlite:///{path}", str(path))
        return
    name = f"background_{home.name.lower().replace('-', '_')}_{os.getpid()}"
    copied_from = f' TEMPLATE "{template.name}"' if template else ""
    with psycopg.connect(URL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"{copied_from}')
        try:
            yield House(home, urlsplit(URL)._replace(path=f"/{name}").geturl(), name)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
