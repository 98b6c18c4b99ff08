"""What the demo department costs: the real command on a fresh home, from the outside."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.importing import surroundings
from bench.measuring import heading, load, table


def measure_demo() -> None:
    """Print how long `quarterdeck demo` takes, from its start on an empty home to its end."""
    heading(f"demo department, SQLite, through the command; {load()}")
    with TemporaryDirectory(prefix="quarterdeck-bench-") as name:
        began = perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "quarterdeck.config.command", "demo"],
            stdout=subprocess.DEVNULL,
            env=surroundings(Path(name) / "home", ""),
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"bench: the demo ended with {process.returncode}")
    cpu = used.ru_utime + used.ru_stime
    table(("demo", "wall s", "CPU s"), [["two years of a department", f"{wall:.1f}", f"{cpu:.1f}"]])
