"""What a reader waits for: pages over HTTP from the product's own web server, one client."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bench.measuring import TICKS_A_SECOND, children_cpu, heading, load, middle_and_high, table

if TYPE_CHECKING:
    from django.test import Client

    from bench.pages import Page

HOST = "127.0.0.1"
MOST, FEWEST, WARM_UP = 200, 5, 10
READY_SECONDS = 30
OK, P95_BUDGET_MS = 200, 50


def over_http(
    pages: "Sequence[Page]", clients: "Mapping[str, Client]", patience: float, server: int
) -> None:
    """Print wall times of each page, and the CPU a request of web processes and database.

    Each page is asked for with the session of its reader's client.
    """
    with web_server() as (port, process):
        connection = http.client.HTTPConnection(HOST, port)
        rows = [
            _row(page, connection, session_of(clients[page.reader]), patience, (process, server))
            for page in pages
        ]
        held = [memory(each) for each in (process, *_children(process))]
    heading(f"pages over HTTP, gunicorn 2 processes × 4 threads, one client; {load()}")
    table(("page", "p50 ms", "p95 ms", "CPU ms", "over", "runs"), rows)
    print(f"over: p95 above {P95_BUDGET_MS} ms")
    own, whole = (sum(kibibytes) / 1024 for kibibytes in zip(*held, strict=True))
    print(f"web processes together: {own:.0f} MB of their own, {whole:.0f} MB with mapped files")


def session_of(client: "Client") -> str:
    """Return the session of whoever has signed in, or nothing."""
    cookie = client.cookies.get("sessionid")
    return cookie.value if cookie else ""


def _row(
    page: "Page",
    connection: http.client.HTTPConnection,
    session: str,
    patience: float,
    processes: tuple[int, int],
) -> list[str]:
    for _ in range(WARM_UP):
        _get(page, connection, session)
    web, server = processes
    before = _web_cpu(web) + children_cpu(server)
    walls: list[float] = []
    while len(walls) < FEWEST or (len(walls) < MOST and sum(walls) < patience):
        began = perf_counter()
        _get(page, connection, session)
        walls.append(perf_counter() - began)
    cpu = (_web_cpu(web) + children_cpu(server) - before) / len(walls)
    middle, high = middle_and_high(walls)
    over = "p95" if float(high) > P95_BUDGET_MS and not page.title.startswith("floor") else ""
    return [page.title, middle, high, f"{cpu * 1_000:.1f}", over, str(len(walls))]


def _get(page: "Page", connection: http.client.HTTPConnection, session: str) -> None:
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    if page.part:
        headers |= {"HX-Request": "true", "HX-Target": page.part}
    connection.request("GET", page.address, headers=headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != OK:
        sys.exit(f"bench: {page.address} answered {answer.status} over HTTP")


@contextmanager
def web_server() -> Iterator[tuple[int, int]]:
    """Run `quarterdeck serve` with the floors beside its pages; give its port and process."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "quarterdeck.config.command",
        "serve",
        "--bind",
        f"{HOST}:{port}",
    ]
    process = subprocess.Popen(
        command, env={**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    )
    try:
        _wait_for(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(READY_SECONDS)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("bench: the web server did not start")


def _children(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(word) for word in text.split()]


def _web_cpu(process: int) -> float:
    """Return the CPU seconds of the web processes with all their threads (proc(5), `stat`)."""
    ticks = 0
    for each in _children(process):
        values = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(values[11]) + int(values[12])
    return ticks / TICKS_A_SECOND


def memory(process: int) -> tuple[int, int]:
    """Return the kibibytes of a process alone, and with its share of what others hold too.

    SQLite maps its file into memory for each connection, so plain resident memory says little. See
    proc(5), `smaps_rollup`: Anonymous and Pss.
    """
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    values = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return values["Anonymous"], values["Pss"]
