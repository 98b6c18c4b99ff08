"""Opens the sheets of a workbook as tables; a limited process reads them."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from quarterdeck.core.bounded import Limits, Unreadable, read_apart
from quarterdeck.office.gateways.delimited import ZIP, Table, UnreadableFile
from quarterdeck.office.gateways.workbook_reading import NOTE

_READER = "quarterdeck.office.gateways.workbook_reading"
# A whole sheet is read by a worker, its head while a person waits.
WHOLE = Limits(memory=1 << 30, cpu_seconds=600, wall_seconds=1_200, answer=1 << 30)
HEAD = Limits(memory=1 << 30, cpu_seconds=20, wall_seconds=40, answer=32 << 20)
MOST_ROWS = 1_048_576


def is_packed(path: Path) -> bool:
    """Whether a file is an archive, as workbooks are."""
    with path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP


def sheets_of(path: Path) -> tuple[str, ...]:
    """Return the names of the sheets that are not hidden, in the workbook's order."""
    status = path.stat()
    return _sheets(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=32)
def _sheets(path: Path, _changed: int, _size: int) -> tuple[str, ...]:
    with _reading(path, "", 0, HEAD) as (sheets, _):
        return tuple(sheets)


@contextmanager
def open_sheet(path: Path, name: str, most: int | None = None) -> Iterator[Table]:
    """Open a sheet as a table whose first row that holds anything is its header; with `most`, no
    more rows than that are read.

    Without a name the workbook must have one sheet that is not hidden. Lines are numbered as the
    sheet's rows. UnreadableFile says what is wrong.
    """
    limits = WHOLE if most is None else HEAD
    with _reading(path, name, MOST_ROWS if most is None else most, limits) as (_, values):
        header, notes = next(values), list[str]()
        yield Table(tuple(header), _lines(values, notes), notes)


def _lines(values: Iterator[Any], notes: list[str]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in values:
        if number == NOTE:
            notes.extend(cells)
        else:
            yield number, cells


@contextmanager
def _reading(
    path: Path, name: str, most: int, limits: Limits
) -> Iterator[tuple[list[str], Iterator[Any]]]:
    """Open what the reader says: the sheets, then header and rows."""
    with path.open("rb") as file:
        values = _told(read_apart(_READER, file, (name, str(most)), limits))
        yield next(values), values
        values.close()


def _told(values: Iterator[Any]) -> Generator[Any, None, None]:
    try:
        yield from values
    except Unreadable as problem:
        raise UnreadableFile(str(problem)) from problem
