#!/usr/bin/env python3
"""The project's own commands: build the environment, run, lint, test, lock and vendor.

Needs nothing but Python 3.11 and its pip. Everything is installed into `.venv`
inside the checkout; nothing outside it is touched, except that `test` asks
Debian's package manager for the database and the browser when it runs as root.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
KERNELS_VENV = ROOT / ".venv-kernels"
REQUIREMENTS = ROOT / "requirements"
OLDEST_PYTHON = (3, 11)


def run(*command: str | Path, environment: dict[str, str] | None = None) -> None:
    """Run one command in the checkout; leave with its exit code when it fails."""
    words = [str(word) for word in command]
    surroundings = {**os.environ, **(environment or {})}
    code = subprocess.run(words, cwd=ROOT, env=surroundings, check=False).returncode
    if code:
        sys.exit(code if code > 0 else 128 - code)


def outer_python() -> str:
    """Return the interpreter behind any active environment, since only that one has pip."""
    if sys.prefix == sys.base_prefix:
        return sys.executable
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}")


def pip_install(environment: Path, *arguments: str | Path) -> None:
    """Install into one environment with the pip of the interpreter outside it."""
    target = ("--python", environment / "bin" / "python")
    quiet = ("-qq", "--disable-pip-version-check", "--no-input")
    run(outer_python(), "-m", "pip", *target, "install", *quiet, *arguments)


def digest(*files: Path) -> str:
    """Return one SHA-256 over the contents of some files."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def is_stamped(stamp: Path, content: str) -> bool:
    """Tell whether a step that leaves this stamp was done for this content."""
    return stamp.is_file() and stamp.read_text() == content


def make_environment(environment: Path) -> None:
    """Create a virtual environment, or start anew when Python or the checkout moved.

    `--without-pip`, because a bare Debian has no ensurepip.
    """
    stamp, content = environment / "made-for", f"{sys.version}\n{ROOT}\n"
    if is_stamped(stamp, content):
        return
    run(outer_python(), "-m", "venv", "--clear", "--without-pip", environment)
    stamp.write_text(content)


def install_lock(environment: Path, name: str, *covered_by: str) -> None:
    """Install one hash-locked list, unless it or a list that contains it is installed."""
    for candidate in (name, *covered_by):
        lock = REQUIREMENTS / f"{candidate}.lock"
        if is_stamped(environment / f"{candidate}.ok", digest(lock)):
            return
    lock = REQUIREMENTS / f"{name}.lock"
    pip_install(environment, "--require-hashes", "--only-binary=:all:", "-r", lock)
    (environment / f"{name}.ok").write_text(digest(lock))


def install_project() -> None:
    """Install the checkout itself, editable, without a network and without its dependencies."""
    stamp = VENV / "project.ok"
    content = digest(ROOT / "pyproject.toml", REQUIREMENTS / "base.in")
    if is_stamped(stamp, content):
        return
    offline = ("--no-index", "--no-build-isolation", "--no-deps")
    pip_install(VENV, *offline, "--editable", ROOT)
    stamp.write_text(content)


def set_up(name: str = "base") -> None:
    """Bring `.venv` to the state of one lock; take turns when several commands start at once."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("Quarterdeck needs Python 3.11 or newer; choose one with: make PYTHON=python3.11")
    with (ROOT / ".setup.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        make_environment(VENV)
        install_lock(VENV, name, "dev")
        install_project()


if __name__ == "__main__":
    set_up(sys.argv[2] if len(sys.argv) > 2 else "base")
