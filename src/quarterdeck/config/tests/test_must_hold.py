"""What must hold is held by tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from quarterdeck.config.tests.documents import ROOT

TABLE = ROOT / "docs" / "must-hold.md"
ROW = re.compile(r"^\| (?P<promise>.+?) \| (?P<holders>.+) \|$", re.MULTILINE)
HEADS = {"what must hold", "---"}
NAMED = re.compile(r"`([^`]+)`")


def promises() -> list[tuple[str, str]]:
    found = ROW.findall(TABLE.read_text(encoding="utf-8"))
    return [(promise, holders) for promise, holders in found if promise not in HEADS]


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def is_there(holder: str) -> bool:
    name, _, function = holder.partition("::")
    if not function:
        return (ROOT / name).is_file()
    path = ROOT / "src" / "quarterdeck" / name
    return path.is_file() and function in functions_of(path)


@pytest.mark.parametrize(("promise", "holders"), promises(), ids=lambda text: text[:40])
def test_each_promise_names_tests_that_are_there(promise: str, holders: str) -> None:
    named = NAMED.findall(holders)

    assert [holder for holder in named if not is_there(holder)] == []
    assert named or holders == "nothing yet", promise
