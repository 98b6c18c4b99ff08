"""The locks say what is installed, everywhere the same, and never from where."""

import re
from pathlib import Path

import pytest

import quarterdeck

REQUIREMENTS = Path(quarterdeck.__file__).parents[2] / "requirements"
LOCKS = ("base", "dev", "kernels")
PINNED = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^ ]+)(?: ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def lines(lock: str) -> list[str]:
    """Return the lines of one lock."""
    return (REQUIREMENTS / f"{lock}.lock").read_text().splitlines()


def versions(lock: str) -> dict[str, str]:
    """Return the version that one lock pins for each distribution."""
    return {
        found["name"]: found["version"] for line in lines(lock) if (found := PINNED.match(line))
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pinned_names_and_hashes_and_nothing_else(lock: str) -> None:
    others = [line for line in lines(lock) if not PINNED.match(line) and not HASH.match(line)]

    assert others == []


@pytest.mark.parametrize("lock", ["base", "kernels"])
def test_a_smaller_environment_has_the_versions_that_the_tests_ran_with(lock: str) -> None:
    tested = versions("dev")

    assert versions(lock) == {name: tested[name] for name in versions(lock)}


def test_the_kernels_environment_has_no_django() -> None:
    assert "django" not in versions("kernels")
