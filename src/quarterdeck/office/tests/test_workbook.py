"""Workbooks are read within bounds: values of formulas, dates as dates, one sheet of several."""

import io
import zipfile
from collections.abc import Callable
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


def test_texts_that_would_fill_the_memory_are_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "LARGEST_SHARED_TEXTS", 10)
    path = write({"One": [["id"], ["x"]]})

    assert refusal(path).endswith("Save the sheet as CSV.")


def test_a_damaged_workbook_is_refused(write: Write) -> None:
    path = write({"One": [["id"], ["x"]]})
    broken = io.BytesIO()
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(broken, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            archive.writestr(name, content[:40] if "sheet1" in name else content)
    path.write_bytes(broken.getvalue())

    assert refusal(path).startswith("The workbook cannot be read (")
