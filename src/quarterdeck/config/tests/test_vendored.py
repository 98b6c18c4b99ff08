"""The browser files that we ship are those that vendor.lock names."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import quarterdeck

ROOT = Path(quarterdeck.__file__).parents[2]
VENDOR = Path("src/quarterdeck/ui/static/vendor")
SVG = "{http://www.w3.org/2000/svg}"


def check(root: Path) -> subprocess.CompletedProcess[str]:
    """Compare the vendor folder of a checkout with its lock."""
    command = [sys.executable, "tools/dev.py", "vendor", "check"]
    return subprocess.run(  # noqa: S603 - the project's own tool
        command, cwd=root, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what vendoring touches, in which a test may do damage."""
    for folder in ("tools", VENDOR):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "vendor.lock", tmp_path)
    return tmp_path


def test_every_file_is_as_locked() -> None:
    result = check(ROOT)

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (lambda folder: (folder / "icons.svg").unlink(), "icons.svg is locked but missing"),
        (lambda folder: (folder / "icons.svg").write_text("<svg/>"), "icons.svg differs"),
        (lambda folder: (folder / "gift.js").touch(), "gift.js is not in vendor.lock"),
    ],
    ids=["a missing file", "a changed file", "a file that nobody locked"],
)
def test_damage_is_named(copy: Path, damage: Callable[[Path], object], finding: str) -> None:
    damage(copy / VENDOR)

    result = check(copy)

    assert result.returncode == 1
    assert finding in result.stderr


def test_no_file_points_to_a_source_map() -> None:
    pointing = [
        path for path in (ROOT / VENDOR).rglob("*.*s") if b"sourceMappingURL" in path.read_bytes()
    ]

    assert pointing == []


def test_every_package_comes_with_its_licence() -> None:
    folders = [path for path in (ROOT / VENDOR).iterdir() if path.is_dir()]

    assert [path.name for path in folders if not (path / "LICENSE").is_file()] == []


def test_the_sprite_has_every_icon_that_vendor_toml_names() -> None:
    named = tomllib.loads((ROOT / "vendor.toml").read_text())["sprite"]["icons"]

    sprite = ET.parse(ROOT / VENDOR / "icons.svg")  # noqa: S314 - the file is locked by its hash

    assert [icon.attrib["id"] for icon in sprite.iter(f"{SVG}g")] == named
