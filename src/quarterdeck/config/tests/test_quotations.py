"""Sources are facts, not texts: nothing of the real job descriptions stands in this project."""

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
ARCHIVE = "workforce/gov_job_descriptions_a_18f_austin_california.tar.gz"
# Titles, names of levels and turns of phrase are shorter.
WORDS_OF_A_QUOTATION = 12
_WRITTEN = frozenset((".py", ".md", ".html"))


@pytest.mark.once
@pytest.mark.shared
def test_no_sentence_of_a_real_job_description_stands_here(shared: Path) -> None:
    texts = list(descriptions(shared))
    theirs = {run for text in texts for run in runs(text)}

    quoted = {
        file.relative_to(ROOT).as_posix(): sorted(found)
        for file in written()
        if (found := theirs & set(runs(file.read_text(encoding="utf-8"))))
    }

    assert (len(texts), quoted) == (5 + 184, {})


def test_a_sentence_that_is_quoted_is_found() -> None:
    sentence = "Plans the work of nine people who keep the network of a small town running."

    assert set(runs(sentence)) & set(runs(f'TEXT = "{sentence.upper()}"'))


def descriptions(shared: Path) -> Iterator[str]:
    """Give the five documents of the mission and the many of the archive, without markup."""
    for path in (shared.parent / "jobs").glob("*.txt"):
        yield bare(path.read_bytes())
    with tarfile.open(shared / ARCHIVE) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                yield bare(file.read())


def bare(content: bytes) -> str:
    return re.sub(r"<[^>]+>", " ", content.decode("utf-8", "replace"))


def written() -> list[Path]:
    """Every file of ours that holds words."""
    folders = (ROOT / name for name in ("src", "docs", "bench", "tools"))
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path for path in (*ROOT.glob("*.md"), *files) if path.suffix in _WRITTEN]


def runs(text: str) -> Iterator[str]:
    """Give each run of so many words, without case and punctuation."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    for start in range(len(words) - WORDS_OF_A_QUOTATION + 1):
        yield " ".join(words[start : start + WORDS_OF_A_QUOTATION])
