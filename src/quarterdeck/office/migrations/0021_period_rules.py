"""Zone and fiscal year with a day from which they hold: those that there are hold since ever."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from quarterdeck.core.new_database import FirstRows

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
JANUARY = 1


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give the organisation the zone and the fiscal year that it has as its first ones."""
    operator = apps.get_model("core", "Account").objects.get(username="operator", is_builtin=True)
    organisation: Any = apps.get_model("office", "Organisation").objects.first()
    if organisation is None:
        return
    # In a database that is made at once there is no such column any more.
    month = getattr(organisation, "fiscal_year_starts_in", JANUARY)
    values = {"zone": organisation.zone, "fiscal_year": f"{month}"}
    first = date(BEGINNING.year, 1, 1)
    for kind, value in values.items():
        apps.get_model("office", "PeriodRule").objects.create(
            kind=kind,
            number=1,
            valid_from=first,
            value=value,
            defined_by=operator,
            defined_at=BEGINNING,
        )
    organisation.period_rules = {
        kind: [[first.isoformat(), value, 1, ""]] for kind, value in values.items()
    }
    organisation.save(update_fields=["period_rules"])


def put_back(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Keep the start of the fiscal year that holds last, without its day."""
    organisations: Any = apps.get_model("office", "Organisation").objects.all()
    for organisation in organisations:
        organisation.fiscal_year_starts_in = int(organisation.period_rules["fiscal_year"][-1][1])
        organisation.save(update_fields=["fiscal_year_starts_in"])


class Migration(migrations.Migration):
    """The table of dated rules in place of one column for the fiscal year."""

    dependencies = (
        ("core", "0002_built_in_actors"),
        ("office", "0020_spent_links_of_before"),
    )

    operations: ClassVar = [
        migrations.CreateModel(
            name="PeriodRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("zone", "Time zone"), ("fiscal_year", "Fiscal year")],
                        max_length=16,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                ("value", models.CharField(max_length=64)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("is_correction", models.BooleanField(default=False)),
                ("effect", models.TextField(blank=True)),
                ("defined_at", models.DateTimeField()),
                (
                    "defined_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "number"), name="period_rule_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="organisation",
            name="period_rules",
            field=models.JSONField(default=dict, editable=False),
        ),
        FirstRows(add, put_back),
        migrations.RemoveConstraint(
            model_name="organisation", name="fiscal_year_starts_in_a_month"
        ),
        migrations.RemoveField(model_name="organisation", name="fiscal_year_starts_in"),
    ]
