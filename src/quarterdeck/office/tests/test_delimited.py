"""Broken files at the door: each is refused with the line, what is wrong, and what was expected."""

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from quarterdeck.office.gateways.delimited import LONGEST_LINE, UnreadableFile, open_table

HEADER = b"number,state,note\n"
ROWS = b"".join(b"%d,New,nothing\n" % number for number in range(2, 3_002))

Read = Callable[..., list[tuple[int, list[str]]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write content into a file and read it as a table with number and state."""

    def read(content: bytes, *needed: str) -> list[tuple[int, list[str]]]:
        path = tmp_path / "log.csv"
        path.write_bytes(content)
        with open_table(path, needed or ("number", "state")) as table:
            return list(table.lines)

    return read


def refusal(read: Read, content: bytes, *needed: str) -> str:
    """Why a file is refused."""
    with pytest.raises(UnreadableFile) as caught:
        read(content, *needed)
    return str(caught.value)


def test_lines_come_with_their_numbers_in_the_file(read: Read) -> None:
    content = HEADER + b'1,New,"two\nlines"\n\n2,Done,x\n'

    assert read(content) == [(2, ["1", "New", "two\nlines"]), (5, ["2", "Done", "x"])]


@pytest.mark.parametrize("delimiter", [b",", b";", b"\t", b"|"])
def test_the_delimiter_is_seen_in_the_header(read: Read, delimiter: bytes) -> None:
    content = (HEADER + b"1,New,x\n").replace(b",", delimiter)

    assert read(content) == [(2, ["1", "New", "x"])]


def test_a_byte_order_mark_is_no_part_of_the_first_name(read: Read) -> None:
    assert read(b"\xef\xbb\xbf" + HEADER + b"1,New,x\n") == [(2, ["1", "New", "x"])]


def test_gzip_is_read_as_what_it_holds(read: Read) -> None:
    assert read(gzip.compress(HEADER + b"1,New,x\n")) == [(2, ["1", "New", "x"])]


def test_a_latin_1_byte_is_refused_with_its_line_and_place(read: Read) -> None:
    content = HEADER + b"1,New,x\n" + "2,New,Müller\n".encode("latin-1")

    assert refusal(read, content) == (
        "Line 3, byte 8: 0xFC is not UTF-8; expected UTF-8 text, or that its encoding is said."
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_utf_16_is_refused(read: Read, encoding: str) -> None:
    reasons = {
        "utf-16": "Line 1: the file is UTF-16; expected UTF-8. Save it as “CSV UTF-8”.",
        "utf-16-be": "Line 1: the line holds a zero byte; expected CSV text.",
        "utf-16-le": "Line 1: the line holds a zero byte; expected CSV text.",
    }

    assert refusal(read, HEADER.decode().encode(encoding)) == reasons[encoding]


def test_an_archive_is_refused(read: Read) -> None:
    archived = io.BytesIO()
    with zipfile.ZipFile(archived, "w") as archive:
        archive.writestr("tickets.csv", "number")

    assert refusal(read, archived.getvalue()) == (
        "This is a ZIP archive without a workbook in it; expected CSV text, plain or gzip."
    )


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\n\r\n\n", gzip.compress(b"", mtime=0), b"\xef\xbb\xbf"]
)
def test_an_empty_file_is_refused(read: Read, content: bytes) -> None:
    assert refusal(read, content) == (
        "Line 1: the file is empty; expected a header with the column names."
    )


def test_a_missing_column_is_named_beside_those_found(read: Read) -> None:
    assert refusal(read, HEADER, "number", "opened_at", "closed_at") == (
        "Line 1: missing column opened_at, closed_at; found number, state, note."
    )


def test_a_repeated_column_is_named(read: Read) -> None:
    assert refusal(read, b"number,state,state\n") == (
        "Line 1: the column state stands there more than once."
    )


def test_a_zero_byte_is_refused_with_its_line(read: Read) -> None:
    assert refusal(read, HEADER + b"1,New,a\0b\n") == (
        "Line 2: the line holds a zero byte; expected CSV text."
    )


def test_a_line_without_end_is_refused_before_it_fills_the_memory(read: Read) -> None:
    content = gzip.compress(HEADER + b"1,New," + b"x" * (LONGEST_LINE + 1))

    assert refusal(read, content) == "Line 2 is longer than 1,000,000 bytes; expected CSV text."


def test_a_quote_that_is_never_closed_is_refused_with_the_line_that_opened_it(read: Read) -> None:
    assert refusal(read, HEADER + b'1,New,x\n2,New,"oh\n3,New,x\n') == (
        "Line 3: not valid CSV (unexpected end of data); is a quote opened there and never closed?"
    )


def test_an_open_quote_does_not_swallow_a_long_file(read: Read) -> None:
    assert refusal(read, HEADER + b'1,New,"oh\n' + ROWS * 10) == (
        "Line 2: not valid CSV (field larger than field limit (131072)); "
        "is a quote opened there and never closed?"
    )


def test_text_after_a_closing_quote_is_refused(read: Read) -> None:
    assert refusal(read, HEADER + b'1,New,"a"b\n') == (
        "Line 2: not valid CSV (',' expected after '\"')."
    )


def test_gzip_that_is_cut_off_is_refused(read: Read) -> None:
    whole = gzip.compress(HEADER + ROWS)

    assert refusal(read, whole[:-200]).endswith(
        "the gzip data end early or are damaged "
        "(Compressed file ended before the end-of-stream marker was reached)."
    )


@pytest.mark.parametrize("place", [-6, 2_000])
def test_gzip_that_is_damaged_is_refused(read: Read, place: int) -> None:
    whole = bytearray(gzip.compress(HEADER + ROWS))
    whole[place] ^= 0xFF

    assert re.fullmatch(
        r"After line \d+: the gzip data end early or are damaged \(.+\)\.",
        refusal(read, bytes(whole)),
    )


def test_a_row_that_goes_on_over_very_many_lines_is_refused_with_its_first_line(
    read: Read,
) -> None:
    content = HEADER + b"1,New,x\n2,New," + b'"a\n",' * (LONGEST_LINE // 5) + b"\n"

    assert refusal(read, content) == (
        "Line 3: the row that begins there is longer than 1,000,000 characters; is a quote opened "
        "there and never closed?"
    )
