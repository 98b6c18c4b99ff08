"""Prints how long the transactions of an import hold the one writer's lock.

`python -m bench.transactions [TICKETS]` takes a log in, takes in one that changes every ticket, and
withdraws that again, on SQLite, with the real command in this process.
"""

import os
import resource
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import django

from bench.measuring import MEBIBYTE, heading, load, table
from bench.scale import PROFILE, write_log

KIBIBYTE = 1 << 10
TITLES = ("act", "transactions", "median ms", "longest ms", "all s", "peak MB")


def main() -> None:
    """Make a fresh home, and print one line for each act."""
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 15_000
    with TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["QUARTERDECK_HOME"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "quarterdeck.config.settings"
        django.setup()
        first, later = home / "first.csv", home / "later.csv"
        write_log(first, tickets)
        _write_changed(first, later)
        heading(f"transactions of an import of {tickets:,} tickets, SQLite, CPU; {load()}")
        acts = (
            ("import, all new", ("import", PROFILE, str(first))),
            ("import, all changed", ("import", PROFILE, str(later))),
            ("undo of that", ("undo", "2")),
        )
        table(TITLES, [_row(title, words) for title, words in acts])


def _write_changed(first: Path, later: Path) -> None:
    """Write the same log with another category for every ticket."""
    with first.open(encoding="utf-8") as lines, later.open("w", encoding="utf-8") as changed:
        changed.writelines(line.replace("Category", "Kind") for line in lines)


def _row(title: str, words: tuple[str, ...]) -> list[str]:
    from quarterdeck.config.command import main as command  # noqa: PLC0415 — models need the home before

    lengths: list[float] = []
    began, put_back = process_time(), _timed(lengths)
    try:
        with (
            Path(os.devnull).open("w") as nowhere,
            redirect_stdout(nowhere),
            redirect_stderr(nowhere),
        ):
            command([*words, "--json"])
    finally:
        put_back()
    whole = process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE / MEBIBYTE
    milliseconds = [1_000 * length for length in lengths]
    return [
        title,
        f"{len(lengths):,}",
        f"{median(milliseconds):.0f}",
        f"{max(milliseconds):.0f}",
        f"{whole:.1f}",
        f"{peak:.0f}",
    ]


def _timed(lengths: list[float]) -> Callable[[], None]:
    """Note the CPU time of every outermost transaction from now on; the answer ends that."""
    from django.db import connection  # noqa: PLC0415 — the settings need the home before
    from django.db.transaction import Atomic  # noqa: PLC0415 — the settings need the home before

    enter, leave = Atomic.__enter__, Atomic.__exit__
    began: list[float] = []

    def entered(atomic: Any) -> Any:
        if not connection.in_atomic_block:
            began.append(process_time())
        return enter(atomic)

    def left(atomic: Any, *problem: Any) -> Any:
        answer = leave(atomic, *problem)
        if not connection.in_atomic_block:
            lengths.append(process_time() - began.pop())
        return answer

    Atomic.__enter__, Atomic.__exit__ = entered, left  # type: ignore[method-assign]  # there is no other place that sees every transaction

    def put_back() -> None:
        Atomic.__enter__, Atomic.__exit__ = enter, leave  # type: ignore[method-assign]  # what stood there is put back

    return put_back


if __name__ == "__main__":
    main()
