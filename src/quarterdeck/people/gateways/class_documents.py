"""A class description as a Word document."""

from io import BytesIO
from typing import Any
from unicodedata import category

from quarterdeck.people.queries.outline import Heading, Items, Paragraph, Part, Table


def word_document_of(parts: tuple[Part, ...], running: str) -> bytes:
    """Return an outline as a Word document, with a running line and the page at each foot."""
    # The library takes 60 ms to import, which only whoever exports shall wait for.
    from docx import Document  # noqa: PLC0415

    document = Document()
    for part in parts:
        _add(document, part)
    document.core_properties.title = _storable(parts[0].text) if parts else ""  # type: ignore[union-attr]  # an outline begins with its heading
    _add_foot(document, running)
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


def _add_foot(document: Any, running: str) -> None:
    """Let each page say what it is of; Word counts the pages in fields (ISO/IEC 29500, 17.16)."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 — as heavy as the library
    from docx.oxml.ns import qn  # noqa: PLC0415 — a part of the heavy library

    foot = document.sections[0].footer.paragraphs[0]
    foot.add_run(f"{_storable(running)} · ")
    for instruction in ("PAGE", " / ", "NUMPAGES"):
        if instruction == " / ":
            foot.add_run(instruction)
            continue
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        foot._p.append(field)  # noqa: SLF001 — the library has no fields, its documentation shows this way


def _add_table(document: Any, part: Table) -> None:
    table = document.add_table(rows=0, cols=len(part.headings), style="Table Grid")
    heads = (part.headings,) if any(part.headings) else ()
    for texts in (*heads, *part.rows):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = _storable(text)


def _storable(text: str) -> str:
    """XML holds no control characters but tabs and line ends."""
    return "".join(each for each in text if each in "\t\n" or not category(each).startswith("C"))
