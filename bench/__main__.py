"""Prints the benchmarks: import, pages, search, closing, demo and start, beside their budgets.

`python -m bench [--size 15k|100k|200k|1m] [--database sqlite|postgresql|both] [--search] [--quick]
[--only PART,…] [--keep FOLDER]`
"""

import argparse
import signal
import sys
from pathlib import Path
from time import perf_counter

from bench.demo import measure_demo
from bench.importing import measure_memory, measure_texts
from bench.installation import Installation, installations
from bench.kernels import measure_calendars
from bench.measuring import heading, load, machine
from bench.starting import measure_start

SIZES = {"15k": 15_000, "100k": 100_000, "200k": 200_000, "1m": 1_000_000}
QUICK_SHARE = 10
PARTS = (
    *("calendars", "demo", "import", "readings", "pages", "http", "search", "clocks", "desk"),
    *("texts", "start", "memory"),
)
MEMORY_SIZES, QUICK_MEMORY_SIZES = (20, 200), (2, 10)
PATIENCE, QUICK_PATIENCE = 2.5, 0.5


def main() -> None:
    """Read the arguments and print one table after another."""
    parser = argparse.ArgumentParser(prog="bench", description="Print the benchmarks.")
    parser.add_argument("--size", choices=SIZES, default="15k", help="tickets in the database")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument(
        "--search",
        action="store_true",
        help="give the tickets titles and descriptions, and measure the search too",
    )
    parser.add_argument(
        "--only",
        default="",
        metavar="PART,…",
        help=f"measure these parts alone: {', '.join(PARTS)}; “import” makes the database",
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the databases there, and take those that an earlier run has left",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the tickets and of the patience"
    )
    parser.add_argument("--without-memory", action="store_true", help="leave the 200 MB import out")
    chosen = parser.parse_args()
    parts = _parts(parser, chosen)
    began = perf_counter()
    heading(f"{machine()}; {load()}")
    if "calendars" in parts:
        measure_calendars()
    if "demo" in parts:
        measure_demo()
    databases = ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,)
    for database in databases:
        _measure_database(database, chosen, parts)
    if "memory" in parts:
        measure_memory(QUICK_MEMORY_SIZES if chosen.quick else MEMORY_SIZES)
    print(f"\nAll this took {(perf_counter() - began) / 60:.1f} minutes; {load()}")


def _parts(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> set[str]:
    parts = set(chosen.only.split(",")) if chosen.only else set(PARTS)
    if unknown := parts - set(PARTS):
        parser.error(f"unknown parts {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    if chosen.without_memory:
        parts.discard("memory")
    if not chosen.search:
        parts.discard("search")
    return parts


def _measure_database(database: str, chosen: argparse.Namespace, parts: set[str]) -> None:
    """Make or take up an installation on one database, and measure what is asked for on it."""
    share = QUICK_SHARE if chosen.quick else 1
    tickets = SIZES[chosen.size] // share
    patience = QUICK_PATIENCE if chosen.quick else PATIENCE
    began = perf_counter()
    name = f"{database}-{tickets}{'-texts' if chosen.search else ''}"
    with installations(database, name, chosen.keep) as found:
        if parts & {"import", "readings", "pages", "http", "search", "clocks", "desk"}:
            found.make(tickets, SIZES["15k"] // share, with_texts=chosen.search)
            _measure_installation(found, parts, patience)
    if "texts" in parts:
        measure_texts(database, SIZES["15k"] // share)
    if "start" in parts:
        measure_start(database)
    print(f"{database} took {(perf_counter() - began) / 60:.1f} minutes")


def _measure_installation(found: Installation, parts: set[str], patience: float) -> None:
    pages = [part for part in ("readings", "pages", "http") if part in parts]
    if pages:
        found.run_part("bench.pages", str(patience), str(found.server), *pages)
    if "search" in parts:
        found.run_part("bench.searching", str(patience), str(found.server))
    if "clocks" in parts:
        found.run_part("bench.clocks", str(found.server))
    if "desk" in parts:
        found.run_part("bench.desk", str(patience), str(found.server))


if __name__ == "__main__":
    # An ordinary exit, so that databases and folders are removed on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    main()
