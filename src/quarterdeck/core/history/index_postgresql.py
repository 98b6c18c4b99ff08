"""The search index on PostgreSQL: one table of tsvectors with a GIN index for each searched table.

Words are cut and folded as SQLite's `porter unicode61 remove_diacritics` does it, so that both
databases find the same: whatever is neither letter nor digit parts words, accents are dropped,
Porter's stemmer takes endings off, and no word is left out for being frequent. Joined words, which
the kernel finds for SQLite, are found here by a function of the database's own.
"""

import unicodedata
from collections.abc import Sequence
from zlib import crc32

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from quarterdeck.core.history.tables import Table
from quarterdeck.kernels.joined_words import HYPHENS, LONGEST_INDEXED

PREFIX = "search_"
KEY = "row_key"
RANK_VALUES = 1
# For so many hits the index is worth its while, unless there are far more.
MANY = 1_000
CONFIGURATION, _STEMMER = "search_words", "search_stem"
# A word may take twice its bytes in a tsvector, with its places; a character takes four at most.
_MOST_BYTES = 4 * LONGEST_INDEXED
# What is neither blank nor ASCII's punctuation; other punctuation parts words later.
_JOINABLE = rf"[^{HYPHENS}\s!-/:-@[-`{{-~]+"
# OFFSET keeps the planner from cutting the parts again at each place where they are named.
_JOINED = rf"""
SELECT coalesce(string_agg(word, ' '), '') FROM (
  SELECT concat_ws(' ', array_to_string(parts, ''), CASE WHEN cardinality(parts) > 2 THEN (
    SELECT string_agg(part || following, ' ')
    FROM unnest(parts, parts[2:]) AS pair(part, following)) END) AS word
  FROM regexp_matches($1, '{_JOINABLE}(?:[{HYPHENS}]{_JOINABLE})+', 'g') AS hit,
  LATERAL (SELECT regexp_split_to_array(hit[1], '[{HYPHENS}]') AS parts OFFSET 0) AS cut
) AS joined
"""  # noqa: S608 — constants of ours
# Texts of nothing but ASCII, which are most, have no accents to drop: that spares a third of it. A
# tsvector holds a mebibyte (https://www.postgresql.org/docs/15/textsearch-limitations.html), which
# is less than long words of other scripts take that are joined in a long chain: of those the
# beginning is indexed.
_FOLD = f"""
SELECT coalesce(to_tsvector('{CONFIGURATION}', regexp_replace(
  CASE WHEN octet_length(folded) > {_MOST_BYTES} THEN left(folded, {_MOST_BYTES // 4})
  ELSE folded END,
  '[!-/:-@[-`{{-~]', ' ', 'g')), '')
FROM (SELECT CASE WHEN octet_length(text) = char_length(text) THEN text
  ELSE regexp_replace(normalize(text, NFKD), '[\u0300-\u036f]', '', 'g') END AS folded
FROM (SELECT CASE WHEN $1 ~ '[{HYPHENS}]' THEN
  left($1, {LONGEST_INDEXED}) || ' ' || {PREFIX}joined(left($1, {LONGEST_INDEXED}))
  ELSE left($1, {LONGEST_INDEXED}) END AS text OFFSET 0) AS given OFFSET 0) AS bounded
"""  # noqa: S608 — names and figures of ours
# A function in PostgreSQL's procedural language keeps its plan, which halves its time.
_BASE = tuple(
    f"""CREATE OR REPLACE FUNCTION {PREFIX}{name}(text) RETURNS {kind} LANGUAGE plpgsql IMMUTABLE
    PARALLEL SAFE AS $quarterdeck$BEGIN RETURN ({selection}); END$quarterdeck$"""
    for name, kind, selection in (("joined", "text", _JOINED), ("fold", "tsvector", _FOLD))
)
_CONFIGURATION = (
    f"CREATE TEXT SEARCH DICTIONARY {_STEMMER} (TEMPLATE = snowball, Language = porter)",
    f"CREATE TEXT SEARCH CONFIGURATION {CONFIGURATION} (COPY = simple)",
    f"ALTER TEXT SEARCH CONFIGURATION {CONFIGURATION}"  # noqa: ISC004 — one statement
    f" ALTER MAPPING FOR asciiword, word WITH {_STEMMER}",
)
# The first column, what a thing is called, weighs more than what is written of it.
_WEIGHTS = "ABCD"


def index_of(table: str) -> str:
    """Return the name of the index of a table."""
    return f"{PREFIX}{table}"


def triggers(table: Table) -> dict[str, str]:
    """Return the triggers that keep the index in step, as the history's are returned.

    Inserted rows are indexed a statement at a time, so that COPY pays once for many. An update that
    leaves the texts alone pays for a comparison.
    """
    key, columns = table.key.name, ", ".join([table.key.name, *table.searched])
    # As PostgreSQL prints it: it compares a varchar as text.
    kinds = {column.name: column.kind for column in table.columns}
    casts = {name: "" if kinds[name] == "TextField" else "::text" for name in table.searched}
    changed = " OR ".join(
        f"old.{name}{cast} IS DISTINCT FROM new.{name}{cast}"
        for name, cast in {key: "", **casts}.items()
    )
    function = f"quarterdeck_search_{table.name}()"
    when = {
        "delete": f"AFTER DELETE ON {table.name} FOR EACH ROW",
        "insert": (
            f"AFTER INSERT ON {table.name} REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
        ),
        "update": (f"AFTER UPDATE OF {columns} ON {table.name} FOR EACH ROW WHEN ({changed})"),
    }
    found = {
        f"TRIGGER quarterdeck_search_{kind} ON {table.name}": (
            f"CREATE TRIGGER quarterdeck_search_{kind} {event} EXECUTE FUNCTION {function}"
        )
        for kind, event in when.items()
    }
    return {f"FUNCTION {function}": _function(function, table), **found}


def _function(name: str, table: Table) -> str:
    index, key = index_of(table.name), table.key.name
    insertion = f"INSERT INTO {index} (row_key, words)"
    again = "ON CONFLICT (row_key) DO UPDATE SET words = excluded.words"
    body = f"""
BEGIN
  IF TG_OP = 'INSERT' THEN
    {insertion} SELECT {key}, {_words(table)} FROM added {again};
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' OR OLD.{key} IS DISTINCT FROM NEW.{key} THEN
    DELETE FROM {index} WHERE row_key = OLD.{key};
  END IF;
  IF TG_OP = 'UPDATE' THEN
    {insertion} VALUES (NEW.{key}, {_words(table, "NEW.")}) {again};
  END IF;
  RETURN NULL;
END
"""  # noqa: S608 — names of ours
    return (
        f"CREATE OR REPLACE FUNCTION {name} RETURNS trigger LANGUAGE plpgsql"
        f" AS $quarterdeck${body}$quarterdeck$"
    )


def _words(table: Table, row: str = "") -> str:
    texts = ", ".join(f"{row}{name}" for name in table.searched)
    return f"{index_of(table.name)}_of({texts})"


def definition(table: Table) -> str:
    """Return what makes the words of a row; it stays where it is while triggers come and go."""
    last = len(_WEIGHTS) - 1
    words = " || ".join(
        f"setweight({PREFIX}fold(${place + 1}), '{_WEIGHTS[min(place, last)]}')"
        for place in range(len(table.searched))
    )
    # Another way of joining or folding makes another index.
    folding = crc32(f"{_JOINED}{_FOLD}".encode())
    return f"SELECT {words} /* {', '.join(table.searched)}, folded {folding:x} */"


def actual(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the definition of every index that is there, by the name of its table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substr(relname, %s), coalesce(prosrc, '') FROM pg_class"
            " LEFT JOIN pg_proc ON proname = relname || '_of' AND pronamespace = relnamespace"
            r" WHERE relnamespace = current_schema()::regnamespace AND relname LIKE 'search\_%%'"
            " AND relkind = 'r'",
            [len(PREFIX) + 1],
        )
        return dict(cursor.fetchall())


def prepare(cursor: CursorWrapper) -> None:
    """Make what all indexes stand on, where it is missing."""
    cursor.execute(
        "SELECT 1 FROM pg_ts_config WHERE cfgname = %s"
        " AND cfgnamespace = current_schema()::regnamespace",
        [CONFIGURATION],
    )
    missing = cursor.fetchone() is None
    for statement in (*(_CONFIGURATION if missing else ()), *_BASE):
        cursor.execute(statement)


def create(cursor: CursorWrapper, table: Table) -> None:
    """Make the index of a table, empty."""
    index, texts = index_of(table.name), ", ".join(["text"] * len(table.searched))
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {index}_of({texts}) RETURNS tsvector LANGUAGE sql IMMUTABLE"
        f" PARALLEL SAFE AS $quarterdeck${definition(table)}$quarterdeck$"
    )
    cursor.execute(f"CREATE TABLE {index} (row_key bigint PRIMARY KEY, words tsvector NOT NULL)")
    cursor.execute(f"CREATE INDEX {index}_words ON {index} USING gin (words)")


def drop(cursor: CursorWrapper, table: str) -> None:
    """Take the index of a table away, if there is one."""
    cursor.execute(f"DROP TABLE IF EXISTS {index_of(table)}")
    cursor.execute(
        "SELECT format('DROP FUNCTION %%s', oid::regprocedure) FROM pg_proc"
        " WHERE proname = %s AND pronamespace = current_schema()::regnamespace",
        [f"{index_of(table)}_of"],
    )
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)


def fill(cursor: CursorWrapper, table: Table) -> None:
    """Make the words of an index anew from the rows.

    TRUNCATE waits for whoever writes such rows and keeps others waiting, so that none is missed.
    """
    index = index_of(table.name)
    cursor.execute(f"TRUNCATE {index}")
    cursor.execute(f"DROP INDEX IF EXISTS {index}_words")
    cursor.execute(
        f"INSERT INTO {index} (row_key, words)"  # noqa: S608 — names of ours
        f" SELECT {table.key.name}, {_words(table)} FROM {table.name}"
    )
    cursor.execute(f"CREATE INDEX {index}_words ON {index} USING gin (words)")
    cursor.execute(f"ANALYZE {index}")


def sizes(cursor: CursorWrapper, table: Table) -> tuple[int, int]:
    """Return how many rows the table has, and how many its index knows."""
    cursor.execute(
        f"SELECT (SELECT count(*) FROM {table.name}),"  # noqa: S608 — names of ours
        f" (SELECT count(*) FROM {index_of(table.name)})"
    )
    rows, indexed = cursor.fetchone()
    return int(rows), int(indexed)


def is_in_step(cursor: CursorWrapper, table: Table) -> bool:
    """Compare every word of the index with the rows."""
    # A table may have a column of its own that is called `words`.
    cursor.execute(
        f"SELECT EXISTS (SELECT 1 FROM {table.name} FULL JOIN {index_of(table.name)} AS known"  # noqa: S608 — names of ours
        f" ON known.row_key = {table.key.name}"
        f" WHERE known.words IS DISTINCT FROM {_words(table)} OR known.row_key IS NULL"
        f" OR {table.key.name} IS NULL)"
    )
    return not cursor.fetchone()[0]


def expression(ways: Sequence[Sequence[str]]) -> str:
    """Return what finds rows with each of these words in one of its ways, each of them a beginning.

    A single letter begins too much and stands for itself; so do words with a blank between them.
    """
    folded = ([word for word in map(_folded, words) if word] for words in ways)
    return " & ".join(f"({' | '.join(map(_beginning, words))})" for words in folded if words)


def _beginning(word: str) -> str:
    return f"{word}:*" if word.isalnum() and len(word) > 1 else word


def any_of(words: Sequence[str]) -> str:
    """Return what finds rows with any of these words, each of them whole."""
    folded = (_folded(word) for word in words)
    return " | ".join(word for word in folded if word)


def _folded(text: str) -> str:
    """Drop accents and whatever else folding leaves that is neither letter nor digit.

    Words with a blank between them have to stand so beside each other.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    words = ("".join(filter(str.isalnum, word)) for word in decomposed.split())
    return " <-> ".join(word for word in words if word)


def condition(index: str) -> str:
    """Return the condition on an index, with a place for the expression."""
    return f"{index}.words @@ to_tsquery('{CONFIGURATION}', %s)"


def counting(selection: str) -> str:
    """Return a statement for how many hits a selection gives, counted up to `MANY`.

    Asked for the first of them alone, PostgreSQL reads the table from its beginning, and to its end
    where there is none, instead of the index: a quarter of a second at a million rows.
    """
    return f"SELECT count(*) AS hits FROM ({selection} LIMIT {MANY}) AS found"  # noqa: S608 — a statement of ours, its values apart


def rank(index: str, columns: int) -> str:  # noqa: ARG001 — the words carry their weights
    """Return what is lower for better hits, with a place for the expression."""
    return f"-ts_rank({index}.words, to_tsquery('{CONFIGURATION}', %s), 1)"
