"""Commands that run the product."""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import verify_password
from django.core.management import call_command
from django.db import transaction
from django.utils.crypto import constant_time_compare

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.commands.output import note, say
from quarterdeck.config.demo import load_demo, take_first_readings
from quarterdeck.config.operation.alone import alone
from quarterdeck.config.operation.mark import ASKED, HEADER, PATH, mark_of
from quarterdeck.config.operation.requests import forget_dead_processes
from quarterdeck.core import clock
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.queries import organisation

BIND = "127.0.0.1:8000"
SIGN_IN_FILE = "sign-in"
_STOPPING_SECONDS = 20


def up(chosen: argparse.Namespace) -> int:
    """Set up on first use, then run web server and worker until told to stop."""
    bind = _bind(chosen)
    _refuse_taken(bind)
    if not Account.objects.filter(is_builtin=False).exists():
        _furnish(empty=chosen.empty)
    _collect_static_files()
    told = _told_to_stop()
    started = [_start("serve", "--bind", bind), _start("worker")]
    try:
        _attend(bind, started, told)
    finally:
        _stop(started)
    # A process that ended of itself is a fault.
    return 0 if told else 1


def serve(chosen: argparse.Namespace) -> int:
    """Run the web server in place of this process."""
    forget_dead_processes()
    _collect_static_files()
    arguments = (
        *("-m", "gunicorn", "quarterdeck.config.wsgi:application"),
        *("--bind", _bind(chosen), "--workers", os.environ.get("QUARTERDECK_WEB_PROCESSES", "2")),
        *("--worker-class", "gthread", "--threads", "4", "--log-level", "warning"),
    )
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 — our own interpreter, no shell


def worker(_chosen: argparse.Namespace) -> int:
    """Run background work until told to stop."""
    run_worker()
    return 0


def demo(_chosen: argparse.Namespace) -> int:
    """Load the demo department into an empty installation."""
    if organisation().is_demo:
        say("The demo department is there already.")
        return 0
    _furnish(empty=False)
    say("The demo department is loaded.")
    return 0


def _furnish(*, empty: bool) -> None:
    """Give a new installation its first sign-in, and the demo unless it is to stay empty.

    The file with the password is written before the commit: a kill in between leaves a file too
    many, and never an account whose password nobody knows.
    """
    if not empty:
        note("Loading the demo department …")
    with transaction.atomic():
        if empty:
            _keep(*_first_administrator())
            return
        sign_in = load_demo(actor=operator(), at=clock.now(), report=lambda *_: None)
        if sign_in is not None:
            _keep(sign_in.username, sign_in.password, sign_in.others)
    # The demo stands by now; were this killed, a worker would take the readings when asked.
    take_first_readings(actor=operator(), at=clock.now())


def _first_administrator() -> tuple[str, str]:
    actor, at = operator(), clock.now()
    username, password = "admin", secrets.token_urlsafe(12)
    account = add_account(
        username=username, password=password, must_change_password=True, actor=actor, at=at
    )
    assign_role(account=account, role=Role.ADMINISTRATOR, actor=actor, at=at)
    return username, password


def _keep(username: str, password: str, others: Sequence[tuple[str, str]] = ()) -> None:
    """Write user name and password on two lines, and below them whoever else has the password."""
    path = Path(settings.HOME) / SIGN_IN_FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{username}\n{password}\n")
        if others:
            file.write("\nThe same password opens the account of every role:\n")
            file.writelines(f"{other:14} {role}\n" for role, other in others)


def _bind(chosen: argparse.Namespace) -> str:
    return str(chosen.bind or os.environ.get("QUARTERDECK_BIND") or BIND)


def _refuse_taken(bind: str) -> None:
    host, _, port = bind.rpartition(":")
    if not port.isdigit():
        raise Refused(f"“{bind}” is not an address and port; expected such as {BIND}.")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as problem:
            reason = problem.strerror or problem
            raise Refused(
                f"Cannot listen on {bind} ({reason}); choose another with --bind."
            ) from problem


def _collect_static_files() -> None:
    """Gather style sheets and scripts for the web server; files that have not changed stay."""
    with alone():
        call_command("collectstatic", verbosity=0, interactive=False)


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "quarterdeck.config.command", *arguments])  # noqa: S603 — our own interpreter, no shell


def _told_to_stop() -> list[int]:
    """Return the signals to stop that have come, to which those that come later add."""
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: told.append(received))
    return told


def _attend(bind: str, started: Sequence[subprocess.Popen[bytes]], told: Sequence[int]) -> None:
    """Wait until told to stop or a process ends, and say where pages are as soon as there are
    any: on a busy machine the web server may need more than a minute."""
    is_welcomed = False
    while not told and all(process.poll() is None for process in started):
        if not is_welcomed and is_ours(bind):
            _welcome(bind)
            is_welcomed = True
        time.sleep(0.1)


def is_ours(bind: str) -> bool:
    """Whether the web server of this installation answers there, well or not: what is wrong stands
    in its answer. Another program that took the port is none of ours."""
    asked = secrets.token_hex(16)
    connection = HTTPConnection(bind, timeout=2)
    try:
        connection.request("GET", f"{PATH}?{ASKED}{asked}")
        told = connection.getresponse().getheader(HEADER, "")
    except (HTTPException, OSError):
        return False
    finally:
        connection.close()
    return constant_time_compare(told, mark_of(asked))


def _welcome(bind: str) -> None:
    say(f"\nQuarterdeck runs at http://{bind}/")
    path = Path(settings.HOME) / SIGN_IN_FILE
    if path.is_file():
        username, password, *others = path.read_text(encoding="utf-8").splitlines()
        if _opens(username, password):
            say(f"Sign in as {username} with the password {password}")
            if others:
                say(f"Other roles are in the file {path}")
    say(f"Data: {settings.HOME}    Stop with Ctrl-C.")
    sys.stdout.flush()


def _opens(username: str, password: str) -> bool:
    """Say whether the first password is still in use; it may have been changed since."""
    account = Account.objects.filter(username=username, is_active=True).first()
    return account is not None and verify_password(password, account.password)[0]


def _stop(started: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(_STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
