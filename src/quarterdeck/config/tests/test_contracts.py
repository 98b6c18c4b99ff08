"""The import contracts in pyproject.toml hold, and each one catches what it is there to catch."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

import quarterdeck

PACKAGE = Path(quarterdeck.__file__).parent
PYPROJECT = PACKAGE.parent.parent / "pyproject.toml"
LINTER = Path(sys.executable).with_name("lint-imports")
NOT_A_DOMAIN = {"config", "ui", "core", "kernels"}
PURE = {
    *("__future__", "abc", "base64", "binascii", "bisect", "cmath", "collections", "contextlib"),
    *("copy", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools"),
    *("graphlib", "hashlib", "heapq", "hmac", "html", "ipaddress", "itertools", "math"),
    *("numbers", "operator", "re", "statistics", "string", "types"),
    *("typing", "unicodedata", "zoneinfo"),
}

ROOMS = (
    *("desk/models", "desk/verbs", "desk/api", "services/web", "services/jobs"),
    *("core/measures", "ui/markup", "kernels/calendars"),
)
PLANTED = {
    "a lower app imports a higher one": (
        "decks",
        "services/queries/planted.py",
        "from quarterdeck.desk.models import anything\n",
    ),
    "a lower app imports a higher one for its types only": (
        "decks",
        "services/queries/planted.py",
        "import typing\nif typing.TYPE_CHECKING:\n    import quarterdeck.desk.models\n",
    ),
    "a lower app imports a higher one inside a function": (
        "decks",
        "services/queries/planted.py",
        "def late() -> None:\n    import quarterdeck.desk.models\n",
    ),
    "core imports the pages' builder": (
        "decks",
        "core/planted.py",
        "from quarterdeck.ui import anything\n",
    ),
    "a model of core imports a mechanism": (
        "core",
        "core/models/planted.py",
        "from quarterdeck.core.measures import anything\n",
    ),
    "a part of core that is not on the list": ("core", "core/planted.py", ""),
    "a format imports markup": (
        "ui",
        "ui/formats/planted.py",
        "from quarterdeck.ui.markup import anything\n",
    ),
    "a span imports a calendar": (
        "kernels",
        "kernels/spans/planted.py",
        "from quarterdeck.kernels.calendars import anything\n",
    ),
    "an app that is not on the list": ("decks", "planted/__init__.py", ""),
    "a room that is not on the list": ("rooms", "desk/planted.py", ""),
    "a measure imports a verb": (
        "rooms",
        "desk/measures/planted.py",
        "from quarterdeck.desk.verbs import anything\n",
    ),
    "a model imports a verb": (
        "rooms",
        "desk/models/planted.py",
        "from quarterdeck.desk.verbs import anything\n",
    ),
    "a migration imports a model": (
        "rooms",
        "desk/migrations/planted.py",
        "from quarterdeck.desk.models import anything\n",
    ),
    "a page imports the API of its own app": (
        "rooms",
        "desk/web/planted.py",
        "from quarterdeck.desk.api import anything\n",
    ),
    "a verb imports the page of another app": (
        "doors",
        "desk/verbs/planted.py",
        "from quarterdeck.services.web import anything\n",
    ),
    "a reaction imports the job of another app": (
        "doors",
        "desk/reactions/planted.py",
        "from quarterdeck.services.jobs import anything\n",
    ),
    "a kernel imports Django": ("pure", "kernels/planted.py", "from django.db import models\n"),
    "a kernel imports the network": ("pure", "kernels/planted.py", "import socket\n"),
    "a kernel imports the clock": ("pure", "kernels/planted.py", "from time import monotonic\n"),
    "a kernel imports chance": ("pure", "kernels/planted.py", "import random\n"),
    "a kernel imports the operating system": ("pure", "kernels/planted.py", "import os.path\n"),
    "the scorecard imports a domain": (
        "registry",
        "scorecard/queries/planted.py",
        "from quarterdeck.desk.models import anything\n",
    ),
}


def lint(source: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """Check one contract of pyproject.toml on the package that stands in a folder."""
    options = ["--config", str(PYPROJECT), "--contract", contract, "--no-cache", "--no-logo"]
    surroundings = {**os.environ, "PYTHONPATH": str(source), "COLUMNS": "300"}
    return subprocess.run(  # noqa: S603 - the project's own linter with words of our own
        [LINTER, *options],
        cwd=source,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )


def contracts() -> dict[str, dict[str, list[str]]]:
    """Return the contracts of pyproject.toml by their ids."""
    listed = tomllib.loads(PYPROJECT.read_text())["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract for contract in listed}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package's Python files, in which every room that a plant names exists."""
    package = tmp_path / "quarterdeck"
    others = shutil.ignore_patterns("static", "templates", "__pycache__")
    shutil.copytree(PACKAGE, package, ignore=others)
    for room in ROOMS:
        plant(package, f"{room}/__init__.py", "")
    return package


def plant(package: Path, place: str, content: str) -> None:
    """Write one module into the copy; what stands above it becomes a package if it was none."""
    file = package / place
    file.parent.mkdir(parents=True, exist_ok=True)
    for folder in file.relative_to(package).parents:
        (package / folder).with_suffix(".py").unlink(missing_ok=True)
        (package / folder / "__init__.py").touch()
    file.write_text(content)


@pytest.mark.parametrize("contract", contracts())
def test_the_package_keeps_the_contract(contract: str) -> None:
    result = lint(PACKAGE.parent, contract)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("contract", "place", "content"), PLANTED.values(), ids=PLANTED)
def test_a_planted_violation_is_caught(copy: Path, contract: str, place: str, content: str) -> None:
    plant(copy, place, content)

    result = lint(copy.parent, contract)

    module = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert result.returncode == 1
    assert f"quarterdeck.{module}" in result.stdout


def test_a_planted_circle_is_caught(copy: Path) -> None:
    plant(copy, "kernels/planted.py", "from quarterdeck.kernels import planted_too\n")
    plant(copy, "kernels/planted_too.py", "from quarterdeck.kernels import planted\n")

    result = lint(copy.parent, "acyclic")

    assert result.returncode == 1
    assert "planted_too" in result.stdout


def test_every_domain_app_has_the_same_rooms() -> None:
    apps = {folder.parent.name for folder in PACKAGE.glob("*/__init__.py")} - NOT_A_DOMAIN

    containers = contracts()["rooms"]["containers"]

    assert {f"quarterdeck.{app}" for app in apps} == set(containers)


def test_kernels_import_nothing_but_the_pure_part_of_the_standard_library() -> None:
    graph = grimp.build_graph("quarterdeck", include_external_packages=True, cache_dir=None)
    kernels = graph.find_descendants("quarterdeck.kernels")
    tests = graph.find_descendants("quarterdeck.kernels.tests")

    imported = {
        found for name in kernels - tests for found in graph.find_modules_directly_imported_by(name)
    }

    assert {name for name in imported if not name.startswith("quarterdeck.")} <= PURE
