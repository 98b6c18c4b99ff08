"""What an import costs: the real command on a fresh home, from the outside."""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.measuring import MEBIBYTE, children_cpu, heading, load, table
from bench.scale import PROFILE, SEED, write_log
from bench.texts import words

KIBIBYTE = 1 << 10
ENDLESS = 1_000_000
PAUSE_SECONDS = 0.1
TITLE_WORDS = 12


@dataclass(frozen=True)
class Import:
    """One run of the command: seconds by the clock, CPU seconds with the database's, peak bytes."""

    tickets: int
    events: int
    wall: float
    cpu: float
    server_cpu: float
    peak: int
    own: int

    def cells(self, title: str) -> list[str]:
        """Return the figures of one line."""
        return [
            title,
            f"{self.tickets:,}",
            f"{self.events:,}",
            f"{self.wall:.1f}",
            f"{self.events / self.wall:,.0f}",
            f"{self.events / (self.cpu + self.server_cpu):,.0f}",
            f"{self.peak / MEBIBYTE:.0f}",
            f"{self.own / MEBIBYTE:.0f}",
        ]


def surroundings(home: Path, url: str) -> dict[str, str]:
    """Return the environment of an installation of its own."""
    return {
        **os.environ,
        "QUARTERDECK_HOME": str(home),
        "QUARTERDECK_DATABASE_URL": url,
    }


def run_import(  # noqa: PLR0917 — what one run needs
    file: Path,
    events: int,
    home: Path,
    url: str = "",
    server: int = 0,
    said: tuple[str, ...] = (PROFILE,),
) -> Import:
    """Run `quarterdeck import` on a file of so many events and wait for its end.

    `said` is the format, and what else is said of the file.
    """
    command = ("-m", "quarterdeck.config.command", "import", *said, str(file), "--json")
    output = home.with_suffix(".output")
    server_began, began = children_cpu(server), perf_counter()
    with output.open("w") as out, output.with_suffix(".errors").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, *command], stdout=out, stderr=errors, env=surroundings(home, url)
        )
        used, own = _waited_for(process)
    wall = perf_counter() - began
    if process.returncode:
        told = (output.with_suffix(".errors").read_text() + output.read_text())[-2_000:]
        sys.exit(f"bench: the import ended with {process.returncode}:\n{told}")
    return Import(
        tickets=json.loads(output.read_text().splitlines()[-1])["created"],
        events=events,
        wall=wall,
        cpu=used.ru_utime + used.ru_stime,
        server_cpu=children_cpu(server) - server_began,
        peak=used.ru_maxrss * KIBIBYTE,
        own=own * KIBIBYTE,
    )


def _waited_for(process: "subprocess.Popen[bytes]") -> "tuple[resource.struct_rusage, int]":
    """Wait for a process; return the kernel's account of it, and the most kibibytes of its own.

    Its own are the anonymous pages. SQLite maps its file into memory too, up to a limit set by us;
    those pages count as resident, but the system may drop them at any time.
    """
    own = 0
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
            return used, own
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        own = max([own, *(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))])
        time.sleep(PAUSE_SECONDS)


TITLES = ("import", "tickets", "events", "wall s", "events/s", "events/CPU s", "peak MB", "own MB")


def measure_memory(sizes: tuple[int, ...]) -> None:
    """Print the peak memory of imports of plain CSV files of some sizes in megabytes; SQLite."""
    heading(f"import: memory over the size of the file, SQLite; {load()}")
    rows = []
    for size in sizes:
        with TemporaryDirectory(prefix="quarterdeck-bench-") as name:
            file = Path(name) / "log.csv"
            _, events = write_log(file, ENDLESS, size * 1_000_000)
            rows.append(run_import(file, events, Path(name) / "home").cells(f"{size} MB of CSV"))
    table(TITLES, rows)


def measure_texts(database: str, tickets: int) -> None:
    """Print the import of a table of tickets with titles, which go into the search index."""
    from bench.installation import installations  # noqa: PLC0415 — it imports this module

    columns = ("number", "title", "opened_at", "resolved_at", "team", "priority")
    said = ("tickets-table", "--zone", "UTC", "--map", ",".join(f"{c}={c}" for c in columns))
    with installations(database, "", None) as place:
        file = place.folder / "table.csv"
        _write_table(file, tickets, columns)
        run = run_import(file, tickets, place.folder / "home", place.url, place.server, said)
    heading(f"import on {database}: a table of tickets, each with a title of 12 words; {load()}")
    table(TITLES, [run.cells(f"{tickets:,} tickets")])


def _write_table(file: Path, tickets: int, columns: tuple[str, ...]) -> None:
    rng = Random(SEED)  # noqa: S311 — figures are to repeat, not to be secret
    source = words(rng)
    begins = datetime(2024, 1, 1, tzinfo=UTC)
    with file.open("w") as out:
        out.write(f"{','.join(columns)}\n")
        for number in range(tickets):
            opened = begins + timedelta(minutes=30 * number)
            fixed = opened + timedelta(minutes=rng.randrange(20, 5_000))
            title = " ".join(next(source) for _ in range(TITLE_WORDS))
            out.write(
                f"T{number:07},{title},{opened:%Y-%m-%d %H:%M},{fixed:%Y-%m-%d %H:%M},"
                f"Group {number % 40},{number % 4 + 1}\n"
            )
