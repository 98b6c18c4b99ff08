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
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from debian_programs import unpack_programs
from private_postgresql import private_postgresql
from vendoring import check_vendored, refresh_vendored

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
KERNELS_VENV = ROOT / ".venv-kernels"
REQUIREMENTS = ROOT / "requirements"
OLDEST_PYTHON = (3, 11)
SYSTEM_PACKAGES = (
    "chromium",
    "libatomic1",
    "postgresql",
    "libpangoft2-1.0-0",
    "fonts-dejavu-core",
)
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.d/quarterdeck.conf")


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


def program(name: str) -> Path:
    """Return the path of a program that the environment holds."""
    return VENV / "bin" / name


def setup(_: list[str]) -> None:
    """Make .venv with the product in it, from hash-locked requirements."""
    set_up()


def start(arguments: list[str]) -> None:
    """Set up, then start web and worker on this machine; --empty leaves the demo out."""
    set_up()
    command = [str(program("quarterdeck")), "up", *arguments]
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - it takes this process over, signals and all


def demo(arguments: list[str]) -> None:
    """Load the demo department."""
    set_up()
    run(program("quarterdeck"), "demo", *arguments)


def fmt(_: list[str]) -> None:
    """Bring the Python code into the house format and mend what ruff can mend."""
    set_up("dev")
    run(program("ruff"), "check", "--fix", "--exit-zero", "--quiet")
    run(program("ruff"), "format")


def lint(_: list[str]) -> None:
    """Run every check, all of them even after one fails, and leave with 1 if any failed."""
    set_up("dev")
    manage = (program("python"), "-m", "django")
    checks: dict[str, tuple[str | Path, ...]] = {
        "ruff check": (program("ruff"), "check"),
        "ruff format": (program("ruff"), "format", "--check", "--output-format", "concise"),
        "djlint": (program("djlint"), "--lint", "--quiet", "src"),
        "import contracts": (program("lint-imports"), "--no-logo"),
        "mypy": (program("mypy"),),
        "deptry": (program("deptry"), "src"),
        "vulture": (program("vulture"),),
        "codespell": (program("codespell"),),
        "migrations": (*manage, "makemigrations", "--check", "--dry-run"),
        "vendored files": (program("python"), "tools/dev.py", "vendor", "check"),
    }
    # Some checks load the settings, which make a home: not the developer's own.
    with TemporaryDirectory(prefix="quarterdeck-lint-") as home:
        settings = {
            "DJANGO_SETTINGS_MODULE": "quarterdeck.config.settings",
            "QUARTERDECK_DATABASE_URL": "",
            "QUARTERDECK_HOME": home,
        }
        failed = [name for name, command in checks.items() if not passes(name, command, settings)]
    if failed:
        sys.exit(f"lint: failed: {', '.join(failed)}")
    print("lint: all clean")


def passes(name: str, command: tuple[str | Path, ...], environment: dict[str, str]) -> bool:
    """Run one check under its heading and tell whether it passed."""
    print(f"--- {name}", flush=True)
    words = [str(word) for word in command]
    surroundings = {**os.environ, **environment}
    return not subprocess.run(words, cwd=ROOT, env=surroundings, check=False).returncode


def install_system_packages() -> None:
    """Install from Debian what the full test run needs, or leave with the names when we may not."""
    known = shutil.which("dpkg-query") is not None
    missing = [name for name in SYSTEM_PACKAGES if not known or not is_installed(name)]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"The tests need these Debian packages; install them first: {' '.join(missing)}")
    # Debian would otherwise start a database server of its own on installation.
    CLUSTER_SETTINGS.parent.mkdir(parents=True, exist_ok=True)
    CLUSTER_SETTINGS.write_text("create_main_cluster = false\n")
    unattended = {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", environment=unattended)
    options = ("-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0")
    run("apt-get", "install", *options, *missing, environment=unattended)


def is_installed(package: str) -> bool:
    """Tell whether Debian's package manager has a package installed."""
    question = ["dpkg-query", "-W", "-f=${db:Status-Status}", package]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    return answer.stdout == "installed"


def kernels(arguments: list[str]) -> None:
    """Test the kernels in an environment that has no Django."""
    with (ROOT / ".setup.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        make_environment(KERNELS_VENV)
        install_lock(KERNELS_VENV, "kernels")
    print("=== kernels, without Django", flush=True)
    python = KERNELS_VENV / "bin" / "python"
    source = {"PYTHONPATH": str(ROOT / "src")}
    run(python, "-m", "pytest", "src/quarterdeck/kernels", *arguments, environment=source)


def test(arguments: list[str]) -> None:
    """Test the kernels alone, then all else on SQLite and again on a private PostgreSQL."""
    set_up("dev")
    install_system_packages()
    if reason := unpack_programs():
        print(f"=== without Debian's mail server and proxies: {reason}", flush=True)
    chosen = arguments
    if not arguments:
        kernels([])
        chosen = ["--ignore=src/quarterdeck/kernels", "--numprocesses=2", "--dist=worksteal"]
    print("=== tests on SQLite", flush=True)
    run_pytest(chosen, database="")
    with private_postgresql() as url:
        print("=== tests on PostgreSQL", flush=True)
        run_pytest(chosen, database=url)


def run_pytest(arguments: list[str], database: str) -> None:
    """Run the tests that the arguments choose on one database."""
    run(
        program("python"),
        "-m",
        "pytest",
        *arguments,
        environment={"QUARTERDECK_DATABASE_URL": database},
    )


def bench(arguments: list[str]) -> None:
    """Print the benchmarks; see bench/."""
    set_up("dev")
    run(program("python"), "-m", "bench", *arguments)


def lock(arguments: list[str]) -> None:
    """Resolve requirements/*.in to hashed locks without hosts; --upgrade takes newer versions."""
    set_up("dev")
    compile_lock("dev", [REQUIREMENTS / "dev.in"], arguments)
    agreeing = ["--constraint", str(REQUIREMENTS / "dev.lock")]
    base = [REQUIREMENTS / "base.in", REQUIREMENTS / "build.in"]
    compile_lock("base", base, agreeing)
    compile_lock("kernels", [REQUIREMENTS / "kernels.in"], agreeing)


def compile_lock(name: str, sources: list[Path], options: list[str]) -> None:
    """Write one lock from its sources with uv."""
    form = ("--universal", "--python-version", "3.11", "--generate-hashes")
    hostless = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")
    target = ("--output-file", REQUIREMENTS / f"{name}.lock")
    run(program("uv"), "pip", "compile", "-qq", *form, *hostless, *options, *sources, *target)


def vendor(arguments: list[str]) -> None:
    """Fetch the browser files named in vendor.toml with npm; `check` only compares, offline."""
    if arguments != ["check"]:
        refresh_vendored(ROOT)
    faults = check_vendored(ROOT)
    if faults:
        sys.exit("vendor: " + "\nvendor: ".join(faults))
    print("vendor: every file is as locked")


def pictures(_: list[str]) -> None:
    """Take the pictures of the README anew."""
    set_up("dev")
    run(program("python"), ROOT / "tools" / "pictures.py")


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    "setup": setup,
    "run": start,
    "demo": demo,
    "fmt": fmt,
    "lint": lint,
    "kernels": kernels,
    "test": test,
    "bench": bench,
    "lock": lock,
    "vendor": vendor,
    "pictures": pictures,
}


def main(arguments: list[str]) -> None:
    """Run the command that the first word names."""
    if not arguments or arguments[0] not in COMMANDS:
        lines = [f"  {name:8} {command.__doc__}" for name, command in COMMANDS.items()]
        sys.exit("\n".join(["usage: tools/dev.py COMMAND [ARGUMENTS]", *lines]))
    # An ordinary exit, so that the database of a test run is stopped and removed on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    COMMANDS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
