"""A private, throw-away PostgreSQL cluster for one test run."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

DEBIAN_VERSIONS = Path("/usr/lib/postgresql")


class PrivatePostgresql:
    """A cluster on a Unix socket in a temporary folder; entering starts it and gives its URL.

    It trades durability for speed (no fsync) and runs as `postgres` when we are root, since the
    server refuses root. Raises FileNotFoundError where Debian's `postgresql` is not installed.
    """

    def __init__(self) -> None:
        self.folder = Path()
        self.account = "postgres" if os.geteuid() == 0 else None

    def __enter__(self) -> str:
        self.folder = Path(tempfile.mkdtemp(prefix="quarterdeck-postgresql-"))
        if self.account:
            shutil.chown(self.folder, self.account, self.account)
        trust = ("-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.call("initdb", *trust)
        options = (
            f"-k {self.folder} -h '' -F -c synchronous_commit=off -c full_page_writes=off"
            " -c max_connections=50"
        )
        self.call("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def __exit__(self, *_: object) -> None:
        self.call("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, program: str, *arguments: str) -> None:
        """Run one of the newest installed server's programs on this cluster, silently."""
        versions = [path for path in DEBIAN_VERSIONS.glob("*/bin") if (path / program).is_file()]
        if not versions:
            raise FileNotFoundError(f"PostgreSQL's {program} is not under {DEBIAN_VERSIONS}")
        newest = max(versions, key=lambda path: float(path.parent.name))
        command = [str(newest / program), "-D", str(self.folder / "data"), *arguments]
        # The groups of root must not stay with the lesser account.
        groups: list[str] | None = [] if self.account else None
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            user=self.account,
            group=self.account,
            extra_groups=groups,
        )
