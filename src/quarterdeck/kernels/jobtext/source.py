"""What a document gives to be read: its text, and lines that know where they stand in it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Cell", "Line", "Source", "SourceSpan", "plain_source"]


@dataclass(frozen=True, slots=True, order=True)
class SourceSpan:
    """The characters of a source's text from offset `start` up to, not including, `end`.

    Raises ValueError for a negative start or an end before the start.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(
                f"The span from {self.start} to {self.end} is none: expected 0 <= start <= end."
            )

    def of(self, text: str) -> str:
        """Return the characters of `text` that the span holds."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table's row: its characters, and where they stand."""

    text: str
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source.

    `text` is the slice of the source's text that `span` names, without the line's end. `number`
    counts from 1, `page` too where the container has pages (0 otherwise). `cells` are those of a
    table's row, and None where the line is none. `heading` is the rank that the container itself
    gives a heading (1 is highest; 0 is none or not known), `listed` whether it calls the line an
    item of a list, `emphasised` whether the whole line is set bold, `indent` the depth of its
    list or the spaces before it.
    """

    text: str
    number: int
    span: SourceSpan
    page: int = 0
    cells: tuple[Cell, ...] | None = None
    heading: int = 0
    listed: bool = False
    emphasised: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A document as a container's reader hands it over.

    `text` is what a person sees beside the records and what every span points into: the file's
    own text where it is a text, the text taken out of it otherwise. `container` is the format's
    name, such as `text`, `html`, `docx` or `pdf`; `notes` say what the reader left out or guessed.
    """

    text: str
    lines: tuple[Line, ...]
    container: str = "text"
    notes: tuple[str, ...] = ()


# At least two cells between bars.
_BARRED = re.compile(r"^\s*\|(?:[^|\n]*\|){2,}\s*$")


def plain_source(text: str, *, container: str = "text", notes: Iterable[str] = ()) -> Source:
    """Return a text as a source of lines; a line with tabs or between bars is a row of cells.

    Lines end at LF, CR LF, CR, and at a form feed, which also begins a page. Nothing is stripped:
    a tab before the first word is an empty first cell.
    """
    return Source(text, tuple(_lines(text)), container, tuple(notes))


def _lines(text: str) -> Iterator[Line]:
    page, number, start = 1, 0, 0
    paged = "\f" in text
    for end in re.finditer(r"\r\n|[\n\r\f]|\Z", text):
        if end.group() or end.start() > start or not text:
            number += 1
            yield _line(text, SourceSpan(start, end.start()), number, page if paged else 0)
        page += end.group() == "\f"
        start = end.end()


def _line(text: str, span: SourceSpan, number: int, page: int) -> Line:
    own = span.of(text)
    indent = len(own) - len(own.lstrip(" "))
    return Line(own, number, span, page, _cells(own, span.start), indent=indent)


def _cells(own: str, offset: int) -> tuple[Cell, ...] | None:
    """Split at every tab, before anything is stripped: a leading tab is an empty first cell.

    A line between bars, as tables of Markdown have them, is split at its bars.
    """
    if _BARRED.match(own):
        borders = [place.start() for place in re.finditer(r"(?<!\\)\|", own)]
    elif "\t" in own:
        borders = [-1, *(place.start() for place in re.finditer("\t", own)), len(own)]
    else:
        return None
    return tuple(
        Cell(own[left + 1 : right], SourceSpan(offset + left + 1, offset + right))
        for left, right in pairwise(borders)
    )
