"""What a container's reader writes down, line by line, and how that becomes a source."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from quarterdeck.kernels.jobtext import Cell, Line, Source, SourceSpan

# Inside a cell a paragraph may end, a line may not.
PARAGRAPH = "\u2029"
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028]+")
_SPACES = re.compile(r"[\t\xa0 ]+")


@dataclass(frozen=True, slots=True)
class Written:
    """One line as a reader found it: either text or the cells of a table's row.

    `heading` is the rank that the container gives it (1 is highest, 0 is none), `page` counts from
    1 where there are pages.
    """

    text: str = ""
    cells: tuple[str, ...] = ()
    page: int = 0
    heading: int = 0
    emphasised: bool = False
    indent: int = 0

    def as_plain(self) -> dict[str, Any]:
        """Return the line as values for JSON."""
        return asdict(self)


def single_line(text: str) -> str:
    """Return text with every break and tab as a space, and none at its ends."""
    return _SPACES.sub(" ", _BREAKS.sub(" ", text)).strip()


def cell_text(paragraphs: Iterable[str]) -> str:
    """Return the paragraphs of a cell as one text that breaks no line."""
    return PARAGRAPH.join(text for text in map(single_line, paragraphs) if text)


def source_of(lines: Iterable[Written], container: str, notes: Iterable[str]) -> Source:
    """Return lines as a source; the cells of a row are parted by tabs."""
    texts: list[str] = []
    found: list[Line] = []
    offset = 0
    for number, line in enumerate(lines, start=1):
        text = "\t".join(line.cells) if line.cells else line.text
        span = SourceSpan(offset, offset + len(text))
        found.append(
            Line(
                text,
                number,
                span,
                line.page,
                _cells(line.cells, offset),
                line.heading,
                emphasised=line.emphasised,
                indent=line.indent,
            )
        )
        texts.append(text)
        offset = span.end + 1
    return Source("\n".join(texts), tuple(found), container, tuple(notes))


def _cells(texts: tuple[str, ...], offset: int) -> tuple[Cell, ...] | None:
    if not texts:
        return None
    cells: list[Cell] = []
    for text in texts:
        cells.append(Cell(text, SourceSpan(offset, offset + len(text))))
        offset += len(text) + 1
    return tuple(cells)
