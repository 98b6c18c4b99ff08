"""How an empty database gets its tables: from the models at once, not by all migrations in turn.

Django works out every model anew at each step of a migration, which takes the longer the more
models there are. Where nothing stands yet, nothing has to be changed step by step: the tables are
made as the models say, the rows with which every installation begins are added, and all migrations
are noted as applied. core/tests/test_new_database.py holds that both ways end in the same
database.
"""

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


class FirstRows(RunPython):
    """The step of a migration that adds rows with which every installation begins.

    What it calls must work with the models of its own migration and with those of today.
    """


def is_new(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether a database has no table, or only Django's empty note of migrations."""
    note = MigrationRecorder.Migration._meta.db_table
    if set(connection.introspection.table_names()) - {note}:
        return False
    return not MigrationRecorder(connection).applied_migrations()


def make_tables(connection: BaseDatabaseWrapper) -> None:
    """Make all tables and first rows in one transaction, and note all migrations as applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    executor.recorder.ensure_schema()
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for migration, _ in plan:
            _add_first_rows(migration, editor)
            executor.recorder.record_applied(migration.app_label, migration.name)


def _add_first_rows(migration: Migration, editor: BaseDatabaseSchemaEditor) -> None:
    for operation in migration.operations:
        if isinstance(operation, FirstRows):
            operation.code(apps, editor)  # type: ignore[arg-type]  # Django's types know models of old alone
