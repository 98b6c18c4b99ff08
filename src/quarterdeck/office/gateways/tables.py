"""Opens a file as a table, whatever it is: delimited text, plain or gzip, or a sheet of a
workbook."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from quarterdeck.core.mapping import Sample
from quarterdeck.office.gateways.delimited import Table, check_needed, open_table
from quarterdeck.office.gateways.workbook import is_packed, open_sheet, sheets_of

# So many lines are looked at before a person says what the columns hold.
SAMPLED_LINES = 1_000


@contextmanager
def open_any(
    path: Path, needed: Sequence[str], sheet: str = "", most: int | None = None
) -> Iterator[Table]:
    """Open a file that must have the columns `needed`; of a workbook, one sheet, and `most` rows
    where a person waits.

    UnreadableFile says what is wrong, where, and what was expected.
    """
    if not is_packed(path):
        with open_table(path, needed) as table:
            yield table
        return
    with open_sheet(path, sheet, most) as table:
        check_needed(table.header, needed)
        yield table


def sheets_in(path: Path) -> tuple[str, ...]:
    """Return the sheets among which a person chooses; none for a file that is no workbook."""
    return sheets_of(path) if is_packed(path) else ()


def sample_of(path: Path, sheet: str = "") -> Sample:
    """Return the head of a table and its first lines."""
    with open_any(path, (), sheet, SAMPLED_LINES) as table:
        lines = tuple(tuple(cells) for _, cells in islice(table.lines, SAMPLED_LINES))
        return Sample(table.header, lines)
