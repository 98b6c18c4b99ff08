"""When triggers come and go: away before tables are migrated, back after the last app."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from quarterdeck.core.history import sqlite
from quarterdeck.core.history.indexes import may_change_texts
from quarterdeck.core.history.triggers import install, remove


def connect() -> None:
    """Listen to new connections and to migrations; called once, when the apps are ready."""
    with_models = [app for app in apps.get_app_configs() if app.models_module is not None]
    connection_created.connect(_prepare, dispatch_uid="quarterdeck.core.history")
    pre_migrate.connect(_before, sender=with_models[0], dispatch_uid="quarterdeck.core.history")
    post_migrate.connect(_after, sender=with_models[-1], dispatch_uid="quarterdeck.core.history")


def _prepare(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "sqlite":
        sqlite.prepare(connection)


def _before(using: str, plan: list[Any], **_: Any) -> None:
    """Without a migration to run, the tables stay guarded and unlocked."""
    if plan:
        remove(connections[using])


def _after(using: str, plan: list[Any], **_: Any) -> None:
    """What the migrations did unseen is looked up once more; only some can have changed texts."""
    operations = [operation for migration, _ in plan for operation in migration.operations]
    install(connections[using], refill=may_change_texts(operations))
