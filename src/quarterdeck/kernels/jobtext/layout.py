"""From lines to rows of writing: without noise, running heads and broken lines."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from quarterdeck.kernels.jobtext.fields import field_named
from quarterdeck.kernels.jobtext.headings import section_named
from quarterdeck.kernels.jobtext.pieces import NOTHING, Piece, joined, paragraphs_of, piece_of
from quarterdeck.kernels.jobtext.source import Line

__all__ = ["Row", "rows_of"]

_BULLET = re.compile(r"^[ \t>]*(?:[•·▪◦●○■□➢✓\uf0b7\uf0a7]\s*|[-–—*+]\s+|o\s{2,})(?=\S)")
_ORDINAL = re.compile(r"^[ \t]*(?:\(?(\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s+(?=\S)")
_HASHES = re.compile(r"^ {0,3}(#{1,6})[ \t]*(?=[^\s#])")
# A sign before a figure means "more than".
_QUOTE = re.compile(r"^ {0,3}>(?![ \t]*\d)[ \t]?")
_BOLD = re.compile(r"^\s*(?:\*\*|__)(?=\S)[^*_]{1,200}(?:\*\*|__):?\s*$")
_RULE = re.compile(r"^\s*(?:\|?[\s|:-]*-{2,}[\s|:-]*\||-{3,}|={3,}|_{3,}|\*{3,}|<!--.*-->)\s*$")
_LIQUID = re.compile(r"^\s*\{%.*%\}\s*$")
_FRONT = re.compile(r"^(?:---|\+\+\+)\s*$")
_LONGEST_FRONT = 80
_BARE_MARK = re.compile(r"^\s*(?:[•·▪◦●○■□➢✓\uf0b7\uf0a7*o-]|\(?\w{1,3}[.)])\s*$")
_PAIR = 2
_ADVERT = re.compile(
    r"\b(?:get|download|grab)\b.{0,30}\bfree\b|\bfree\b.{0,20}\be-?book\b|^subscribe\b|"
    r"^share this\b"
)
_LONGEST_ADVERT, _ADVERT_REACH = 400, 6
_ENDED = ".:;!?"
_WRAPPED_WIDTH, _WRAPPED_SHARE, _SHORTEST_BROKEN = 130, 0.7, 30


@dataclass(frozen=True, slots=True)
class Row:
    """One row of writing, whole: a heading, an item, a paragraph, or a row of cells.

    `gap` counts the empty lines before it, `front` says that it stands in a file's front matter,
    `torn` that something between it and the row before was taken out.
    """

    line: Line
    piece: Piece
    gap: int
    heading: int = 0
    bullet: bool = False
    ordinal: str = ""
    quoted: bool = False
    emphasised: bool = False
    front: bool = False
    torn: bool = False
    cells: tuple[tuple[Piece, ...], ...] = ()

    @property
    def listed(self) -> bool:
        """Whether it is an item of a list."""
        return self.bullet or self.ordinal != ""


# A verb that a page's markup has torn from what it acts on.
_LONE_VERB = re.compile(r"^[A-Z][a-z]{3,}s,?$")


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """Return the rows of writing, in order."""
    rows = list(_written(lines))
    rows = _without_running_heads(rows)
    rows = _without_adverts(rows)
    return _healed(rows)


def _written(lines: Sequence[Line]) -> Iterator[Row]:
    gap, front = 0, _front_matter(lines)
    for place, line in enumerate(lines):
        if not line.text.strip():
            gap += 1
        elif _RULE.match(line.text) or _LIQUID.match(line.text) or _FRONT.match(line.text):
            continue
        elif place < front:
            if not line.text.startswith("#"):
                yield Row(line, piece_of(line.text, line.span.start), gap, front=True)
        elif row := _row(line, gap):
            yield row
            gap = 0


def _front_matter(lines: Sequence[Line]) -> int:
    """Return how many of the first lines are a file's front matter."""
    if not lines or not _FRONT.match(lines[0].text):
        return 0
    for place, line in enumerate(lines[1:_LONGEST_FRONT], start=1):
        if _FRONT.match(line.text):
            return place
    return 0


def _row(line: Line, gap: int) -> Row | None:
    if cells := _cells(line):
        return Row(line, NOTHING, gap, cells=cells)
    text, start, quoted = line.text, line.span.start, False
    if mark := _QUOTE.match(text):
        text, start, quoted = text[mark.end() :], start + mark.end(), True
    heading = line.heading
    if mark := _HASHES.match(text):
        heading, text, start = len(mark.group(1)), text[mark.end() :], start + mark.end()
    emphasised = line.emphasised or _BOLD.match(text) is not None
    bullet = line.listed
    ordinal = ""
    if not heading and not emphasised:
        if mark := _BULLET.match(text):
            bullet, text, start = True, text[mark.end() :], start + mark.end()
        elif mark := _ORDINAL.match(text):
            ordinal, text, start = mark.group(1), text[mark.end() :], start + mark.end()
    piece = piece_of(text, start)
    row = Row(line, piece, gap, heading, bullet, ordinal, quoted, emphasised)
    return row if piece else None


def _cells(line: Line) -> tuple[tuple[Piece, ...], ...]:
    """Return the cells of a table's row; a tab after a bullet or before a paragraph makes none."""
    if line.cells is None or _BARE_MARK.match(line.cells[0].text):
        return ()
    cells = tuple(paragraphs_of(cell.text, cell.span.start) for cell in line.cells)
    filled = sum(bool(cell) for cell in cells)
    return cells if filled > 1 or (filled == 1 and len(cells) > _PAIR) else ()


def _without_running_heads(rows: list[Row]) -> list[Row]:
    """Drop every repetition of a line that stands alone and is no heading of a part.

    The first one stays: it may be the title. "Essential Functions" may well stand once for each
    results area, and a lead-in to a list may return, so those stay.
    """
    alone = [row for row in rows if _may_run(row)]
    counts = Counter(row.piece.folded for row in alone)
    seen: set[str] = set()
    kept: list[Row] = []
    torn = False
    for row in rows:
        text = row.piece.folded
        if _may_run(row) and counts[text] > 1:
            if text in seen:
                torn = True
                continue
            seen.add(text)
        kept.append(replace(row, torn=torn))
        torn = False
    return kept


def _may_run(row: Row) -> bool:
    # A row of cells cannot be told from a repeated header here; the table's reader knows.
    if row.cells or row.listed or row.heading or row.front or row.emphasised:
        return False
    text = row.piece.folded
    return (
        not text.endswith(":")
        and " " in text
        and section_named(text) is None
        and bool(row.gap or row.line.number == 1)
    )


def _without_adverts(rows: list[Row]) -> list[Row]:
    adverts = [place for place, row in enumerate(rows) if _is_advert(row)]
    dropped = set(adverts)
    for first, second in itertools.pairwise(adverts):
        between = range(first + 1, second)
        if len(between) <= _ADVERT_REACH and not any(_is_content(rows[place]) for place in between):
            dropped |= set(between)
    return [row for place, row in enumerate(rows) if place not in dropped]


def _is_advert(row: Row) -> bool:
    text = row.piece.folded
    return len(text) <= _LONGEST_ADVERT and not row.cells and _ADVERT.search(text) is not None


def _is_content(row: Row) -> bool:
    return row.listed or bool(row.cells) or section_named(row.piece.folded) is not None


def _healed(rows: Iterable[Row]) -> list[Row]:
    """Put broken lines together again: those of wrapped text, and those cut at a page's end."""
    rows = list(rows)
    width = _width(rows)
    whole: list[Row] = []
    last: Row | None = None
    for row in rows:
        if last and whole and _continues(last, row, width):
            whole[-1] = replace(whole[-1], piece=joined((whole[-1].piece, row.piece)))
        else:
            whole.append(row)
        last = row
    return whole


def _width(rows: Sequence[Row]) -> int:
    """Return the width at which the text is wrapped, and 0 where it is not."""
    lengths = sorted(len(row.piece.text) for row in rows if not row.cells and not row.front)
    if not lengths:
        return 0
    widest = lengths[(len(lengths) - 1) * 19 // 20]
    return widest if _SHORTEST_BROKEN < lengths[-1] <= _WRAPPED_WIDTH else 0


def _continues(last: Row, row: Row, width: int) -> bool:
    if _is_fixed(row) or row.listed or _is_fixed(last) or not last.piece:
        return False
    text, before = row.piece.text, last.piece.text
    small = text[0].islower() and before[-1] not in _ENDED
    if row.gap:
        cut = row.torn or row.line.page != last.line.page
        return cut and small
    if small and (len(before) >= _SHORTEST_BROKEN or _LONE_VERB.match(before)):
        return True
    full = width and len(before) >= _WRAPPED_SHARE * width
    begun = before[-1] == ";" and text[0].isupper()
    return bool(full) and before[-1] != ":" and not begun and not _opens(row.piece.folded)


def _opens(folded: str) -> bool:
    """Tell a line that begins something of its own: a heading, or a key with its value."""
    key, colon, _ = folded.partition(":")
    if colon and (field_named(key) or section_named(key)):
        return True
    return section_named(folded) is not None


def _is_fixed(row: Row) -> bool:
    return bool(row.heading or row.cells or row.front or row.emphasised or row.quoted)
