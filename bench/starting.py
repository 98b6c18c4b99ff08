"""How soon the first page is there after an install, and what web and worker hold when idle."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from time import perf_counter
from urllib.error import URLError

from bench.importing import surroundings
from bench.installation import installations
from bench.measuring import heading, load, table
from bench.serving import HOST, memory

WITHIN_SECONDS, MEMORY_BUDGET = 5, 250
PATIENCE_SECONDS, IDLE_SECONDS, PAUSE_SECONDS = 60, 5, 0.02


def measure_start(database: str) -> None:
    """Start an empty installation as a newcomer does, until the first page is there."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    with installations(database, "", None) as place:
        environment = surroundings(place.folder / "home", place.url)
        words = ("-m", "quarterdeck.config.command", "up", "--empty", "--bind", f"{HOST}:{port}")
        began = perf_counter()
        process = subprocess.Popen(
            [sys.executable, *words], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            _await_page(f"http://{HOST}:{port}/", process)
            taken = perf_counter() - began
            time.sleep(IDLE_SECONDS)
            held = [memory(each) for each in _family(process.pid)]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)
    own, whole = (sum(kibibytes) / 1024 for kibibytes in zip(*held, strict=True))
    heading(f"start of an empty installation on {database}; {load()}")
    rows = [
        ("first page, seconds", f"{taken:.1f}", WITHIN_SECONDS),
        ("web and worker idle, MB with mapped files", f"{whole:.0f}", MEMORY_BUDGET),
        ("of it their own, MB", f"{own:.0f}", ""),
    ]
    table(("", "taken", "budget"), rows)


def _await_page(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=PATIENCE_SECONDS).close()  # noqa: S310 — our own server
        except (URLError, ConnectionError):
            time.sleep(PAUSE_SECONDS)
        else:
            return
    sys.exit("bench: the first page did not come")


def _family(process: int) -> list[int]:
    """Return a process and all that came of it."""
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [process, *(each for child in text.split() for each in _family(int(child)))]
