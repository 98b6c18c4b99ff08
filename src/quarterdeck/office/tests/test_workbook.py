"""Workbooks are read within bounds: values of formulas, dates as dates, one sheet of several."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from quarterdeck.office.gateways import workbook
from quarterdeck.office.gateways.delimited import UnreadableFile
from quarterdeck.office.gateways.tables import open_any, sheets_in

Write = Callable[[dict[str, list[list[Any]]]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a workbook with these sheets."""

    def write(sheets: dict[str, list[list[Any]]]) -> Path:
        path = tmp_path / "book.xlsx"
        book = xlsxwriter.Workbook(str(path))
        day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(line, place, value, day)
                    elif isinstance(value, tuple):
                        sheet.write_formula(line, place, value[0], None, value[1])
                    else:
                        sheet.write(line, place, value)
        book.close()
        return path

    return write


def lines(path: Path, sheet: str = "") -> list[tuple[int, list[str]]]:
    with open_any(path, (), sheet) as table:
        return list(table.lines)


def refusal(path: Path, sheet: str = "") -> str:
    with pytest.raises(UnreadableFile) as told:
        lines(path, sheet)
    return str(told.value)


def rewrite(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change one part of a workbook."""
    other = io.BytesIO()
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(other, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            archive.writestr(name, change(content) if part in name else content)
    path.write_bytes(other.getvalue())


def test_cells_come_as_texts_with_the_row_they_stand_in(write: Write) -> None:
    path = write({"A": [["id", "n"], ["x", 3], [], ["y", 2.5]]})

    assert lines(path) == [(2, ["x", "3"]), (4, ["y", "2.5"])]


def test_a_formula_is_read_as_its_value(write: Write) -> None:
    path = write({"A": [["id"], [("=1+1", 2)]]})

    assert lines(path) == [(2, ["2"])]


def test_dates_come_as_iso_8601_and_a_midnight_as_its_day(write: Write) -> None:
    path = write({"A": [["at"], [datetime(2016, 2, 1, 13, 5)], [datetime(2016, 2, 1)]]})  # noqa: DTZ001 — a sheet knows no zone

    assert lines(path) == [(2, ["2016-02-01 13:05:00"]), (3, ["2016-02-01"])]


def test_blanks_at_the_end_of_a_row_are_filled_up(write: Write) -> None:
    path = write({"A": [["id", "title", "note"], ["x"]]})

    assert lines(path) == [(2, ["x", "", ""])]


def test_of_several_sheets_one_has_to_be_named(write: Write) -> None:
    path = write({"One": [["id"], ["x"]], "Two": [["id"], ["y"]]})

    assert (sheets_in(path), lines(path, "Two"), refusal(path)) == (
        ("One", "Two"),
        [(2, ["y"])],
        "The workbook has several sheets: say which one of One, Two.",
    )


def test_a_sheet_that_is_not_there_is_refused(write: Write) -> None:
    path = write({"One": [["id"], ["x"]]})

    assert refusal(path, "Three") == "The workbook has no sheet “Three”; it has One."


def test_an_empty_sheet_is_refused(write: Write) -> None:
    assert refusal(write({"One": []})) == "The sheet “One” is empty; expected a header."


def test_a_missing_column_is_named(write: Write) -> None:
    path = write({"One": [["id"], ["x"]]})

    with (
        pytest.raises(UnreadableFile, match="missing column title; found id"),
        open_any(path, ("title",)),
    ):
        pass


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (64 * 1024**2))

    assert refusal(path) == (
        "The part xl/worksheets/sheet1.xml of the workbook would unpack to 64 MiB, "
        "more than 200 times what it takes."
    )


def test_texts_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "texts.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", b" " * (65 * 1024**2))

    assert refusal(path) == (
        "The workbook holds 65 MiB of texts; expected at most 64 MiB. Save the sheet as CSV."
    )


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"wall_seconds": 0}, "Reading took longer than 600 seconds and was stopped"),
        ({"answer": 1 << 10}, "What it holds fills more than 0 MiB."),
    ],
)
def test_a_reader_that_would_take_too_much_is_stopped(
    write: Write, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], told: str
) -> None:
    monkeypatch.setattr(workbook, "WHOLE", replace(workbook.WHOLE, **limits))
    path = write({"One": [["id"], *([f"{n}" + "x" * 99] for n in range(100))]})

    assert refusal(path).startswith(told)


def test_a_reader_gets_no_more_memory_than_its_limit(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "WHOLE", replace(workbook.WHOLE, memory=96 << 20))
    path = write({"One": [["id"], ["word"]]})
    rewrite(path, "sharedStrings", lambda xml: xml.replace(b"word", b"word" * (15 << 20)))

    assert refusal(path) == ("Reading needs more than 96 MiB of memory; expected a smaller file.")


def test_a_formula_without_a_kept_value_is_refused(write: Write) -> None:
    path = write({"One": [["id", "n"], ["x", ("=1+1", "")], ["y", ("=A1", "")]]})
    rewrite(path, "sheet1", lambda xml: re.sub(rb"<v></v>|<v/>|( t=\"str\")", b"", xml))

    assert refusal(path) == (
        "Row 2, column 2 holds a formula, and the file does not keep its value; open it in a "
        "spreadsheet program, save it, and import it then."
    )


def test_a_hidden_sheet_is_read_only_where_it_is_named(write: Write) -> None:
    path = write({"People": [["id"], ["x"]], "Lists": [["id"], ["y"]]})
    rewrite(
        path,
        "xl/workbook",
        lambda xml: xml.replace(b'name="Lists"', b'name="Lists" state="hidden"'),
    )

    assert (sheets_in(path), lines(path), lines(path, "Lists")) == (
        ("People",),
        [(2, ["x"])],
        [(2, ["y"])],
    )


def test_a_cell_at_the_end_of_the_largest_sheet_costs_no_more_than_one(write: Write) -> None:
    path = write({"One": [["id"], ["x"]]})
    rewrite(path, "sheet1", lambda xml: xml.replace(b'"A1:A2"', b'"A1:XFD1048576"'))

    assert lines(path) == [(2, ["x"])]


def test_a_value_beyond_the_most_columns_is_refused(write: Write) -> None:
    path = write({"One": [["id"], ["x"] * 501]})

    assert refusal(path) == "Row 2 has 501 columns; expected at most 500."


def test_a_day_that_is_no_date_for_the_sheet_stays_a_number(write: Write) -> None:
    path = write({"One": [["on"], [42401]]})

    assert lines(path) == [(2, ["42401"])]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
            "This is an old Excel workbook (XLS), or",
        ),
        (b"%PDF-1.7 ...", "This is a PDF; expected CSV text or XLSX."),
        (b"PK\x03\x04 and no archive", "The workbook cannot be read (BadZipFile: "),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(content)

    assert refusal(path).startswith(told)


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("content.xml", "This is an OpenDocument file; save the sheet as XLSX or CSV."),
        ("xl/workbook.bin", "This is a binary workbook (XLSB); expected XLSX or CSV."),
        ("a.txt", "This is a ZIP archive without a workbook in it"),
    ],
)
def test_an_archive_of_another_kind_is_named(tmp_path: Path, part: str, told: str) -> None:
    path = tmp_path / "people.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")

    assert refusal(path).startswith(told)


def test_a_workbook_whose_parts_are_encrypted_is_refused(write: Write) -> None:
    path = write({"One": [["id"], ["x"]]})
    content = bytearray(path.read_bytes())
    # The flag of encryption in the directory at the archive's end.
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    assert refusal(path) == "The workbook is protected by a password; expected one without."


def test_a_damaged_workbook_is_refused(write: Write) -> None:
    path = write({"One": [["id"], ["x"]]})
    rewrite(path, "sheet1", lambda xml: xml[:40])

    assert refusal(path).startswith("The workbook cannot be read (")
