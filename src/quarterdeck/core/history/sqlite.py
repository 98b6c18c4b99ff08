"""The triggers on SQLite, which asks for actor and act through functions of ours.

A client without these functions cannot write to a guarded table at all.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

from quarterdeck.core.acts import current_act, current_actor, current_redaction
from quarterdeck.core.history import index_sqlite
from quarterdeck.core.history.tables import Column, Table
from quarterdeck.core.vocabulary import HistoryPolicy
from quarterdeck.kernels.joined_words import with_joined_words

_TRIMMED = "rtrim(CASE WHEN instr({0}, '.') THEN rtrim({0}, '0') ELSE {0} END, '.')"
_HEXADECIMAL = " || '-' || ".join(
    f"substr({{0}}, {start}, {length})"
    for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
)
# How the value of a column becomes JSON text, where SQLite stores it unlike PostgreSQL.
_JSON_OF: Mapping[str, str] = {
    # hex() of NULL is an empty text.
    "BinaryField": """iif({0} IS NULL, 'null', '"\\\\x' || lower(hex({0})) || '"')""",
    "BooleanField": "CASE {0} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END",
    "DateTimeField": f"""coalesce('"' || replace({_TRIMMED}, ' ', 'T') || '+00:00"', 'null')""",
    "JSONField": "coalesce({0}, 'null')",
    "TimeField": f"""coalesce('"' || {_TRIMMED} || '"', 'null')""",
    "UUIDField": f"""coalesce('"' || {_HEXADECIMAL} || '"', 'null')""",
}
_ENTRY = (
    "INSERT INTO core_historyentry"
    " (table_name, row_key, operation, row_before, row_after, actor, act_id, recorded_at)"
)
# Django stores six digits; the clock of SQLite gives three.
_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Make a new connection able to write to guarded tables."""
    raw: sqlite3.Connection = connection.connection
    raw.create_function("quarterdeck_actor", 0, current_actor)
    raw.create_function("quarterdeck_act", 0, current_act)
    raw.create_function("quarterdeck_redaction", 0, current_redaction)
    raw.create_function(index_sqlite.WORDING, 1, _wording, deterministic=True)
    # Without this, INSERT OR REPLACE would remove rows past the triggers.
    raw.execute("PRAGMA recursive_triggers = ON")


def _wording(text: str | None) -> str | None:
    return text if text is None else with_joined_words(text)


def functions() -> dict[str, str]:
    """SQLite's triggers need no stored functions."""
    return {}


def triggers(table: Table) -> dict[str, str]:
    """Return the triggers of a table: what stands after DROP, and the statement that creates it."""
    found = {}
    for kind, event, body in _bodies(table):
        name = f"quarterdeck_{kind}_{table.name}"
        found[f"TRIGGER {name}"] = f'CREATE TRIGGER {name} {event} ON "{table.name}" {body}; END'
    return found | index_sqlite.triggers(table) if table.searched else found


def actual(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return our triggers and views as the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT upper(type) || ' ' || name, sql FROM sqlite_master"
            r" WHERE type IN ('trigger', 'view') AND name LIKE 'quarterdeck\_%' ESCAPE '\'"
        )
        return dict(cursor.fetchall())


def _bodies(table: Table) -> Iterator[tuple[str, str, str]]:
    """Give kind, event and text of each trigger."""
    nobody = f"quarterdeck: a write without an actor to {table.name}"
    guard = f"WHEN quarterdeck_actor() = '' BEGIN SELECT RAISE(ABORT, '{nobody}')"
    if table.needs_actor_to_insert or table.is_history:
        yield "guard_insert", "BEFORE INSERT", guard
    else:
        # An act names its actor itself; who has not our functions cannot add one.
        unknown = guard.replace("= ''", "IS NULL")
        yield "guard_insert", "BEFORE INSERT", unknown
    if table.policy == HistoryPolicy.APPEND_ONLY:
        refusal = f"BEGIN SELECT RAISE(ABORT, 'quarterdeck: {table.name} is append-only')"
        # A redaction empties rows; who has not our functions cannot change one.
        unless = f"WHEN coalesce(quarterdeck_redaction(), '') = '' {refusal}"
        yield "refuse_update", "BEFORE UPDATE", unless
        yield "refuse_delete", "BEFORE DELETE", refusal
        return
    yield "guard_update", "BEFORE UPDATE", guard
    yield "guard_delete", "BEFORE DELETE", guard
    changed = " OR ".join(f"OLD.{_quoted(c)} IS NOT NEW.{_quoted(c)}" for c in table.columns)
    yield "history_update", "AFTER UPDATE", f"WHEN {changed} BEGIN {_entry(table, 'U')}"
    yield "history_delete", "AFTER DELETE", f"BEGIN {_entry(table, 'D')}"


def _entry(table: Table, operation: str) -> str:
    """Write the statement that adds one entry to the history."""
    # The key stands as JSON has it, without the quotes of a text.
    key = f"trim({_value(table.key, 'OLD')}, '\"')"
    if operation == "D":
        before, after = _object([_pair(column, "OLD") for column in table.columns]), "NULL"
    else:
        before, after = (
            _object([_pair_if_changed(column, row) for column in table.columns])
            for row in ("OLD", "NEW")
        )
    return (
        f"{_ENTRY} VALUES ('{table.name}', {key}, '{operation}', {before}, {after},"
        f" quarterdeck_actor(), nullif(quarterdeck_act(), ''), {_NOW})"
    )


def _object(pairs: list[str]) -> str:
    """Join pairs, each with a comma before it, into a JSON object.

    Text is put together by hand, since json_object() takes no more than 63 pairs.
    """
    return f"'{{' || substr({' || '.join(pairs)}, 2) || '}}'"


def _pair(column: Column, row: str) -> str:
    return f"',{json.dumps(column.name)}:' || {_value(column, row)}"


def _pair_if_changed(column: Column, row: str) -> str:
    name = _quoted(column)
    return f"CASE WHEN OLD.{name} IS NOT NEW.{name} THEN {_pair(column, row)} ELSE '' END"


def _value(column: Column, row: str) -> str:
    if column.masked:
        return "'\"***\"'"
    return _JSON_OF.get(column.kind, "json_quote({0})").format(f"{row}.{_quoted(column)}")


def _quoted(column: Column) -> str:
    return f'"{column.name}"'
