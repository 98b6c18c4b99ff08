"""Reads delimited text, plain or gzipped, line by line in flat memory.

Every refusal says what is wrong, where, and what was expected. Formats: RFC 4180 (CSV), RFC 1952
(gzip).
"""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Protocol, Self

from quarterdeck.core.bounded import Unreadable

LONGEST_LINE = 1_000_000
LARGEST_FILE = 8 * 1024**3
_DELIMITERS = ",;\t|"
GZIP, ZIP, UTF_16_MARKS = b"\x1f\x8b", b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")
_COMPOUND, _PDF = b"\xd0\xcf\x11\xe0", b"%PDF"


class UnreadableFile(Unreadable):
    """A file cannot be read as a table; the text says where and why."""


@dataclass(frozen=True)
class Table:
    """An open table: its header, its lines with their numbers in the file, and what a report says
    below them, which is there once the last line has been read."""

    header: tuple[str, ...]
    lines: Iterator[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def open_table(path: Path, needed: Sequence[str]) -> Iterator[Table]:
    """Open a table that must have the columns `needed`; other columns may stand beside them."""
    with _opened(path) as file:
        yield _table(_decoded(file), needed)


def _table(lines: Iterator[str], needed: Sequence[str]) -> Table:
    first = next(lines, "")
    feed = _Feed(chain((first,), lines))
    rows = csv.reader(feed, delimiter=_delimiter(first), strict=True)
    numbered = _numbered(rows, feed)
    header = tuple(name.strip() for name in next(numbered, (0, []))[1])
    if not header:
        raise UnreadableFile("Line 1: the file is empty; expected a header with the column names.")
    check_header(header, 1)
    check_needed(header, needed)
    return Table(header, numbered)


def _opened(path: Path) -> IO[bytes]:
    file = path.open("rb")
    start = file.peek(4)[:4]
    if start.startswith(GZIP):
        file.close()
        return io.BufferedReader(gzip.open(path), 1 << 18)
    if foreign := _foreign(start):
        file.close()
        raise UnreadableFile(foreign)
    return file


def _foreign(start: bytes) -> str:
    """Say what a file is that is no text, or nothing."""
    if start.startswith(ZIP):
        return "This is a ZIP archive without a workbook in it; expected CSV text, plain or gzip."
    if start.startswith(UTF_16_MARKS):
        return "Line 1: the file is UTF-16; expected UTF-8. Save it as “CSV UTF-8”."
    if start.startswith(_COMPOUND):
        return (
            "This is an old Excel workbook (XLS), or one that is protected by a password; expected "
            "XLSX without a password, or CSV text."
        )
    return "This is a PDF; expected CSV text or XLSX." if start.startswith(_PDF) else ""


def _decoded(file: IO[bytes]) -> Iterator[str]:
    """Decode line by line, so that a wrong byte is reported with its line."""
    number, size = 0, 0
    while raw := _line(file, number):
        number += 1
        size += len(raw)
        if size > LARGEST_FILE:
            most = LARGEST_FILE >> 30
            raise UnreadableFile(f"Line {number}: the file is larger than {most} GiB.")
        yield _text(raw, number)


def _line(file: IO[bytes], before: int) -> bytes:
    try:
        raw = file.readline(LONGEST_LINE + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        message = f"After line {before}: the gzip data end early or are damaged ({problem})."
        raise UnreadableFile(message) from problem
    if len(raw) > LONGEST_LINE:
        raise UnreadableFile(
            f"Line {before + 1} is longer than {LONGEST_LINE:,} bytes; expected CSV text."
        )
    return raw


def _text(raw: bytes, number: int) -> str:
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as problem:
        place, byte = problem.start + 1, raw[problem.start]
        raise UnreadableFile(
            f"Line {number}, byte {place}: 0x{byte:02X} is not UTF-8; expected UTF-8 text, "
            "or that its encoding is said."
        ) from problem
    if "\0" in text:
        raise UnreadableFile(f"Line {number}: the line holds a zero byte; expected CSV text.")
    return text


class _Feed:
    """Hands lines on, as many as one row may take: quotes let a row go on over any number."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._number, self._size, self._first = lines, 0, 0, 1

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._number += 1
        self._size += len(line)
        if self._size > LONGEST_LINE:
            raise UnreadableFile(
                f"Line {self._first}: the row that begins there is longer than "
                f"{LONGEST_LINE:,} characters; is a quote opened there and never closed?"
            )
        return line

    def begin_row(self) -> None:
        """Count anew."""
        self._size, self._first = 0, self._number + 1


def _delimiter(first: str) -> str:
    return max(_DELIMITERS, key=first.count)


class _Rows(Protocol):
    """What csv.reader gives: rows, and how many lines of the file they took."""

    @property
    def line_num(self) -> int: ...

    def __next__(self) -> list[str]: ...


def _numbered(rows: _Rows, feed: _Feed) -> Iterator[tuple[int, list[str]]]:
    while True:
        line = rows.line_num + 1
        feed.begin_row()
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as problem:
            raise UnreadableFile(_misread(line, rows.line_num, problem)) from problem
        if cells:
            yield line, cells


def _misread(first: int, last: int, problem: csv.Error) -> str:
    """Say what csv stumbled on; a row of many lines began with a quote, most likely the culprit."""
    if last <= first:
        return f"Line {first}: not valid CSV ({problem})."
    return f"Line {first}: not valid CSV ({problem}); is a quote opened there and never closed?"


def check_header(header: Sequence[str], line: int) -> None:
    """Refuse a header in which a name stands twice."""
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if repeated:
        raise UnreadableFile(
            f"Line {line}: the column {', '.join(repeated)} stands there more than once."
        )


def check_needed(header: Sequence[str], needed: Sequence[str]) -> None:
    """Refuse a header that lacks a column."""
    if missing := [name for name in needed if name not in header]:
        raise UnreadableFile(
            f"Line 1: missing column {', '.join(missing)}; found {', '.join(header)[:500]}."
        )
