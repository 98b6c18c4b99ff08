"""SQLite's part of backup and restore, by its online backup API.

https://www.sqlite.org/backup.html: the copy is taken in one step under a read lock, which in WAL
mode keeps no writer waiting, so that it is one consistent moment of a running installation.
"""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from django.db import connection

from quarterdeck.core.errors import Refused


def copy_database(target: Path) -> Mapping[str, int]:
    """Copy the present database into a file, and return the rows of each table in the copy."""
    with (
        closing(sqlite3.connect(_present())) as source,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        source.backup(copy)
        # One file without a log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        return _rows(copy)


def examine_copy(path: Path, rows: Mapping[str, int]) -> None:
    """Refuse a copy that SQLite finds faults in, or whose rows are not those of the manifest."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check(5)")]
            counted = _rows(copy)
    except sqlite3.DatabaseError as problem:
        raise Refused(f"The database in the backup is damaged: {problem}.") from problem
    if found != ["ok"]:
        raise Refused(f"The database in the backup is damaged: {'; '.join(found)}.")
    if counted != rows:
        raise Refused("The database in the backup has not the rows that the manifest counts.")


def put_back(copy: Path) -> None:
    """Let a copy take the place of the present database, at one stroke.

    Refused where another process has the database open: it would go on writing to the old file.
    """
    present = Path(_present())
    connection.close()
    _refuse_used(present)
    for name in ("-wal", "-shm", "-journal"):
        present.with_name(present.name + name).unlink(missing_ok=True)
    present.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    placed = present.with_name(f"{present.name}.restored")
    shutil.copyfile(copy, placed)
    placed.chmod(0o600)
    placed.replace(present)


def _refuse_used(present: Path) -> None:
    """Leaving WAL mode needs the file for oneself alone; a damaged file is nobody's."""
    if not present.exists():
        return
    try:
        with closing(sqlite3.connect(present, isolation_level=None, timeout=2)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as problem:
        if "locked" in str(problem):
            raise Refused(
                "The database is in use: stop web server and workers, then restore."
            ) from problem
        raise Refused(f"{present} cannot be replaced: {problem}.") from problem
    except sqlite3.DatabaseError:
        # It is no database any more, which is why somebody restores.
        return


def _present() -> str:
    return str(connection.settings_dict["NAME"])


def _rows(database: sqlite3.Connection) -> dict[str, int]:
    """Count the rows of every table; a virtual table's rows are counted where they are stored."""
    names = database.execute(
        r"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%'"
        r" ESCAPE '\' AND sql NOT LIKE 'CREATE VIRTUAL %'"
    )
    counted = {}
    for (name,) in names.fetchall():
        statement = f'SELECT count(*) FROM "{name}"'  # noqa: S608 — the name of a table that is there
        counted[str(name)] = int(database.execute(statement).fetchone()[0])
    return counted
