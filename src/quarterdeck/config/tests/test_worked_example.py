"""The worked example in CONTRIBUTING.md works: a plain noun in four files has its whole face."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import quarterdeck
from quarterdeck.config.tests.documents import ROOT

PACKAGE = Path(quarterdeck.__file__).parent
# The copy has a database of its own, on SQLite.
pytestmark = pytest.mark.once

TITLE = "## Worked example: a plain noun in four files"
STEP = re.compile(
    r"\*\*\d\. [^*]+\*\*, in `(?P<file>[^`]+)`[^\n]*\n\n```\w+\n(?P<lines>.*?)```", re.DOTALL
)


def steps() -> dict[str, str]:
    """Return the lines that the example adds, by the file that they go into."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    example = text.partition(TITLE)[2].partition("\n## ")[0]
    return {step["file"]: step["lines"] for step in STEP.finditer(example)}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package in which the example has been followed."""
    unneeded = shutil.ignore_patterns("__pycache__", "test_*.py")
    shutil.copytree(PACKAGE, tmp_path / "src" / "quarterdeck", ignore=unneeded)
    for file, lines in steps().items():
        target = tmp_path / file
        if target.suffix == ".py":
            target.write_text(f"{target.read_text(encoding='utf-8')}\n\n{lines}", encoding="utf-8")
    return tmp_path


def run(copy: Path, *words: str) -> str:
    """Run a module of the copy in a home and with a database of its own."""
    surroundings = {
        **os.environ,
        "PYTHONPATH": str(copy / "src"),
        "QUARTERDECK_HOME": str(copy / "home"),
        "QUARTERDECK_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "quarterdeck.config.settings",
    }
    (copy / "home").mkdir(exist_ok=True)
    done = subprocess.run(  # noqa: S603 — this interpreter, with words of our own
        [sys.executable, "-m", *words],
        cwd=copy,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_example_names_three_files_beside_the_migration() -> None:
    assert list(steps()) == [
        "src/quarterdeck/services/models/service.py",
        "src/quarterdeck/services/records.py",
        "docs/words.md",
    ]


def test_a_noun_so_added_has_its_whole_face(copy: Path) -> None:
    run(copy, "django", "makemigrations", "services", "--name", "locations")

    found = json.loads(run(copy, "quarterdeck.config.tests.worked_example"))

    assert found == {
        "added": 302,
        "changed": 302,
        "list": True,
        "page": True,
        "form": True,
        "csv": "Name,Contact,Opened on\r\nCity hall,,\r\n",
        "navigation": True,
        "search": True,
        "old words": True,
        "palette": True,
        "act": True,
        "differences": [],
    }
