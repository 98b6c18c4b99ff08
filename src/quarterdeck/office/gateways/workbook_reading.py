"""Reads a sheet of an Excel workbook (ECMA-376, XLSX) row by row, inside the limited process.

A workbook is a ZIP archive, so a small file can hold a huge one: what the parts would take when
unpacked is asked of the archive before any of it is read. Formulas are read as the values that the
program which saved the file kept of them; dates come as ISO 8601.
"""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any

from quarterdeck.core.bounded import Unreadable
from quarterdeck.office.gateways.delimited import check_header

# All parts together, and the table of shared texts, which has to be in memory while a sheet is
# read; a text of that table takes several times its bytes.
LARGEST_UNPACKED = 512 * 1024**2
LARGEST_SHARED_TEXTS = 64 * 1024**2
MOST_PARTS = 5_000
# A sheet packs about ten to one; what packs better than this was made to unpack.
DENSEST = 200
_SMALL = 16 * 1024**2
MOST_COLUMNS = 500
_SHARED_TEXTS = "xl/sharedStrings.xml"
_WORKBOOK = "xl/workbook.xml"
# The number under which a row says what a report says of its whole table.
NOTE = 0
_Row = tuple[int, list[str]]
_VISIBLE = "visible"
_DAMAGES = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError)


class _Uncalculated:
    """Stands in a cell for a formula of which the file keeps no value."""


def read(source: IO[bytes], arguments: list[str]) -> Iterator[list[Any]]:
    """Yield a sheet: its visible siblings and itself, its header, then row by row.

    The arguments are the name of the sheet, or nothing for the only one, and how many rows at most;
    with no rows at all only the sheets are told. What a report says below its table comes as a row
    0 of one cell.
    """
    name, most = arguments
    with _opened(source) as book:
        visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == _VISIBLE]
        yield visible or [sheet.title for sheet in book.worksheets]
        if not int(most):
            return
        sheet = _sheet(book, name, visible)
        # What a file says of its own size is not asked: some programs say “A1”.
        sheet.reset_dimensions()
        lines = _without_title(_lines(sheet))
        line, head = next(lines, (1, []))
        header = [cell.strip() for cell in head]
        if not header:
            raise Unreadable(f"The sheet “{sheet.title}” is empty; expected a header.")
        check_header(header, line)
        yield header
        for number, cells in islice(lines, int(most)):
            blank = [] if number == NOTE else [""] * (len(header) - len(cells))
            yield [number, cells + blank]


@contextmanager
def _opened(source: IO[bytes]) -> Iterator[Any]:
    # It is slow to import, and a file that is no workbook does not need it.
    _check_parts(source)
    from openpyxl.reader.excel import load_workbook  # noqa: PLC0415 — it is slow to import, and no other file needs it

    _tell_uncalculated()
    source.seek(0)
    try:
        ways = {"read_only": True, "data_only": True, "keep_links": False}
        book = load_workbook(source, **ways)  # type: ignore[no-untyped-call]  # it has no types
    except MemoryError:
        raise
    except Exception as problem:
        # The reader raises whatever a broken part leads to.
        raise _unreadable(problem) from problem
    yield book


def _tell_uncalculated() -> None:
    """Let the library tell a formula without a value from a blank cell: it has no way to ask."""
    from openpyxl.worksheet import _read_only  # noqa: PLC0415 — it is loaded when a workbook comes
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser  # noqa: PLC0415 — it is loaded when a workbook comes

    class Parser(WorkSheetParser):
        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)  # type: ignore[no-untyped-call]  # it has no types
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                is_text = element.get("t") == "str"
                cell["value"] = "" if is_text else _Uncalculated()
            return cell

    _read_only.WorkSheetParser = Parser  # type: ignore[attr-defined]  # it is looked up there


def _check_parts(source: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
    except _DAMAGES as problem:
        raise _unreadable(problem) from problem
    _check_kind({part.filename for part in parts})
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("The workbook is protected by a password; expected one without.")
    for part in parts:
        if part.file_size > max(_SMALL, part.compress_size * DENSEST):
            raise Unreadable(
                f"The part {part.filename} of the workbook would unpack to "
                f"{part.file_size >> 20:,} MiB, more than {DENSEST} times what it takes."
            )
    _check_size(parts)


def _check_kind(names: set[str]) -> None:
    if _WORKBOOK in names:
        return
    if "xl/workbook.bin" in names:
        raise Unreadable("This is a binary workbook (XLSB); expected XLSX or CSV.")
    if "content.xml" in names:
        raise Unreadable("This is an OpenDocument file; save the sheet as XLSX or CSV.")
    raise Unreadable(
        "This is a ZIP archive without a workbook in it; expected CSV text, plain or gzip."
    )


def _check_size(parts: Sequence[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    shared = sum(part.file_size for part in parts if part.filename == _SHARED_TEXTS)
    if unpacked > LARGEST_UNPACKED or len(parts) > MOST_PARTS:
        most = LARGEST_UNPACKED >> 20
        raise Unreadable(
            f"The workbook would unpack to {unpacked >> 20:,} MiB in {len(parts):,} parts; "
            f"expected at most {most:,} MiB. Save the sheet as CSV."
        )
    if shared > LARGEST_SHARED_TEXTS:
        most = LARGEST_SHARED_TEXTS >> 20
        raise Unreadable(
            f"The workbook holds {shared >> 20:,} MiB of texts; expected at most {most} MiB. "
            "Save the sheet as CSV."
        )


def _sheet(book: Any, name: str, visible: Sequence[str]) -> Any:
    """Return the sheet of that name, hidden or not; without a name the only one that is seen."""
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name in sheets:
        return sheets[name]
    offered = [sheets[title] for title in visible] or list(sheets.values())
    told = ", ".join(sheet.title for sheet in offered)
    if name:
        raise Unreadable(f"The workbook has no sheet “{name}”; it has {told}.")
    if len(offered) != 1:
        raise Unreadable(f"The workbook has several sheets: say which one of {told}.")
    return offered[0]


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, each with its number in the sheet."""
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if cells := _cells(number, row):
                yield number, cells
    except (Unreadable, MemoryError):
        raise
    except Exception as problem:
        # The reader raises whatever a broken part leads to.
        raise _unreadable(problem) from problem


def _without_title(lines: Iterator[_Row]) -> Iterator[_Row]:
    """Leave out what a report writes around its table: a title above a blank row, and then also a
    last line of one cell below a blank row, which comes as a note.
    """
    first, head = next(lines, None), next(lines, None)
    if first is None or head is None:
        yield from (each for each in (first, head) if each is not None)
        return
    if not (_stands_apart(first, head) and len(first[1]) == 1 < len(head[1])):
        yield from (first, head)
        yield from lines
        return
    before, is_note = head, False
    for each in lines:
        yield before
        is_note = _stands_apart(before, each) and len(each[1]) == 1
        before = each
    yield (NOTE, before[1]) if is_note else before


def _stands_apart(above: _Row, below: _Row) -> bool:
    return below[0] > above[0] + 1


def _cells(number: int, row: Sequence[Any]) -> list[str]:
    """Return the cells of a row as texts, without the blanks at its end."""
    width = len(row)
    while width and row[width - 1] is None:
        width -= 1
    if width > MOST_COLUMNS:
        raise Unreadable(f"Row {number} has {width} columns; expected at most {MOST_COLUMNS}.")
    for place, value in enumerate(row[:width], 1):
        if isinstance(value, _Uncalculated):
            raise Unreadable(
                f"Row {number}, column {place} holds a formula, and the file does not keep its "
                "value; open it in a spreadsheet program, save it, and import it then."
            )
    cells = [_text(value) for value in row[:width]]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(value: Any) -> str:
    """Return a cell as text: whole numbers without a point, dates as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _moment(value: datetime) -> str:
    """Return a date's day alone at midnight: a sheet keeps a day as its midnight."""
    if value.time() == time(0):
        return value.date().isoformat()
    # A sheet keeps a moment as a fraction of a day, whose last digits are noise.
    rounded = value.replace(microsecond=0) if value.microsecond else value
    return rounded.isoformat(" ")


def _unreadable(problem: Exception) -> Unreadable:
    what = f"{type(problem).__name__}: {' '.join(str(problem).split())[:200]}"
    return Unreadable(f"The workbook cannot be read ({what}).")
