"""A real document says the same whichever format it comes in."""

import html
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from quarterdeck.kernels.jobtext import Draft, Source, read_draft
from quarterdeck.kernels.tests.job_descriptions import misplaced, real_source
from quarterdeck.people.gateways.documents import open_document

pytestmark = pytest.mark.shared

NUMBERS = ("000", "001", "002", "003", "004")


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


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    ("pack", "name"), [(as_docx, "job.docx"), (as_page, "job.html")], ids=["docx", "html"]
)
def test_a_real_document_is_read_alike_from_another_format(
    shared: Path, number: str, pack: Callable[[Source], bytes], name: str
) -> None:
    plain = real_source(shared, number)

    source = open_document(pack(plain), name)
    draft = read_draft(source.lines)

    assert misplaced(source, draft) == []
    assert counts(draft) == counts(read_draft(plain.lines))
