"""A benchmark run anew in processes of its own, each with an installation that is thrown away."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.installation import serving

ROOT = Path(__file__).resolve().parent.parent
DATABASES = ("sqlite", "postgresql", "both")


def run_apart(module: str, words: Sequence[str], chosen: str) -> int:
    """Run a module of this package with these words on one database or both; return the worst
    code with which it ended."""
    databases = DATABASES[:2] if chosen == "both" else (chosen,)
    return max(_run_on(database, module, words) for database in databases)


def _run_on(database: str, module: str, words: Sequence[str]) -> int:
    with (
        serving(database) as (url, _),
        TemporaryDirectory(prefix="quarterdeck-bench-", ignore_cleanup_errors=True) as home,
    ):
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "quarterdeck.config.settings",
            "QUARTERDECK_HOME": home,
            "QUARTERDECK_DATABASE_URL": url,
        }
        command = [sys.executable, "-m", module, *words]
        return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode
