"""184 real descriptions of five organisations give drafts whose records stand in the text."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from quarterdeck.kernels.jobtext import plain_source, read_draft
from quarterdeck.kernels.tests.job_descriptions import misplaced

ARCHIVE = "workforce/gov_job_descriptions_a_18f_austin_california.tar.gz"


def real_texts(shared: Path) -> Iterator[tuple[str, str]]:
    """Give the name and the text of each file in the archive."""
    with tarfile.open(shared / ARCHIVE) as archive:
        for member in archive:
            if file := archive.extractfile(member):
                yield member.name, file.read().decode("utf-8")


@pytest.mark.shared
def test_every_real_description_gives_a_draft_with_records_in_their_places(shared: Path) -> None:
    drafts = {}
    astray = []
    for name, text in real_texts(shared):
        source = plain_source(text)
        drafts[name] = read_draft(source.lines)
        astray += [(name, record.text) for record in misplaced(source, drafts[name])]

    assert (len(drafts), astray) == (184, [])


@pytest.mark.shared
def test_every_real_description_has_a_title(shared: Path) -> None:
    untitled = [
        name
        for name, text in real_texts(shared)
        if read_draft(plain_source(text).lines).title is None
    ]

    assert untitled == []
