"""184 real descriptions of five organisations give drafts whose records stand in the text."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from quarterdeck.kernels.jobtext import jobs_of, plain_source, read_draft
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


@pytest.mark.shared
def test_no_description_of_one_job_is_taken_for_several(shared: Path) -> None:
    texts = [text for _, text in real_texts(shared)]
    texts += [path.read_text() for path in (shared.parent / "jobs").glob("*.txt")]

    several = [text for text in texts if jobs_of(plain_source(text).lines)]

    assert several == []


def test_two_jobs_of_a_page_without_any_marks_are_told_apart() -> None:
    job = "\n\nDuties\n\n- Steers.\n\nRequirements\n\n- Three years of experience.\n\n"

    found = jobs_of(plain_source(f"Pilot{job}Harbour Master{job}").lines)

    assert [lines[0].text for lines in found] == ["Pilot", "Harbour Master"]
