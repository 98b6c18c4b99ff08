"""Reads PDF: lines with their places, ruled tables by cell; refuses what holds no text.

Format: ISO 32000. Gaps between lines become empty lines, and larger or bold type a heading's mark,
since a page has no paragraphs, only places.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from quarterdeck.people.gateways.documents.containers import UnreadableDocument
from quarterdeck.people.gateways.documents.written import Written, cell_text, single_line

__all__ = ["read_pdf"]

_MOST_PAGES = 60
_PARAGRAPH_GAP = 0.75
# Lines stand about a third further apart than their letters are high.
_LINE_PITCH, _MOST_EMPTY = 1.3, 3
_HEADING_SIZE = 1.12
_FEWEST_COLUMNS = 2


def read_pdf(content: bytes) -> tuple[list[Written], list[str]]:
    """Return the lines of the pages, and notes on what was left out."""
    # Heavy, and needed in the reading process alone.
    import pdfplumber  # noqa: PLC0415 — heavy, for the reading process alone
    from pdfminer.pdfdocument import PDFPasswordIncorrect  # noqa: PLC0415 — heavy, for the reading process alone
    from pdfplumber.utils.exceptions import PdfminerException  # noqa: PLC0415 — heavy, for the reading process alone

    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            lines, notes = _read_pages(document.pages)
            return lines, [*notes, *_active_parts(document.doc.catalog)]
    except PdfminerException as problem:
        if not any(isinstance(cause, PDFPasswordIncorrect) for cause in problem.args):
            raise
        raise UnreadableDocument(
            "The PDF is protected by a password; expected one that opens without."
        ) from problem


def _active_parts(catalog: Mapping[str, Any]) -> list[str]:
    """Say which parts of a document act on their own; none of them is run (ISO 32000, 12.6).

    To open at a page is an action too, and a harmless one.
    """
    from pdfminer.pdftypes import resolve1  # noqa: PLC0415 - needed in the reading process alone

    opening, names = resolve1(catalog.get("OpenAction")), resolve1(catalog.get("Names"))
    kind = opening.get("S") if isinstance(opening, dict) else None
    named = set(names) if isinstance(names, dict) else set()
    runs = getattr(kind, "name", "") in {"JavaScript", "Launch"} or "JavaScript" in named
    found = (runs or "AA" in catalog, "A script"), ("EmbeddedFiles" in named, "A file inside")
    return [f"{what} was left out." for is_there, what in found if is_there]


def _read_pages(pages: Sequence[Any]) -> tuple[list[Written], list[str]]:
    lines: list[Written] = []
    notes: list[str] = []
    if len(pages) > _MOST_PAGES:
        notes.append(f"The PDF has {len(pages):,} pages; the first {_MOST_PAGES} were read.")
    images = 0
    for number, page in enumerate(pages[:_MOST_PAGES], start=1):
        images += len(page.images)
        lines += _read_page(page, number)
        page.close()
    if not pages:
        raise UnreadableDocument("The PDF has no pages; expected a job description.")
    if not any(line.text or line.cells for line in lines):
        what = "pictures of text" if images else "no text"
        raise UnreadableDocument(
            f"The PDF holds {what} on its {len(pages):,} pages, as a scan does; expected a PDF "
            "with text. Run text recognition over it first."
        )
    return lines, notes


def _read_page(page: Any, number: int) -> Iterator[Written]:
    tables = [table for table in page.find_tables() if _is_table(table)]
    boxes = [table.bbox for table in tables]
    written = [
        line for line in page.extract_text_lines(return_chars=True) if not _inside(line, boxes)
    ]
    usual = median([_size(line) for line in written]) if written else 0.0
    ordered = sorted([*written, *tables], key=_top)
    last = 0.0
    for one in ordered:
        top = _top(one)
        height = max(usual, 1.0)
        if last and top - last > _PARAGRAPH_GAP * height:
            empty = round((top - last) / (_LINE_PITCH * height))
            yield from [Written(page=number)] * min(max(1, empty), _MOST_EMPTY)
        if isinstance(one, dict):
            yield _line(one, number, usual)
            last = float(one["bottom"])
        else:
            yield from _rows(one, number)
            last = float(one.bbox[3])
    yield Written(page=number)


def _is_table(table: Any) -> bool:
    return len(table.rows) > 0 and max(len(row.cells) for row in table.rows) >= _FEWEST_COLUMNS


def _top(one: Any) -> float:
    return float(one["top"] if isinstance(one, dict) else one.bbox[1])


def _inside(line: dict[str, Any], boxes: Iterable[tuple[float, float, float, float]]) -> bool:
    middle = (line["top"] + line["bottom"]) / 2
    return any(
        left <= line["x1"] and line["x0"] <= right and top <= middle <= bottom
        for left, top, right, bottom in boxes
    )


def _size(line: dict[str, Any]) -> float:
    return float(median(char["size"] for char in line["chars"]))


def _line(line: dict[str, Any], page: int, usual: float) -> Written:
    text = single_line(line["text"])
    names = {str(char.get("fontname", "")).lower() for char in line["chars"]}
    bold = all("bold" in name or "black" in name for name in names)
    large = _size(line) > _HEADING_SIZE * usual
    return Written(text, page=page, heading=2 if large else 0, emphasised=bold)


def _rows(table: Any, page: int) -> Iterator[Written]:
    for row in table.extract():
        cells = tuple(cell_text([_one_paragraph(cell or "")]) for cell in row)
        if any(cells):
            yield Written(cells=cells, page=page)


def _one_paragraph(text: str) -> str:
    return " ".join(text.split())
