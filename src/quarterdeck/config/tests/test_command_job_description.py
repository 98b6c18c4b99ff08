"""The command that reads a job description: what it prints, refuses, and leaves alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.config.command import main

TEXT = """Network Manager - NM1234

Essential Duties

Keeps the network.

May travel.

Education Requirement

Bachelor's degree or equivalent, and at least 3 years of experience.

Essential Functions
1. Keeps the network up.
Measures of Success
• <90% achievement of goals
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A job description of a few lines."""
    path = tmp_path / "job.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def printed(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Run the command, which is to succeed without a database, and return what it prints."""
    assert main(["job-description", *map(str, words)]) == 0
    return capsys.readouterr().out


def test_a_draft_is_printed_for_a_person(
    capsys: pytest.CaptureFixture[str], document: Path
) -> None:
    text = printed(capsys, document)

    assert text.splitlines()[:8] == [
        "Network Manager (NM1234)",
        "Read as class. A class code, an issuer, a grade or levels are named.",
        "Each line has: + sure, ~ likely, ? doubtful; the line of the text; what was read.",
        "",
        "Duties (2)",
        "  +    5  Keeps the network.",
        "  +    7  May travel.  [may]",
        "",
    ]


def test_the_same_draft_is_printed_for_a_program(
    capsys: pytest.CaptureFixture[str], document: Path
) -> None:
    draft: dict[str, Any] = json.loads(printed(capsys, document, "--json"))

    (measure,) = draft["results_areas"][0]["measures"]
    assert (draft["title"], draft["class_code"]) == ("Network Manager", "NM1234")
    assert [
        (one["kind"], one["degree"], one["years"], [each["ratio"] for each in one["equivalency"]])
        for one in draft["qualifications"]
    ] == [("education", "bachelor", None, [None]), ("experience", None, 3, [])]
    assert [(duty["modality"], duty["span"]) for duty in draft["duties"]] == [
        ("does", [44, 62]),
        ("may", [64, 75]),
    ]
    assert [measure[key] for key in ("operator", "value", "unit", "needs_confirmation")] == [
        "<",
        90,
        "%",
        True,
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"", "The file is empty"), (b"%PDF-1.4 and nothing more", "The PDF is damaged")],
)
def test_what_cannot_be_read_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, expected: str
) -> None:
    path = tmp_path / "job.pdf"
    path.write_bytes(content)

    status = main(["job-description", str(path)])

    assert (status, capsys.readouterr().err.startswith(f"quarterdeck: {path}: {expected}")) == (
        1,
        True,
    )


def test_a_missing_file_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status = main(["job-description", str(tmp_path / "none.txt")])

    assert (status, capsys.readouterr().err) == (
        1,
        f"quarterdeck: There is no file {tmp_path / 'none.txt'}.\n",
    )
