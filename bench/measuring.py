"""How a figure is taken and printed: medians and 95th percentiles of CPU and wall time."""

import os
import platform
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

MILLISECONDS, NANOSECONDS = 1_000, 1_000_000_000
FEWEST_FOR_QUANTILES = 2
MEBIBYTE = 1 << 20
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
# Place in /proc/PID/stat, counted behind the name of the program.
CHILDREN_USER_TIME = 13


def machine() -> str:
    """Return what the figures were taken on, with how busy it was."""
    models = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return (
        f"{os.cpu_count()} cores ({models[0] if models else platform.machine()}), "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def load() -> str:
    """Return the load averages: above the number of cores, wall times say little."""
    return "load {:.1f} {:.1f} {:.1f} (1, 5, 15 min)".format(*os.getloadavg())


def children_cpu(parent: int) -> float:
    """Return the CPU seconds of a process's children, ended ones too; 0 for no parent.

    For live children it is the scheduler's own count in nanoseconds (proc(5), `schedstat`), exact
    for processes of one thread, as PostgreSQL's are; for ended ones the parent's, in hundredths of
    a second.
    """
    if not parent:
        return 0.0
    nanoseconds = 0
    for process in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        try:
            text = Path(f"/proc/{process}/schedstat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        nanoseconds += int(text.split()[0])
    values = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()
    ended = int(values[CHILDREN_USER_TIME]) + int(values[CHILDREN_USER_TIME + 1])
    return nanoseconds / NANOSECONDS + ended / TICKS_A_SECOND


@dataclass
class Sample:
    """Repeated runs of one thing: CPU and wall seconds of each, database server included."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def take(self, call: Callable[[], object], server: int = 0) -> None:
        """Run once more; `server` is the process whose children serve the database."""
        server_before, began, cpu_began = children_cpu(server), perf_counter(), process_time()
        call()
        cpu, wall = process_time() - cpu_began, perf_counter() - began
        self.cpu.append(cpu + children_cpu(server) - server_before)
        self.wall.append(wall)

    def cells(self) -> list[str]:
        """Return median and 95th percentile of CPU, and median of wall time, in milliseconds."""
        return [*middle_and_high(self.cpu), f"{median(self.wall) * MILLISECONDS:.1f}"]


def middle_and_high(seconds: Sequence[float]) -> list[str]:
    """Return median and 95th percentile in milliseconds."""
    high = max(seconds)
    if len(seconds) >= FEWEST_FOR_QUANTILES:
        high = min(high, quantiles(seconds, n=20, method="inclusive")[-1])
    return [f"{median(seconds) * MILLISECONDS:.1f}", f"{high * MILLISECONDS:.1f}"]


def heading(text: str) -> None:
    """Print the title of the next table."""
    print(f"\n== {text}", flush=True)


def table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns, words to the left and figures to the right."""
    cells = [[str(cell) for cell in row] for row in (titles, *rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(titles))]
    for row in cells:
        first, *others = zip(row, widths, strict=True)
        figures = "  ".join(cell.rjust(width) for cell, width in others)
        print(f"{first[0].ljust(first[1])}  {figures}".rstrip(), flush=True)
