"""PostgreSQL's part of backup and restore, by the programs that its makers ship with it.

pg_dump and not a dump of our own: it knows every kind of object, and its files can be read by any
later server, without Quarterdeck too.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from quarterdeck.core.errors import Refused

DEBIAN_VERSIONS = Path("/usr/lib/postgresql")
_LEAVING_SECONDS = 3.0
_TABLES = (
    "SELECT schemaname, tablename FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)
# Whatever is in our schema goes, what belongs to an extension aside. A restore that only dropped
# what its own dump holds would leave the tables of a later version behind.
_EMPTY = """
DO $$
DECLARE statement text;
BEGIN
  FOR statement IN
    SELECT format('DROP %s IF EXISTS %I.%I CASCADE',
      CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                     WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass AND d.objid = c.oid)
    -- The sequence of an identity column goes with its table.
    ORDER BY c.relkind = 'S'
  LOOP EXECUTE statement; END LOOP;
  FOR statement IN
    SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public'
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
                      AND d.classid = 'pg_proc'::regclass AND d.objid = p.oid)
  LOOP EXECUTE statement; END LOOP;
  -- What the search index cuts words with; the configuration goes with its dictionary.
  DROP TEXT SEARCH DICTIONARY IF EXISTS public.search_stem CASCADE;
END $$;
"""


def copy_database(target: Path) -> Mapping[str, int]:
    """Dump the present database in the custom format, and return the rows of each table in it.

    Rows are counted in the very snapshot that pg_dump reads.
    """
    program = _program("pg_dump")
    with _connected() as server:
        server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        server.read_only = True
        exported: Any = server.execute("SELECT pg_export_snapshot()").fetchone()
        rows = _rows(server)
        _run(
            program,
            *("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={exported[0]}"),
            *(f"--file={target}", f"--dbname={_conninfo()}"),
        )
    return rows


def examine_copy(path: Path, rows: Mapping[str, int]) -> None:
    """Refuse a dump that pg_restore cannot list, or that lacks a table of the manifest."""
    listed = _run(_program("pg_restore"), "--list", str(path))
    # 3407; 0 16450 TABLE DATA public core_account quarterdeck
    data = (line.partition(" TABLE DATA ")[2].split() for line in listed.splitlines())
    found = {words[1] for words in data if words}
    missing = sorted(rows.keys() - found)
    if missing:
        raise Refused(f"The dump in the backup is damaged: it lacks the rows of {missing[0]}.")


def put_back(copy: Path) -> None:
    """Let a dump take the place of all that is in the present database, in one transaction.

    Refused where web server or workers are connected: they would stand in the way of its locks.
    """
    _disconnect()
    _refuse_used()
    script, emptying = copy.with_suffix(".sql"), copy.with_name("emptying.sql")
    # Written out first: a dump that breaks off must not be half executed.
    _run(
        _program("pg_restore"),
        *("--no-owner", "--no-privileges", "--no-comments", f"--file={script}", str(copy)),
    )
    emptying.write_text(_EMPTY, encoding="utf-8")
    _run(
        _program("psql"),
        *("--no-psqlrc", "--quiet", "--single-transaction", "--output=/dev/null"),
        *("--set=ON_ERROR_STOP=1", f"--file={emptying}", f"--file={script}"),
        f"--dbname={_conninfo()}",
    )


def counted_rows() -> Mapping[str, int]:
    """Count the rows of every table in the present database."""
    with _connected() as server:
        return _rows(server)


def _disconnect() -> None:
    connection.close()
    if "pool" in connection.settings_dict["OPTIONS"]:
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL alone has a pool


def _refuse_used() -> None:
    """Our own connections may take a moment to leave."""
    until = time.monotonic() + _LEAVING_SECONDS
    with _connected(autocommit=True) as server:
        while _others(server):
            if time.monotonic() > until:
                raise Refused("The database is in use: stop web server and workers, then restore.")
            time.sleep(0.1)


def _others(server: "psycopg.Connection[Any]") -> int:
    counted: Any = server.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename = current_user AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    ).fetchone()
    return int(counted[0])


def _rows(server: "psycopg.Connection[Any]") -> dict[str, int]:
    counted = {}
    for schema, table in server.execute(_TABLES).fetchall():
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        row: Any = server.execute(statement).fetchone()
        counted[str(table)] = int(row[0])
    return counted


@contextmanager
def _connected(*, autocommit: bool = False) -> Iterator["psycopg.Connection[Any]"]:
    """Connect beside Django, whose connection may be in the middle of something."""
    given = connection.settings_dict
    with psycopg.connect(
        _conninfo(), password=given["PASSWORD"] or None, autocommit=autocommit
    ) as server:
        yield server


def _conninfo() -> str:
    """Say where the database is, without the password: a command line can be read by others."""
    given = connection.settings_dict
    options = {k: v for k, v in given["OPTIONS"].items() if isinstance(v, str)}
    place = {
        "dbname": given["NAME"],
        "user": given["USER"],
        "host": given["HOST"],
        "port": given["PORT"],
    }
    return make_conninfo(**options, **{key: str(value) for key, value in place.items() if value})


def _program(name: str) -> str:
    """Find the newest of PostgreSQL's client programs; an older one refuses a newer server."""
    installed = [path for path in DEBIAN_VERSIONS.glob("*/bin") if (path / name).is_file()]
    if installed:
        return str(max(installed, key=lambda path: float(path.parent.name)) / name)
    found = shutil.which(name)
    if found is None:
        raise Refused(
            f"PostgreSQL's program {name} is not on this machine; "
            "on Debian: apt-get install postgresql-client."
        )
    return found


def _run(program: str, *arguments: str) -> str:
    words: Sequence[str] = (program, *arguments)
    password = str(connection.settings_dict["PASSWORD"])
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 — PostgreSQL's own program, no shell
    if done.returncode:
        name = Path(program).name
        told = done.stderr.strip().splitlines() or ["no word"]
        fault = next((line for line in told if "error:" in line.lower()), told[-1])
        raise Refused(f"{name} failed: {fault}")
    return done.stdout
