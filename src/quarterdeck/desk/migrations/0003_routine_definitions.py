"""Definitions of routine, and the one that an installation begins with."""

from datetime import UTC, date, datetime

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from quarterdeck.core.new_database import FirstRows

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Define routine as incidents and requests of priority 3 or 4, from the beginning."""
    operator = apps.get_model("core", "Account").objects.get(username="operator", is_builtin=True)
    apps.get_model("desk", "RoutineDefinition").objects.create(
        holds_from=BEGINNING,
        valid_from=date(1970, 1, 1),
        kinds=["incident", "request"],
        priorities=[3, 4],
        reason="As Quarterdeck comes.",
        defined_by=operator,
        defined_at=BEGINNING,
    )


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take every definition away again."""
    editor.execute("DELETE FROM desk_routinedefinition")


class Migration(migrations.Migration):
    """The table of definitions, with its first row."""

    dependencies = (
        ("core", "0002_built_in_actors"),
        ("desk", "0002_worked_by_hand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.CreateModel(
            name="RoutineDefinition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holds_from", models.DateTimeField()),
                ("valid_from", models.DateField()),
                ("kinds", models.JSONField()),
                ("priorities", models.JSONField()),
                ("excluded_categories", models.JSONField(blank=True, default=list)),
                ("reason", models.TextField(blank=True)),
                ("defined_at", models.DateTimeField()),
                (
                    "defined_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-holds_from", "-id"], name="routine_latest")],
            },
        ),
        FirstRows(add, remove),
    )
