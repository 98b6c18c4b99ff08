"""The documents lead where they say, and tell of every command and setting."""

import re
from pathlib import Path

import pytest

from quarterdeck.config.commands import COMMANDS
from quarterdeck.config.tests.documents import ROOT, documents
from quarterdeck.config.tests.test_house_rules import code_files

LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
SETTING = re.compile(r"\bQUARTERDECK_[A-Z_]+\b")
README = ROOT / "README.md"


def links(document: Path) -> list[str]:
    found = [link["target"] for link in LINK.finditer(document.read_text(encoding="utf-8"))]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(document: Path) -> set[str]:
    """Return the anchors that a page of Markdown has: its headings in small letters."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_dead(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    return not target.exists() or bool(anchor and anchor not in anchors(target))


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    assert [link for link in links(document) if is_dead(document, link)] == []


def test_the_readme_shows_every_picture_that_there_is_and_no_other() -> None:
    folder = ROOT / "docs" / "pictures"
    named = re.findall(r"docs/pictures/([\w-]+\.png)", README.read_text(encoding="utf-8"))

    assert set(named) == {path.name for path in folder.iterdir()}


def test_the_pictures_stay_small() -> None:
    folder = ROOT / "docs" / "pictures"

    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_500_000


def test_every_command_is_in_the_readme() -> None:
    told = set(re.findall(r"`quarterdeck ([a-z-]+)", README.read_text(encoding="utf-8")))

    assert told == set(COMMANDS)


def test_every_target_of_the_makefile_is_in_the_documents() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    told = {
        target
        for document in documents()
        for target in re.findall(r"\bmake ([a-z]+)", document.read_text(encoding="utf-8"))
    }

    assert targets - told == set()


def test_every_setting_that_the_code_reads_is_in_the_readme_and_no_other() -> None:
    read = {name for path in code_files() for name in SETTING.findall(path.read_text("utf-8"))}

    assert set(SETTING.findall(README.read_text(encoding="utf-8"))) == read


def test_the_architecture_fits_on_two_pages() -> None:
    """A page of print holds about 550 words."""
    words = re.findall(r"[^\W_]\S*", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))

    assert len(words) <= 1_100


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
