"""An installation to measure: a home and a database with an imported log, multiplied in SQL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import parse_qs, quote, urlsplit

from bench.importing import TITLES, run_import, surroundings
from bench.measuring import MEBIBYTE, heading, load, table
from bench.scale import write_log

ROOT = Path(__file__).resolve().parent.parent
# What docs/ asks an administrator to set on PostgreSQL, as far as a session can.
POSTGRESQL_SETTINGS = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
_READY = "ready"


@dataclass(frozen=True)
class Installation:
    """A folder with a home, the URL of its database (empty for SQLite in the home), and the process
    whose children serve it, 0 for SQLite."""

    database: str
    folder: Path
    url: str
    server: int

    def make(self, tickets: int, imported: int, *, with_texts: bool) -> None:
        """Import so many tickets, and copy them until there are enough.

        Where an earlier run has left it all, only the schema follows what has changed since.
        """
        if (self.folder / _READY).exists():
            heading(f"{self.database}: the tickets of an earlier run; {load()}")
            began = perf_counter()
            self.run_part("django", "migrate", "--verbosity", "0")
            print(f"brought up to date in {(perf_counter() - began) / 60:.1f} minutes")
            return
        began = perf_counter()
        log = self.folder / "log.csv.gz"
        _, events = write_log(log, min(imported, tickets))
        run = run_import(log, events, self.folder / "home", self.url, self.server)
        heading(f"import on {self.database}, gzip, through the command; {load()}")
        table(TITLES, [run.cells(f"{min(imported, tickets):,} tickets")])
        taken = f"{run.cpu:.1f} s of CPU in the command, {run.server_cpu:.1f} s in the server"
        print(f"{taken}; database {self.megabytes():,.0f} MB")
        heading(f"{self.database}: {tickets:,} tickets for the pages, copied in SQL, not imported")
        self.run_part("bench.multiplying", str(tickets), "texts" if with_texts else "")
        print(f"database {self.megabytes():,.0f} MB")
        print(f"made in {(perf_counter() - began) / 60:.1f} minutes; {load()}")
        (self.folder / _READY).touch()

    def run_part(self, *words: str) -> None:
        """Run another module of this package in the surroundings of the installation."""
        settings = {
            **surroundings(self.folder / "home", self.url),
            "DJANGO_SETTINGS_MODULE": "bench.settings",
        }
        command = [sys.executable, "-m", *words]
        code = subprocess.run(command, env=settings, cwd=ROOT, check=False).returncode
        if code:
            sys.exit(code)

    def megabytes(self) -> float:
        """Return the size of the database."""
        if not self.url:
            return (self.folder / "home" / "quarterdeck.sqlite3").stat().st_size / MEBIBYTE
        data = Path(parse_qs(urlsplit(self.url).query)["host"][0]) / "data" / "base"
        files = (Path(place) / name for place, _, names in os.walk(data) for name in names)
        return sum(file.stat().st_size for file in files) / MEBIBYTE


@contextmanager
def installations(database: str, name: str, kept: Path | None) -> Iterator[Installation]:
    """Give an installation in a folder that is thrown away, or in one of that name that stays."""
    with TemporaryDirectory(prefix="quarterdeck-bench-") as passing:
        folder = kept.resolve() / name if kept else Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        with serving(database, folder if kept else None) as (url, server):
            yield Installation(database, folder, url, server)


@contextmanager
def serving(database: str, kept: Path | None = None) -> Iterator[tuple[str, int]]:
    """Give the URL of a database and the process whose children serve it, 0 for SQLite."""
    if database == "sqlite":
        yield "", 0
        return
    sys.path.append(str(ROOT / "tools"))
    from private_postgresql import private_postgresql  # noqa: PLC0415 — tools/ is no package

    with private_postgresql(kept / "cluster" if kept else None) as url:
        folder = Path(parse_qs(urlsplit(url).query)["host"][0])
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        version = (folder / "data" / "PG_VERSION").read_text().strip()
        heading(f"PostgreSQL {version}, private cluster without fsync, {POSTGRESQL_SETTINGS}")
        yield f"{url}&options={quote(POSTGRESQL_SETTINGS)}", server
