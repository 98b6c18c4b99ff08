"""A real document says the same whichever format it comes in."""

import html
import io
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from quarterdeck.kernels.jobtext import Draft, Source, read_draft
from quarterdeck.kernels.tests.job_descriptions import misplaced, real_source
from quarterdeck.people.gateways.documents import open_document
from quarterdeck.people.tests import files

pytestmark = pytest.mark.shared

NUMBERS = ("000", "001", "002", "003", "004")
WITHOUT_TABLES = ("001", "003")


def as_docx(source: Source) -> bytes:
    """Return the lines as paragraphs, items of lists and rows of tables."""
    document = Document()
    for line in source.lines:
        text = line.text.strip()
        if line.cells and len(line.cells) > 1:
            table = document.add_table(rows=1, cols=len(line.cells))
            for cell, part in zip(table.rows[0].cells, line.cells, strict=True):
                cell.text = part.text
        elif text.startswith("• "):
            document.add_paragraph(text[2:], style="List Bullet")
        elif text[:2].rstrip(".").isdigit() and text[1:3] == ". ":
            document.add_paragraph(text[3:], style="List Number")
        else:
            document.add_paragraph(text)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def as_page(source: Source) -> bytes:
    """Return the lines as a page, with a break for each empty one."""
    lines = []
    for line in source.lines:
        if line.cells and len(line.cells) > 1:
            cells = "".join(f"<td>{cell.text}</td>" for cell in line.cells)
            lines.append(f"<table><tr>{cells}</tr></table>")
        elif not line.text.strip():
            lines.append("<br>")
        else:
            lines.append(f"<p>{html.escape(line.text.strip())}</p>")
    return f"<!doctype html><html><body>{''.join(lines)}</body></html>".encode()


def as_pdf(source: Source) -> bytes:
    """Return the lines wrapped on pages, an empty line as space."""
    pages, drawn, top = [], "", 60
    for line in source.lines:
        for part in textwrap.wrap(line.text, 95) or [""]:
            if top > 740:
                pages.append(drawn)
                drawn, top = "", 60
            drawn += files.shown(_escaped(part), top) if part else ""
            top += 13
    return files.pdf(*pages, drawn)


def _escaped(text: str) -> str:
    """Return a text as a string of PDF, with octal escapes for all that is no plain letter."""
    return "".join(
        sign if sign.isalnum() and sign.isascii() else f"\\{sign.encode('cp1252')[0]:03o}"
        for sign in text
    )


def counts(draft: Draft) -> dict[str, object]:
    return {
        "kind": draft.kind,
        "title": draft.title and draft.title.text,
        "class code": draft.class_code and draft.class_code.text,
        "levels": [level.name for level in draft.levels],
        "duties": len(draft.duties),
        "competencies": [(len(one.name), len(one.anchors)) for one in draft.competencies],
        "qualifications": [(one.kind, one.years, one.degree) for one in draft.qualifications],
        "equivalencies": [one.ratio for one in draft.equivalencies],
        "areas": [(len(one.functions), len(one.measures)) for one in draft.results_areas],
        "history": [one.day for one in draft.history],
        "stated none": len(draft.stated_none),
    }


@pytest.mark.parametrize(
    ("number", "pack", "name"),
    [
        *((number, as_docx, "job.docx") for number in NUMBERS),
        *((number, as_page, "job.html") for number in NUMBERS),
        *((number, as_pdf, "job.pdf") for number in WITHOUT_TABLES),
    ],
)
def test_a_real_document_is_read_alike_from_another_format(
    shared: Path, number: str, pack: Callable[[Source], bytes], name: str
) -> None:
    plain = real_source(shared, number)

    source = open_document(pack(plain), name)
    draft = read_draft(source.lines)

    assert misplaced(source, draft) == []
    assert counts(draft) == counts(read_draft(plain.lines))


def test_space_lost_at_the_end_of_a_page_costs_no_more_than_a_name(shared: Path) -> None:
    """Where a page begins nobody knows how much space stood above, which marks a lost heading."""
    plain = read_draft(real_source(shared, "002").lines)

    paged = read_draft(open_document(as_pdf(real_source(shared, "002")), "job.pdf").lines)

    differing = [key for key, value in counts(plain).items() if counts(paged)[key] != value]
    assert differing == ["competencies"]
