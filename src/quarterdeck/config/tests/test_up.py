"""`quarterdeck up`, as a newcomer starts it: where pages are, and an end that leaves nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from quarterdeck.config.commands.running import is_ours
from quarterdeck.config.operation.mark import HEADER
from quarterdeck.core.tests.patience import PATIENCE

COMMAND = (sys.executable, "-m", "quarterdeck.config.command", "up", "--empty", "--bind")


@pytest.fixture
def address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def running(tmp_path: Path, address: str) -> Iterator["subprocess.Popen[str]"]:
    """An empty installation that is being started, with its output as lines to read."""
    home = str(tmp_path / "home")
    surroundings = {**os.environ, "QUARTERDECK_HOME": home, "QUARTERDECK_WEB_PROCESSES": "1"}
    surroundings.pop("QUARTERDECK_DATABASE_URL", None)
    process = subprocess.Popen(  # noqa: S603 — our own interpreter and program
        [*COMMAND, address], env=surroundings, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def told(process: "subprocess.Popen[str]") -> str:
    """Return what it says up to the line that comes last."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Data: "):
            break
    return "".join(lines)


def is_free(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) != 0


def test_it_says_where_pages_are_and_leaves_nothing_when_told_to_stop(
    running: "subprocess.Popen[str]", address: str
) -> None:
    said = told(running)
    with urllib.request.urlopen(f"http://{address}/sign-in", timeout=PATIENCE) as page:
        status = page.status
    running.send_signal(signal.SIGTERM)

    assert (running.wait(PATIENCE), status) == (0, HTTPStatus.OK)
    assert f"Quarterdeck runs at http://{address}/\n" in said
    assert re.search(r"^Sign in as admin with the password \S{16}$", said, re.MULTILINE)
    assert is_free(address)


class _AnyAnswer(BaseHTTPRequestHandler):
    """Another program's web server, which finds everything well."""

    def do_GET(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header(HEADER, "well")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")


def test_another_program_that_answers_on_the_port_is_not_taken_for_its_own() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _AnyAnswer) as stranger:
        Thread(target=stranger.serve_forever, daemon=True).start()
        found = is_ours(f"127.0.0.1:{stranger.server_port}")
        stranger.shutdown()

    assert (found, is_ours("127.0.0.1:1")) == (False, False)


def test_told_to_stop_while_it_still_starts_it_leaves_nothing(
    running: "subprocess.Popen[str]", address: str
) -> None:
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    until = time.monotonic() + PATIENCE
    while len(children.read_text().split()) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    started = children.read_text().split()
    running.send_signal(signal.SIGTERM)

    assert (running.wait(PATIENCE), len(started)) == (0, 2)
    assert is_free(address)
    assert not any(Path(f"/proc/{each}").exists() for each in started)
