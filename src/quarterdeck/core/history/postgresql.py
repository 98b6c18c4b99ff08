"""The triggers on PostgreSQL, which reads actor and act from settings local to the transaction.

Guards fire once a statement, so that their cost does not grow with the rows of a bulk insert. Texts
stand exactly as PostgreSQL prints them, so that expected and actual can be compared.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from quarterdeck.core.history import index_postgresql
from quarterdeck.core.history.tables import Table
from quarterdeck.core.vocabulary import HistoryPolicy

# Class 23 is what Django, as on SQLite, raises as IntegrityError.
_RAISE = "RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE ="
_GUARD = f"""
BEGIN
  IF coalesce(current_setting('quarterdeck.actor', true), '') = '' THEN
    {_RAISE} 'quarterdeck: a write without an actor to ' || TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END
"""
# A redaction empties rows, inside of its own act.
_REFUSE = f"""
BEGIN
  IF TG_OP = 'UPDATE' AND coalesce(current_setting('quarterdeck.redaction', true), '') <> ''
    AND current_setting('quarterdeck.redaction', true) = current_setting('quarterdeck.act', true)
  THEN
    RETURN NULL;
  END IF;
  {_RAISE} 'quarterdeck: ' || TG_TABLE_NAME || ' is append-only';
END
"""
_REFUSE_TRUNCATE = f"""
BEGIN
  {_RAISE} 'quarterdeck: ' || TG_TABLE_NAME || ' is not truncated: delete its rows';
END
"""
# The statement of a client stands at depth 1, that of a trigger's function deeper.
_ONLY_BY_TRIGGER = f"""
BEGIN
  IF pg_trigger_depth() < 2 THEN
    {_RAISE} 'quarterdeck: ' || TG_TABLE_NAME || ' is written by the database alone';
  END IF;
  RETURN NULL;
END
"""
# A foreign client's time zone must not reach the history. A SET clause would cost 20 µs a row.
_HISTORY = """
DECLARE
  zone text := current_setting('TimeZone');
  old_row jsonb;
  new_row jsonb;
  before jsonb;
  after jsonb;
BEGIN
  IF zone <> 'UTC' THEN
    PERFORM set_config('TimeZone', 'UTC', true);
  END IF;
  old_row := to_jsonb(OLD);
  IF TG_OP = 'DELETE' THEN
    before := old_row;
  ELSE
    new_row := to_jsonb(NEW);
    SELECT jsonb_object_agg(key, value), jsonb_object_agg(key, new_row -> key) INTO before, after
      FROM jsonb_each(old_row) WHERE value <> new_row -> key;
  END IF;
  IF zone <> 'UTC' THEN
    PERFORM set_config('TimeZone', zone, true);
  END IF;
  FOR masked IN 1 .. TG_NARGS - 1 LOOP
    IF before ? TG_ARGV[masked] THEN
      before := before || jsonb_build_object(TG_ARGV[masked], '***');
      after := after || jsonb_build_object(TG_ARGV[masked], '***');
    END IF;
  END LOOP;
  INSERT INTO core_historyentry
    (table_name, row_key, operation, row_before, row_after, actor, act_id, recorded_at)
  VALUES
    (TG_TABLE_NAME, old_row ->> TG_ARGV[0], left(TG_OP, 1), before, after,
     current_setting('quarterdeck.actor'),
     nullif(current_setting('quarterdeck.act', true), '')::bigint, clock_timestamp());
  RETURN NULL;
END
"""
_BODIES = {
    "quarterdeck_guard": _GUARD,
    "quarterdeck_history": _HISTORY,
    "quarterdeck_only_by_trigger": _ONLY_BY_TRIGGER,
    "quarterdeck_refuse": _REFUSE,
    "quarterdeck_refuse_truncate": _REFUSE_TRUNCATE,
}
_OURS = r"quarterdeck\_%"


def functions() -> dict[str, str]:
    """Return the functions that all triggers share: what stands after DROP, and the statement."""
    return {f"FUNCTION {name}()": _function(name, body) for name, body in _BODIES.items()}


def triggers(table: Table) -> dict[str, str]:
    """Return the triggers of a table: what stands after DROP, and the statement that creates it."""
    found = {
        f"TRIGGER {name} ON {table.name}": f"CREATE TRIGGER {name} {when.format(table.name)}"
        for name, when in _bodies(table)
    }
    return found | index_postgresql.triggers(table) if table.searched else found


def actual(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return our functions and triggers as the database holds them; a disabled one is marked so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc"
            " WHERE pronamespace = current_schema()::regnamespace AND proname LIKE %s",
            [_OURS],
        )
        found = {f"FUNCTION {name}()": _function(name, body) for name, body in cursor.fetchall()}
        cursor.execute(
            "SELECT format('TRIGGER %%s ON %%s', tgname, relname), pg_get_triggerdef(t.oid, true)"
            " || CASE tgenabled WHEN 'O' THEN '' ELSE ' (disabled)' END"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid"
            " WHERE relnamespace = current_schema()::regnamespace AND tgname LIKE %s",
            [_OURS],
        )
        return found | dict(cursor.fetchall())


def _function(name: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
        f" AS $quarterdeck${body}$quarterdeck$"
    )


def _bodies(table: Table) -> Iterator[tuple[str, str]]:
    """Give name and text of each trigger, with a gap for the table."""
    guard = "BEFORE {} ON {{}} FOR EACH STATEMENT EXECUTE FUNCTION {}()".format
    if table.policy == HistoryPolicy.APPEND_ONLY:
        if table.needs_actor_to_insert:
            yield "quarterdeck_guard", guard("INSERT", "quarterdeck_guard")
        if table.is_history:
            only = "quarterdeck_only_by_trigger"
            yield only, guard("INSERT", only)
        yield "quarterdeck_refuse", guard("DELETE OR UPDATE OR TRUNCATE", "quarterdeck_refuse")
        return
    yield "quarterdeck_guard", guard("INSERT OR DELETE OR UPDATE", "quarterdeck_guard")
    yield "quarterdeck_refuse_truncate", guard("TRUNCATE", "quarterdeck_refuse_truncate")
    names = [table.key.name, *(column.name for column in table.columns if column.masked)]
    arguments = ", ".join(f"'{name}'" for name in names)
    history = f"EXECUTE FUNCTION quarterdeck_history({arguments})"
    yield "quarterdeck_history_delete", f"AFTER DELETE ON {{}} FOR EACH ROW {history}"
    yield (
        "quarterdeck_history_update",
        f"AFTER UPDATE ON {{}} FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) {history}",
    )
