"""The search index on SQLite: one FTS5 table for each searched table, without a copy of the texts.

It reads the texts from a view of the table (https://www.sqlite.org/fts5.html, external content), so
a row that leaves it must be told with the texts that it had: the triggers do that. The view adds
the joined words to each text, by a function of ours that every connection has.
"""

from collections.abc import Iterator, Sequence

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from quarterdeck.core.history.tables import Table

PREFIX = "search_"
KEY = "rowid"
# bm25 takes what is sought from the condition.
RANK_VALUES = 0
# From so many hits on, an index is walked in the order of its keys.
MANY = 1_000
# Short beginnings have an index of their own: they would otherwise match too many words each.
_OPTIONS = "tokenize='porter unicode61 remove_diacritics 2', prefix='2 3'"
# Another way of joining words gets another number, so that every index is made anew.
WORDING = "quarterdeck_wording_2"
# As the words of PostgreSQL weigh by its own defaults: the first column, what a thing is called,
# more than what is written of it.
_WEIGHTS = ("10.0", "4.0", "2.0", "1.0")


def index_of(table: str) -> str:
    """Return the name of the index of a table."""
    return f"{PREFIX}{table}"


def _texts_of(table: str) -> str:
    return f"{WORDING}_of_{table}"


def triggers(table: Table) -> dict[str, str]:
    """Return the view that the index reads and the triggers that keep it in step, as the history's
    are returned."""
    view, names = _texts_of(table.name), [f'"{name}"' for name in table.searched]
    texts = ", ".join(f"{WORDING}({name}) AS {name}" for name in names)
    found = {
        f"VIEW {view}": (
            f'CREATE VIEW {view} AS SELECT "{table.key.name}", {texts} FROM "{table.name}"'  # noqa: S608 — names of ours
        )
    }
    for kind, event, body in _bodies(table):
        name = f"quarterdeck_search_{kind}_{table.name}"
        found[f"TRIGGER {name}"] = (
            f'CREATE TRIGGER {name} AFTER {event} ON "{table.name}" {body}; END'
        )
    return found


def _bodies(table: Table) -> Iterator[tuple[str, str, str]]:
    index, names = f'"{index_of(table.name)}"', [f'"{name}"' for name in table.searched]
    columns, key = ", ".join(names), f'"{table.key.name}"'
    new, old = (
        ", ".join([f"{row}.{key}", *(f"{WORDING}({row}.{name})" for name in names)])
        for row in ("NEW", "OLD")
    )
    insertion = f"INSERT INTO {index} (rowid, {columns}) VALUES ({new})"  # noqa: S608 — names of ours
    removal = f"INSERT INTO {index} ({index}, rowid, {columns}) VALUES ('delete', {old})"  # noqa: S608 — names of our own tables and columns
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in [key, *names])
    yield "insert", "INSERT", f"BEGIN {insertion}"
    yield "delete", "DELETE", f"BEGIN {removal}"
    yield (
        "update",
        f"UPDATE OF {key}, {columns}",
        f"WHEN {changed} BEGIN {removal}; {insertion}",
    )


def definition(table: Table) -> str:
    """Return the statement that makes the index of a table."""
    columns = ", ".join(f'"{name}"' for name in table.searched)
    return (
        f'CREATE VIRTUAL TABLE "{index_of(table.name)}" USING fts5({columns},'
        f" content='{_texts_of(table.name)}', content_rowid='{table.key.name}', {_OPTIONS})"
    )


def actual(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the definition of every index that is there, by the name of its table."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT substr(name, %s), sql FROM sqlite_master WHERE type = 'table'"
            r" AND name LIKE 'search\_%%' ESCAPE '\' AND sql LIKE 'CREATE VIRTUAL TABLE %%'",
            [len(PREFIX) + 1],
        )
        return dict(cursor.fetchall())


def prepare(cursor: CursorWrapper) -> None:
    """FTS5 has all that the indexes stand on."""


def create(cursor: CursorWrapper, table: Table) -> None:
    """Make the index of a table, empty."""
    cursor.execute(definition(table))


def drop(cursor: CursorWrapper, table: str) -> None:
    """Take the index of a table away, if there is one."""
    cursor.execute(f'DROP TABLE IF EXISTS "{index_of(table)}"')


def fill(cursor: CursorWrapper, table: Table) -> None:
    """Make the words of an index anew from the rows; it reads one row after another."""
    index = index_of(table.name)
    cursor.execute(f'INSERT INTO "{index}" ("{index}") VALUES (\'rebuild\')')  # noqa: S608 — names of ours


def sizes(cursor: CursorWrapper, table: Table) -> tuple[int, int]:
    """Return how many rows the table has, and how many its index knows."""
    index = f"{index_of(table.name)}_docsize"
    cursor.execute(
        f'SELECT (SELECT count(*) FROM "{table.name}"), (SELECT count(*) FROM "{index}")'  # noqa: S608 — names of ours
    )
    rows, indexed = cursor.fetchone()
    return int(rows), int(indexed)


def is_in_step(cursor: CursorWrapper, table: Table) -> bool:
    """Compare every word of the index with the rows; FTS5 calls any difference a corruption."""
    index = index_of(table.name)
    try:
        cursor.execute(
            f'INSERT INTO "{index}" ("{index}", rank) VALUES (\'integrity-check\', 1)'  # noqa: S608 — names of ours
        )
    except DatabaseError as problem:
        if "malformed" in str(problem):
            return False
        raise
    return True


def expression(ways: Sequence[Sequence[str]]) -> str:
    """Return what finds rows with each of these words in one of its ways, each of them a beginning.

    A single letter begins too much and stands for itself; so do words with a blank between them.
    """
    return " AND ".join(f"({' OR '.join(map(_beginning, words))})" for words in ways)


def _beginning(word: str) -> str:
    is_beginning = len(word) > 1 and " " not in word
    return f'"{word}"*' if is_beginning else f'"{word}"'


def any_of(words: Sequence[str]) -> str:
    """Return what finds rows with any of these words, each of them whole."""
    return " OR ".join(f'"{word}"' for word in words)


def condition(index: str) -> str:
    """Return the condition on an index, with a place for the expression."""
    return f"{index} MATCH %s"


def counting(selection: str) -> str:
    """Return a statement that gives `MANY` where a selection gives any hit: SQLite serves few and
    many alike, from its index and in the order of the keys."""
    return f"SELECT {MANY} AS hits WHERE EXISTS ({selection})"


def rank(index: str, columns: int) -> str:
    """Return what is lower for better hits; the first columns weigh most."""
    last = len(_WEIGHTS) - 1
    weights = (_WEIGHTS[min(place, last)] for place in range(columns))
    return f"bm25({', '.join([index, *weights])})"
