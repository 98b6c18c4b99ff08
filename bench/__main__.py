"""Prints the benchmarks: import, pages, the demo and calendars, at 15,000 or a million tickets.

`python -m bench [--size 15k|1m] [--database sqlite|postgresql|both] [--quick]`
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, quote, urlsplit

from bench.demo import measure_demo
from bench.importing import TITLES, measure_memory, run_import, surroundings
from bench.kernels import measure_calendars
from bench.measuring import MEBIBYTE, heading, load, machine, table
from bench.scale import write_log

ROOT = Path(__file__).resolve().parent.parent
SMALL, LARGE, QUICK = 15_000, 1_000_000, 1_500
MEMORY_SIZES, QUICK_MEMORY_SIZES = (20, 200), (2, 10)
PATIENCE, QUICK_PATIENCE = 6.0, 1.0
# What docs/ asks an administrator to set on PostgreSQL, as far as a session can.
POSTGRESQL_SETTINGS = "-c jit=off -c random_page_cost=1.1"


def main() -> None:
    """Read the arguments and print one table after another."""
    parser = argparse.ArgumentParser(prog="bench", description="Print the benchmarks.")
    parser.add_argument(
        "--size", choices=("15k", "1m"), default="15k", help="tickets in the database"
    )
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the tickets and of the patience"
    )
    parser.add_argument("--without-memory", action="store_true", help="leave the 200 MB import out")
    parser.add_argument("--search", action="store_true", help="measure the search and nothing else")
    chosen = parser.parse_args()
    heading(f"{machine()}; {load()}")
    if not chosen.search:
        measure_calendars()
        measure_demo()
    for database in ("sqlite", "postgresql"):
        if chosen.database in {database, "both"}:
            measure_database(database, chosen)
    if not chosen.without_memory and not chosen.search:
        measure_memory(QUICK_MEMORY_SIZES if chosen.quick else MEMORY_SIZES)


def measure_database(database: str, chosen: argparse.Namespace) -> None:
    """Import, multiply where that is asked for, and measure the pages on one database."""
    tickets = QUICK if chosen.quick else SMALL
    with (
        TemporaryDirectory(prefix="quarterdeck-bench-") as name,
        installed(database) as (url, server),
    ):
        folder = Path(name)
        _, events = write_log(folder / "log.csv.gz", tickets)
        run = run_import(folder / "log.csv.gz", events, folder / "home", url, server)
        heading(f"import on {database}, gzip, through the command; {load()}")
        table(TITLES, [run.cells(f"{tickets:,} tickets")])
        taken = f"{run.cpu:.1f} s of CPU in the command, {run.server_cpu:.1f} s in the server"
        print(f"{taken}; database {size(folder, url):,.0f} MB")
        environment = surroundings(folder / "home", url)
        patience = QUICK_PATIENCE if chosen.quick else PATIENCE
        if chosen.search:
            wanted = 0 if chosen.size == "15k" else LARGE // 10 if chosen.quick else LARGE
            words = ("bench.searching", str(wanted), str(patience), str(server))
            run_part(*words, environment=environment)
            return
        if chosen.size == "1m":
            wanted = LARGE // 10 if chosen.quick else LARGE
            heading(f"{database}: {wanted:,} tickets for the pages, copied in SQL and not imported")
            run_part("bench.multiplying", str(wanted), environment=environment)
            print(f"database {size(folder, url):,.0f} MB")
        run_part("bench.pages", str(patience), str(server), environment=environment)
        run_part("bench.clocks", environment=environment)


def run_part(*words: str, environment: dict[str, str]) -> None:
    """Run another module of this package in the surroundings of an installation."""
    command = [sys.executable, "-m", *words]
    settings = {**environment, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    code = subprocess.run(command, env=settings, cwd=ROOT, check=False).returncode
    if code:
        sys.exit(code)


@contextmanager
def installed(database: str) -> Iterator[tuple[str, int]]:
    """Give the URL of an empty database and the process whose children serve it, 0 for SQLite."""
    if database == "sqlite":
        yield "", 0
        return
    sys.path.append(str(ROOT / "tools"))
    from private_postgresql import private_postgresql  # noqa: PLC0415 — tools/ is no package

    with private_postgresql() as url:
        folder = Path(parse_qs(urlsplit(url).query)["host"][0])
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        version = (folder / "data" / "PG_VERSION").read_text().strip()
        heading(f"PostgreSQL {version}, private cluster without fsync, {POSTGRESQL_SETTINGS}")
        yield f"{url}&options={quote(POSTGRESQL_SETTINGS)}", server


def size(folder: Path, url: str) -> float:
    """Return the size of the database in megabytes."""
    if not url:
        return (folder / "home" / "quarterdeck.sqlite3").stat().st_size / MEBIBYTE
    data = Path(parse_qs(urlsplit(url).query)["host"][0]) / "data" / "base"
    files = (Path(place) / name for place, _, names in os.walk(data) for name in names)
    return sum(file.stat().st_size for file in files) / MEBIBYTE


if __name__ == "__main__":
    # An ordinary exit, so that databases and folders are removed on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    main()
