"""The files in `deploy/` fit the program: its commands, its settings, its addresses."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from quarterdeck.config.commands import COMMANDS
from quarterdeck.config.tests.documents import ROOT

pytestmark = pytest.mark.once

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))

# Says what a proxy's visitor gets: whether it is HTTPS, what browsers are told, how cookies go.
PROBE = """
import django
django.setup()
from django.conf import settings
from django.test import Client
answer = Client().get("/health", headers={"x-forwarded-proto": "https", "host": "desk.example.org"})
print(answer.status_code, answer.headers.get("Strict-Transport-Security"),
      settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)
"""


def answer(tmp_path: Path, **given: str) -> str:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "quarterdeck.config.settings",
        "QUARTERDECK_HOME": str(tmp_path),
        "QUARTERDECK_HOSTS": "desk.example.org",
        **given,
    }
    command = [sys.executable, "-W", "ignore", "-c", PROBE]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 — our own interpreter and program
    return done.stdout.strip()


def test_behind_a_proxy_browsers_are_kept_to_https(tmp_path: Path) -> None:
    assert answer(tmp_path, QUARTERDECK_BEHIND_PROXY="1") == "200 max-age=31536000 True True"


def test_without_a_proxy_its_header_is_not_believed(tmp_path: Path) -> None:
    assert answer(tmp_path) == "200 None False False"


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_service_runs_a_command_that_there_is(unit: Path) -> None:
    (started,) = re.findall(r"^ExecStart=.*/quarterdeck (\w+)$", unit.read_text(), re.MULTILINE)

    assert started in COMMANDS


def test_web_server_and_worker_are_confined_alike() -> None:
    confined = [unit.read_text().partition("CapabilityBoundingSet")[2] for unit in UNITS]

    assert (len(confined), confined[0]) == (2, confined[1])


def test_the_settings_of_the_services_are_in_the_readme() -> None:
    given = re.findall(
        r"^#?(QUARTERDECK_\w+)=", (DEPLOY / "quarterdeck.env").read_text(), re.MULTILINE
    )

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in given if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_shows_no_figures_to_strangers(name: str) -> None:
    text = (DEPLOY / name).read_text()

    assert re.search(r"(location = |respond )/metrics", text)
