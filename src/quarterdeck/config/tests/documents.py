"""The project's documents as tests read them."""

import re
from pathlib import Path
from typing import NamedTuple

import quarterdeck

ROOT = Path(quarterdeck.__file__).parents[2]
_WORD = re.compile(r"\| (?P<word>[^|]+) \| (?P<kind>noun|verb|term|house) \| [^|]+ \|")
_DUTY = re.compile(r"\| (?P<id>J\d\.[^ |]+) \|[^|]+\|[^|]+\| (?P<served_by>[^|]+) \|")


class Word(NamedTuple):
    """One row of `docs/words.md`, with the letter under which it stands."""

    letter: str
    word: str
    kind: str


class Duty(NamedTuple):
    """One row of `docs/duties.md`: its id, and the measures and pages that serve it."""

    id: str
    measures: tuple[str, ...]
    pages: tuple[str, ...]


def documents() -> list[Path]:
    """Return every document of ours."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def words() -> list[Word]:
    """Return the words of the glossary, in its order."""
    found, letter = [], ""
    for line in (ROOT / "docs" / "words.md").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"## ([A-Z])", line):
            letter = heading[1]
        elif row := _WORD.fullmatch(line):
            found.append(Word(letter, row["word"], row["kind"]))
    return found


def duties() -> list[Duty]:
    """Return the duties, in the page's order."""
    text = (ROOT / "docs" / "duties.md").read_text(encoding="utf-8")
    found = []
    for row in (line for line in map(_DUTY.fullmatch, text.splitlines()) if line):
        served = re.findall(r"`([^`]+)`", row["served_by"])
        pages = tuple(each for each in served if each.startswith("/"))
        found.append(Duty(row["id"], tuple(each for each in served if each not in pages), pages))
    return found
