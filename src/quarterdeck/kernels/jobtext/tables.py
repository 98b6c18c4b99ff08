"""Puts tables together again: columns from the header, rows and sentences across pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from quarterdeck.kernels.jobtext.blocks import Block
from quarterdeck.kernels.jobtext.pieces import NOTHING, Piece, joined

__all__ = ["Table", "TableRow", "tables_of"]

_LONGEST_HEADER = 60
_FEWEST_COLUMNS = 3
_WHOLE = ".!?:;)"
_MOST_COLUMNS = 40


@dataclass(slots=True)
class TableRow:
    """One row: its label, the group row above it, and the paragraphs of each column."""

    label: Piece
    group: Piece
    cells: list[list[Piece]]


@dataclass(slots=True)
class Table:
    """A table. `header` holds the columns beside the label, and is empty where there is none.

    `merged` counts rows that went on from the row before, `healed` sentences that did so.
    """

    header: tuple[Piece, ...] = ()
    corner: Piece = NOTHING
    rows: list[TableRow] = field(default_factory=list)
    merged: int = 0
    healed: int = 0


def tables_of(blocks: Iterable[Block]) -> list[Table]:
    """Return the tables that a run of rows makes up.

    A header that returns after a page's end is dropped, a row without a label belongs to the row
    before it, a row with a label alone names the group of the rows below it.
    """
    tables: list[Table] = []
    group = NOTHING
    for block in blocks:
        cells = block.cells[:_MOST_COLUMNS]
        table = tables[-1] if tables else None
        if table and block.gap and len(cells) != max(1, len(table.header)) + 1:
            tables.append(Table())
            table, group = tables[-1], NOTHING
        if table and _same_header(table, cells):
            continue
        if _is_header(cells) and not (table and table.header):
            corner, *header = (joined(cell) for cell in cells)
            tables.append(Table(tuple(header), corner))
            group = NOTHING
        elif table and table.rows and not cells[0]:
            _go_on(table, cells[1:])
        else:
            group = _add(tables, cells, group)
    return tables


def _add(tables: list[Table], cells: tuple[tuple[Piece, ...], ...], group: Piece) -> Piece:
    """Add a row to the last table, or keep it as the name of the group; return the group."""
    label, *rest = cells
    if not tables:
        tables.append(Table())
    table = tables[-1]
    if not any(rest) and len(cells) >= min(_FEWEST_COLUMNS, len(table.header) + 1):
        return joined(label)
    columns = [list(cell) for cell in rest]
    columns += [[] for _ in range(len(table.header) - len(columns))]
    table.rows.append(TableRow(joined(label), group, columns))
    return group


def _is_header(cells: tuple[tuple[Piece, ...], ...]) -> bool:
    if len(cells) < _FEWEST_COLUMNS or not all(cells[1:]):
        return False
    texts = [joined(cell).text for cell in cells]
    return all(len(text) <= _LONGEST_HEADER and not text.endswith(".") for text in texts)


def _same_header(table: Table, cells: tuple[tuple[Piece, ...], ...]) -> bool:
    if not table.header or len(cells) != len(table.header) + 1:
        return False
    ours = [table.corner.folded, *(piece.folded for piece in table.header)]
    return ours == [joined(cell).folded for cell in cells]


def _go_on(table: Table, cells: tuple[tuple[Piece, ...], ...]) -> None:
    """Put cells below those of the last row; a sentence that was cut is healed."""
    columns = table.rows[-1].cells
    table.merged += 1
    for column, cell in zip(columns, cells, strict=False):
        rest = list(cell)
        if rest and column and column[-1].text[-1] not in _WHOLE:
            column[-1] = joined((column[-1], rest.pop(0)))
            table.healed += 1
        column.extend(rest)
