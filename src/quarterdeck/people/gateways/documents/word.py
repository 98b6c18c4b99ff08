"""Reads DOCX: paragraphs, lists with their marks, headings by style, tables by cell.

Format: ECMA-376. python-docx opens the package, with a parser that resolves no entities; what a
person would see of the body is read from its elements, since lists and merged cells need them.
"""

import io
from collections.abc import Iterator
from typing import Any

from quarterdeck.people.gateways.documents.written import Written, cell_text, single_line

__all__ = ["read_docx"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {f"{_W}br", f"{_W}cr"}
_OFF = {"0", "false", "none"}
_MOST_ROWS, _MOST_CELLS = 5_000, 60
_DEEPEST = 30


def read_docx(content: bytes) -> tuple[list[Written], list[str]]:
    """Return the lines of the body, and notes on what was left out."""
    # Heavy, and needed in the reading process alone.
    from docx import Document  # noqa: PLC0415 - see the line above

    document = Document(io.BytesIO(content))
    body = document.element.body
    for fallback in list(body.iter(_FALLBACK)):
        fallback.getparent().remove(fallback)
    reader = _BodyReader(document)
    reader.read(body)
    return reader.lines, reader.notes


class _BodyReader:
    """Walks the body once; `page` follows the breaks that Word remembered."""

    def __init__(self, document: Any) -> None:
        self.lines: list[Written] = []
        self.notes: list[str] = []
        self._styles = {style.style_id: style for style in document.styles}
        self._formats = _number_formats(document)
        self._counts: dict[tuple[str, int], int] = {}
        self._page = 1

    def read(self, element: Any, depth: int = 0) -> None:
        """Read the paragraphs and tables of an element, and those within its content controls."""
        for child in element:
            if child.tag == f"{_W}p":
                self._read_paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._read_table(child)
            elif child.tag in {f"{_W}sdt", f"{_W}sdtContent"} and depth < _DEEPEST:
                self.read(child, depth + 1)

    def _read_paragraph(self, paragraph: Any) -> None:
        self._page += sum(1 for _ in paragraph.iter(f"{_W}lastRenderedPageBreak"))
        texts = [single_line(text) for text in _text(paragraph).split("\n")]
        if not any(texts):
            self.lines.append(Written(page=self._page))
            return
        mark, indent = self._mark(paragraph)
        heading = self._heading(paragraph)
        bold = _is_bold(paragraph)
        for text in filter(None, texts):
            self.lines.append(
                Written(
                    mark + text,
                    page=self._page,
                    heading=heading,
                    emphasised=bold and not mark,
                    indent=indent,
                )
            )
            mark = ""

    def _read_table(self, table: Any) -> None:
        self.lines.append(Written(page=self._page))
        rows = list(table.iter(f"{_W}tr"))
        if len(rows) > _MOST_ROWS:
            self.notes.append(
                f"A table has {len(rows):,} rows; the first {_MOST_ROWS:,} were read."
            )
        for row in rows[:_MOST_ROWS]:
            cells = [cell for cell in row if cell.tag == f"{_W}tc"][:_MOST_CELLS]
            texts = tuple(cell_text(self._cell_paragraphs(cell)) for cell in cells)
            if len(texts) == 1:
                for text in texts[0].split("\u2029"):
                    self.lines.append(Written(text, page=self._page))
            elif any(texts):
                self.lines.append(Written(cells=texts, page=self._page))
        self.lines.append(Written(page=self._page))

    def _cell_paragraphs(self, cell: Any) -> Iterator[str]:
        for paragraph in cell.iter(f"{_W}p"):
            yield _text(paragraph)

    def _mark(self, paragraph: Any) -> tuple[str, int]:
        """Return the mark that Word draws before an item of a list, and the item's depth."""
        numbering = _numbering(paragraph, self._styles)
        if numbering is None:
            return "", 0
        number, level = numbering
        if self._formats.get((number, level), "decimal") == "bullet":
            return "• ", level
        for deeper in [key for key in self._counts if key[0] == number and key[1] > level]:
            del self._counts[deeper]
        count = self._counts[number, level] = self._counts.get((number, level), 0) + 1
        return f"{count}. ", level

    def _heading(self, paragraph: Any) -> int:
        style = self._styles.get(_value(paragraph.find(f"{_W}pPr/{_W}pStyle")))
        name = (getattr(style, "name", "") or "").lower()
        if name == "title":
            return 1
        kind, _, rank = name.partition(" ")
        return min(6, int(rank)) if kind == "heading" and rank.isdigit() else 0


def _text(paragraph: Any) -> str:
    parts: list[str] = []
    for element in paragraph.iter():
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in _BREAKS:
            parts.append("\n")
        elif element.tag == f"{_W}tab":
            parts.append(" ")
        elif element.tag == f"{_W}noBreakHyphen":
            parts.append("-")
    return "".join(parts)


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iter(f"{_W}r") if any(t.text for t in run.iter(f"{_W}t"))]
    marks = [run.find(f"{_W}rPr/{_W}b") for run in runs]
    return bool(marks) and all(mark is not None and _value(mark) not in _OFF for mark in marks)


def _numbering(paragraph: Any, styles: dict[str, Any]) -> tuple[str, int] | None:
    own = paragraph.find(f"{_W}pPr/{_W}numPr")
    style = styles.get(_value(paragraph.find(f"{_W}pPr/{_W}pStyle")))
    if own is None and style is not None:
        own = style.element.find(f"{_W}pPr/{_W}numPr")
    if own is None:
        return None
    number = _value(own.find(f"{_W}numId"))
    level = _value(own.find(f"{_W}ilvl"))
    if not number or number == "0":
        return None
    return number, int(level) if level.isdigit() else 0


def _value(element: Any) -> str:
    return "" if element is None else str(element.get(f"{_W}val") or "")


def _number_formats(document: Any) -> dict[tuple[str, int], str]:
    """Return the format of each numbering and level: `bullet`, `decimal` and so on."""
    try:
        numbering = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    abstract: dict[str, dict[int, str]] = {}
    for one in numbering.iter(f"{_W}abstractNum"):
        levels = {
            int(level.get(f"{_W}ilvl") or 0): _value(level.find(f"{_W}numFmt"))
            for level in one.iter(f"{_W}lvl")
        }
        abstract[str(one.get(f"{_W}abstractNumId"))] = levels
    formats: dict[tuple[str, int], str] = {}
    for one in numbering.iter(f"{_W}num"):
        number = str(one.get(f"{_W}numId"))
        levels = abstract.get(_value(one.find(f"{_W}abstractNumId")), {})
        formats |= {(number, level): kind for level, kind in levels.items()}
    return formats
