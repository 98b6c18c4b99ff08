"""A private PostgreSQL cluster: for one test run and thrown away, or kept in a folder."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

DEBIAN_VERSIONS = Path("/usr/lib/postgresql")
# The server refuses to run as root.
ACCOUNT = "postgres" if os.geteuid() == 0 else None


@contextmanager
def private_postgresql(kept: Path | None = None) -> Iterator[str]:
    """Run a cluster on a Unix socket in a temporary folder, or in one that stays, and give its URL.

    It trades durability for speed. Raises FileNotFoundError where Debian's `postgresql` is absent.
    """
    prefix = "quarterdeck-postgresql-"
    with TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        folder = kept or Path(name)
        if not (folder / "data").exists():
            _make(folder)
        start(folder)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            stop(folder, "fast" if kept else "immediate")


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if ACCOUNT:
        shutil.chown(folder, ACCOUNT, ACCOUNT)
    trust = ("-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    call(folder, "initdb", *trust)


def start(folder: Path) -> None:
    """Start the cluster of a folder, and wait until it answers."""
    careless = "-F -c synchronous_commit=off -c full_page_writes=off"
    # Half the usual connections; with twice the locks for each, as many locks as usual, since a
    # restore takes one for every table and index in its one transaction.
    room = "-c max_connections=50 -c max_locks_per_transaction=128"
    options = f"-k {folder} -h '' {careless} {room}"
    call(folder, "pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")


def stop(folder: Path, mode: str) -> None:
    """Stop the cluster of a folder: `fast` ends its sessions and keeps what they committed."""
    call(folder, "pg_ctl", "-m", mode, "stop")


def call(folder: Path, program: str, *arguments: str) -> None:
    """Run one of the newest installed server's programs on the cluster in a folder, silently."""
    installed = [path for path in DEBIAN_VERSIONS.glob("*/bin") if (path / program).is_file()]
    if not installed:
        raise FileNotFoundError(f"PostgreSQL's {program} is not under {DEBIAN_VERSIONS}")
    newest = max(installed, key=lambda path: float(path.parent.name))
    # Root's groups must not stay with the lesser account.
    groups: list[str] | None = [] if ACCOUNT else None
    subprocess.run(
        [newest / program, "-D", folder / "data", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        user=ACCOUNT,
        group=ACCOUNT,
        extra_groups=groups,
    )
