"""A class description as a Word document."""

from io import BytesIO
from typing import Any
from unicodedata import category

from quarterdeck.people.queries.outline import Heading, Items, Paragraph, Part, Table


def word_document_of(parts: tuple[Part, ...]) -> bytes:
    """Return an outline as a Word document."""
    # The library takes 60 ms to import, which only whoever exports shall wait for.
    from docx import Document  # noqa: PLC0415

    document = Document()
    for part in parts:
        _add(document, part)
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def _add(document: Any, part: Part) -> None:
    if isinstance(part, Heading):
        document.add_heading(_storable(part.text), part.depth - 1)
    elif isinstance(part, Paragraph):
        document.add_paragraph(_storable(part.text))
    elif isinstance(part, Items):
        style = "List Number" if part.is_numbered else "List Bullet"
        for text in part.texts:
            document.add_paragraph(_storable(text), style)
    elif isinstance(part, Table):
        _add_table(document, part)


def _add_table(document: Any, part: Table) -> None:
    table = document.add_table(rows=0, cols=len(part.headings), style="Table Grid")
    heads = (part.headings,) if any(part.headings) else ()
    for texts in (*heads, *part.rows):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = _storable(text)


def _storable(text: str) -> str:
    """XML holds no control characters but tabs and line ends."""
    return "".join(each for each in text if each in "\t\n" or not category(each).startswith("C"))
