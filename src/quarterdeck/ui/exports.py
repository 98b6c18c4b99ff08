"""A list as a file: CSV, XLSX or JSON, row by row, so that memory does not grow with the list.

A spreadsheet runs a cell that begins like a formula, whoever typed it: in CSV such a text gets an
apostrophe before it (OWASP, CSV Injection), in XLSX it is written as text. Times are ISO 8601 with
the offset of the reader's zone.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.db import models
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from quarterdeck.core.errors import Refused
from quarterdeck.core.permission import User
from quarterdeck.core.records import Record

FORMATS = ("csv", "xlsx", "json")
XLSX_ROWS = 1_048_575
_XLSX_TEXT = 32_767
_CHUNK = 1_000
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Sheet:
    """What is exported: the columns by name and title, and the rows in the list's order."""

    record: Record
    names: Sequence[str]
    rows: models.QuerySet[Any]
    zone: tzinfo
    reader: User

    @property
    def titles(self) -> list[str]:
        """What the columns are called."""
        return [self.record.title_of(name) for name in self.names]

    def cells(self) -> Iterator[tuple[Any, list[Cell]]]:
        """Give each row's key and its values, plain enough for any format."""
        readers = [self._reader(name) for name in self.names]
        withheld = self.record.withheld(self.reader)
        is_guarded = self.record.guards(self.names)
        for row in self.rows.iterator(chunk_size=_CHUNK):
            hidden = withheld(row) if is_guarded else ()
            cells = zip(self.names, readers, strict=True)
            yield row.pk, [None if name in hidden else read(row) for name, read in cells]

    def _reader(self, name: str) -> Callable[[models.Model], Cell]:
        field = self.record.model._meta.get_field(name)
        texts = dict(getattr(field, "flatchoices", None) or ())

        def read(row: models.Model) -> Cell:
            value = getattr(row, name)
            return _plain(texts.get(value, value) if texts else value, self.zone)

        return read


def _plain(value: Any, zone: tzinfo) -> Cell:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def export(sheet: Sheet, form: str, name: str) -> HttpResponseBase:
    """Answer with the sheet as a file of one of `FORMATS`, called by `name` and the format."""
    makers: dict[str, Callable[[Sheet], HttpResponseBase]] = {
        "csv": _csv,
        "xlsx": _xlsx,
        "json": _json,
    }
    response = makers[form](sheet)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell


class _Line:
    """What the CSV writer writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def _csv(sheet: Sheet) -> StreamingHttpResponse:
    return StreamingHttpResponse(_csv_lines(sheet), content_type="text/csv; charset=utf-8")


def _csv_lines(sheet: Sheet) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow([harmless(title) for title in sheet.titles])
    for batch in _batches(sheet.cells()):
        yield "".join(writer.writerow([harmless(cell) for cell in cells]) for _, cells in batch)


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Gather rows, since each piece of a streamed answer has its price."""
    gathered: list[Any] = []
    for row in rows:
        gathered.append(row)
        if len(gathered) == _CHUNK:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def _json(sheet: Sheet) -> StreamingHttpResponse:
    return StreamingHttpResponse(_json_parts(sheet), content_type="application/json")


def _json_parts(sheet: Sheet) -> Iterator[str]:
    yield "["
    separator = "\n"
    for batch in _batches(sheet.cells()):
        objects = ({"id": key} | dict(zip(sheet.names, cells, strict=True)) for key, cells in batch)
        yield separator + ",\n".join(json.dumps(each, ensure_ascii=False) for each in objects)
        separator = ",\n"
    yield "\n]\n"


def _xlsx(sheet: Sheet) -> FileResponse:
    if sheet.rows.order_by().values("pk")[: XLSX_ROWS + 1].count() > XLSX_ROWS:
        raise Refused(f"A workbook holds {XLSX_ROWS:,} rows. Narrow the list, or export it as CSV.")
    # The answer closes it once it has been sent.
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 — see the line above
    workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
    page = workbook.add_worksheet(sheet.record.title[:31])
    bold = workbook.add_format({"bold": True})
    page.freeze_panes(1, 0)
    for place, title in enumerate(sheet.titles):
        page.write_string(0, place, title, bold)
    for line, (_, cells) in enumerate(sheet.cells(), start=1):
        for place, cell in enumerate(cells):
            _write(page, line, place, cell)
    workbook.close()
    file.seek(0)
    return FileResponse(file, content_type=_XLSX_TYPE)


def _write(page: Any, line: int, place: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        page.write_boolean(line, place, cell)
    elif isinstance(cell, int | float):
        page.write_number(line, place, cell)
    elif cell:
        page.write_string(line, place, cell[:_XLSX_TEXT])
