"""PostgreSQL goes away and comes back while a web server and a worker run on it."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from quarterdeck.config.tests.documents import ROOT
from quarterdeck.config.tests.generated_log import PROFILE, write_log
from quarterdeck.config.tests.kills import COMMAND, CSRF, form_of_file, free_port
from quarterdeck.core.tests.background.house import wait_for

# Adds somebody who may import, and prints the cookie of a session.
SIGN_IN = """
import django
django.setup()
from django.conf import settings
from django.test import Client
from quarterdeck.config.commands.actors import operator
from quarterdeck.core import clock
from quarterdeck.core.directory import add_account, assign_role
account = add_account(username="maria", actor=operator(), at=clock.now())
assign_role(account=account, role="it_manager", actor=operator(), at=clock.now())
client = Client()
client.force_login(account)
name = settings.SESSION_COOKIE_NAME
print(f"{name}={client.cookies[name].value}")
"""
# A pool waits two seconds for a connection; without a bound it was thirty.
ANSWER_SECONDS = 15

pytestmark = pytest.mark.postgresql


@dataclass
class Answer:
    """What a web server said."""

    status: int
    text: str
    retry_after: str | None


@dataclass
class Office:
    """A running installation on a cluster of its own."""

    folder: Path
    port: int
    cookies: str

    def ask(self, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        """Ask the web server; what watches an installation is not signed in."""
        cookies = "" if path.startswith("/health") else self.cookies
        headers = {"Cookie": cookies, "X-CSRFToken": CSRF, "Content-Type": kind}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        try:
            with urllib.request.urlopen(asked, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 — our own server
                return Answer(answer.status, answer.read().decode(), None)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(), error.headers["Retry-After"])
        except (urllib.error.URLError, TimeoutError):
            # Whoever waits for an answer asks again.
            return Answer(0, "", None)

    def await_status(self, path: str, status: int) -> None:
        """Wait until an address answers so."""
        wait_for(lambda: True if self.ask(path).status == status else None)

    def imported(self, path: str) -> str | None:
        """Return how far an import has come, once a worker has worked on it."""
        state: str = json.loads(self.ask(path).text)["state"]
        return None if state in {"staging", "examining"} else state


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A web server and a worker on a PostgreSQL that a test may stop and start."""
    sys.path.append(str(ROOT / "tools"))
    from private_postgresql import private_postgresql  # noqa: PLC0415 — tools/ is no package

    with private_postgresql() as url:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "quarterdeck.config.settings",
            "QUARTERDECK_HOME": str(tmp_path),
            "QUARTERDECK_DATABASE_URL": url,
            "QUARTERDECK_WEB_PROCESSES": "1",
        }
        subprocess.run([*COMMAND, "user", "list"], env=environment, check=True, capture_output=True)  # noqa: S603 — our own interpreter and program
        asked = [sys.executable, "-c", SIGN_IN]
        done = subprocess.run(asked, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 — our own command, no words of a stranger
        port = free_port()
        folder = Path(parse_qs(urlsplit(url).query)["host"][0])
        serve = ("serve", "--bind", f"127.0.0.1:{port}")
        with running(environment, *serve), running(environment, "worker"):
            office = Office(folder, port, f"{done.stdout.strip()}; csrftoken={CSRF}")
            office.await_status("/health/ready", 200)
            yield office


@contextmanager
def running(environment: dict[str, str], *words: str) -> Iterator[None]:
    """Run a command until the block ends; it must still run then."""
    process = subprocess.Popen([*COMMAND, *words], env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 — our own command, no words of a stranger
    try:
        yield
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait()


def test_web_and_worker_outlive_a_postgresql_that_goes_away(office: Office, tmp_path: Path) -> None:
    from private_postgresql import start, stop  # noqa: PLC0415 — tools/ is no package

    stop(office.folder, "fast")
    health, ready = office.ask("/health"), office.ask("/health/ready")
    page, problem = office.ask("/"), office.ask("/api/v1/desk/tickets")
    start(office.folder)
    office.await_status("/", 200)
    office.await_status("/health/ready", 200)
    log = write_log(tmp_path / "log.csv", 3).read_bytes()
    body, kind = form_of_file({"profile": PROFILE, "zone": "UTC"}, log)
    begun = office.ask("/api/v1/imports", body, kind)
    number = json.loads(begun.text)["id"]

    assert (health.status, ready.status, ready.text) == (200, 503, "not ready")
    assert (page.status, page.retry_after) == (503, "10")
    assert "The database does not answer" in page.text
    assert json.loads(problem.text)["type"] == "/api/v1/#problem-unavailable"
    # The worker takes a job up again, by itself.
    assert wait_for(lambda: office.imported(f"/api/v1/imports/{number}")) == "examined"
