"""Priority matrices, and the one that an installation begins with."""

from datetime import UTC, date, datetime

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from quarterdeck.core.new_database import FirstRows

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
# Impact down, urgency across, as in ITIL: what reaches far and cannot wait comes first.
ROWS = [[1, 2, 3], [2, 3, 4], [3, 4, 5]]


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Set the usual matrix, from the beginning."""
    operator = apps.get_model("core", "Account").objects.get(username="operator", is_builtin=True)
    apps.get_model("desk", "PriorityMatrix").objects.create(
        holds_from=BEGINNING,
        valid_from=date(1970, 1, 1),
        rows=ROWS,
        reason="As Quarterdeck comes.",
        defined_by=operator,
        defined_at=BEGINNING,
    )


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take every matrix away again."""
    editor.execute("DELETE FROM desk_prioritymatrix")


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0004_history_depth"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PriorityMatrix",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holds_from", models.DateTimeField()),
                ("valid_from", models.DateField()),
                ("rows", models.JSONField()),
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
                "verbose_name_plural": "priority matrices",
                "indexes": [models.Index(fields=["-holds_from", "-id"], name="matrix_latest")],
            },
        ),
        FirstRows(add, remove),
    ]
