"""Reads the sheets of an Excel workbook (ECMA-376, XLSX) row by row, within bounds.

A workbook is a ZIP archive, so a small file can hold a huge one: what the parts would take when
unpacked is asked of the archive before any of it is read. Formulas are read as the values that the
program which saved the file kept of them; dates come as ISO 8601.
"""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from quarterdeck.office.gateways.delimited import Table, UnreadableFile, check_header

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


def is_workbook(path: Path) -> bool:
    """Whether a file is a ZIP archive with a workbook in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def sheets_of(path: Path) -> tuple[str, ...]:
    """Return the names of the sheets that hold cells, in the workbook's order."""
    with _opened(path) as book:
        return tuple(sheet.title for sheet in book.worksheets)


@contextmanager
def open_sheet(path: Path, name: str) -> Iterator[Table]:
    """Open a sheet as a table whose first row that holds anything is its header.

    Without a name the workbook must have one sheet. Lines are numbered as the sheet's rows.
    """
    with _opened(path) as book:
        sheet = _sheet(book, name)
        # What a file says of its own size is not asked: some programs say “A1”.
        sheet.reset_dimensions()
        lines = _lines(sheet)
        line, head = next(lines, (1, []))
        header = tuple(cell.strip() for cell in head)
        if not header:
            raise UnreadableFile(f"The sheet “{sheet.title}” is empty; expected a header.")
        check_header(header, line)
        yield Table(header, _of_width(lines, len(header)))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    # It is slow to import and needed by few processes.
    from openpyxl.reader.excel import load_workbook  # noqa: PLC0415 — it is slow to load and only a workbook needs it

    _check_size(path)
    # The reader leaves a file open that it fails on, so it is opened and closed here.
    with path.open("rb") as file:
        try:
            ways = {"read_only": True, "data_only": True, "keep_links": False}
            book = load_workbook(file, **ways)  # type: ignore[no-untyped-call]  # it has no types
        except Exception as problem:
            # The reader raises whatever a broken part leads to.
            raise _unreadable(problem) from problem
        try:
            yield book
        finally:
            book.close()


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as problem:
        raise _unreadable(problem) from problem
    unpacked = sum(part.file_size for part in parts)
    for part in parts:
        if part.file_size > max(_SMALL, part.compress_size * DENSEST):
            raise UnreadableFile(
                f"The part {part.filename} of the workbook would unpack to "
                f"{part.file_size >> 20:,} MiB, more than {DENSEST} times what it takes."
            )
    shared = sum(part.file_size for part in parts if part.filename == _SHARED_TEXTS)
    if unpacked > LARGEST_UNPACKED or len(parts) > MOST_PARTS:
        most = LARGEST_UNPACKED >> 20
        raise UnreadableFile(
            f"The workbook would unpack to {unpacked >> 20:,} MiB in {len(parts):,} parts; "
            f"expected at most {most:,} MiB. Save the sheet as CSV."
        )
    if shared > LARGEST_SHARED_TEXTS:
        most = LARGEST_SHARED_TEXTS >> 20
        raise UnreadableFile(
            f"The workbook holds {shared >> 20:,} MiB of texts; expected at most {most} MiB. "
            "Save the sheet as CSV."
        )


def _sheet(book: Any, name: str) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name in sheets:
        return sheets[name]
    told = ", ".join(sheets)
    if name:
        raise UnreadableFile(f"The workbook has no sheet “{name}”; it has {told}.")
    if len(sheets) != 1:
        raise UnreadableFile(f"The workbook has several sheets: say which one of {told}.")
    return next(iter(sheets.values()))


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, each with its number in the sheet."""
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if cells := _cells(number, row):
                yield number, cells
    except UnreadableFile:
        raise
    except Exception as problem:
        # The reader raises whatever a broken part leads to.
        raise _unreadable(problem) from problem


def _cells(number: int, row: Sequence[Any]) -> list[str]:
    """Return the cells of a row as texts, without the blanks at its end."""
    cells = [_text(value) for value in row]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFile(
            f"Row {number} has {len(cells)} columns; expected at most {MOST_COLUMNS}."
        )
    return cells


def _of_width(
    lines: Iterator[tuple[int, list[str]]], width: int
) -> Iterator[tuple[int, list[str]]]:
    """Give every row the header's width: a sheet does not store the blanks at its end."""
    for number, cells in lines:
        yield number, cells + [""] * (width - len(cells))


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


def _unreadable(problem: Exception) -> UnreadableFile:
    return UnreadableFile(f"The workbook cannot be read ({type(problem).__name__}: {problem}).")
