"""Opening hours with a day from which they hold: those that there are hold since ever."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from quarterdeck.core.new_database import FirstRows

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
UNNAMED = "Our organisation"
EIGHT, EIGHTEEN, MIDNIGHT = 8 * 60, 18 * 60, 24 * 60
BUILT_IN = {
    "standard": [[day, EIGHT, EIGHTEEN] for day in range(5)],
    "around-the-clock": [[day, 0, MIDNIGHT] for day in range(7)],
}


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give each calendar the hours that it has as its first ones."""
    operator = apps.get_model("core", "Account").objects.get(username="operator", is_builtin=True)
    is_unnamed = apps.get_model("office", "Organisation").objects.filter(name=UNNAMED).exists()
    for calendar in apps.get_model("office", "Calendar").objects.order_by("pk"):
        openings = openings_of(apps, calendar)
        built_in = calendar.zone == "UTC" and openings == BUILT_IN.get(calendar.key)
        apps.get_model("office", "CalendarHours").objects.create(
            calendar=calendar,
            number=1,
            valid_from=date(1970, 1, 1),
            zone=calendar.zone,
            openings=openings,
            is_assumed=is_unnamed and built_in,
            defined_by=operator,
            defined_at=BEGINNING,
        )


def openings_of(apps: Apps, calendar: Any) -> list[list[int]]:
    """Return the hours of a calendar; in a database that is made at once, those it begins with."""
    opening: Any = apps.all_models["office"].get("openinghours")
    if opening is None:
        built_in: list[list[int]] = BUILT_IN[calendar.key]
        return built_in
    rows = opening.objects.filter(calendar=calendar).order_by("weekday", "start_minute")
    return [list(row) for row in rows.values_list("weekday", "start_minute", "end_minute")]


def put_back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Keep of each calendar the hours that hold last, without their day."""
    opening: Any = apps.all_models["office"]["openinghours"]
    latest = {}
    for hours in apps.get_model("office", "CalendarHours").objects.order_by("valid_from", "number"):
        latest[hours.calendar_id] = hours.openings
    opening.objects.bulk_create(
        opening(calendar_id=calendar, weekday=weekday, start_minute=start, end_minute=end)
        for calendar, openings in latest.items()
        for weekday, start, end in openings
    )
    editor.execute("DELETE FROM office_calendarhours")


class Migration(migrations.Migration):
    """The table of dated hours in place of that without days."""

    dependencies = (
        ("core", "0002_built_in_actors"),
        ("office", "0018_seats_go_on"),
    )

    operations: ClassVar = [
        migrations.CreateModel(
            name="CalendarHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                ("zone", models.CharField(max_length=64)),
                ("openings", models.JSONField(blank=True, default=list)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("is_assumed", models.BooleanField(default=False)),
                ("defined_at", models.DateTimeField()),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="office.calendar",
                    ),
                ),
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
                "verbose_name": "hours of a calendar",
                "verbose_name_plural": "hours of calendars",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("calendar", "number"), name="calendar_hours_once"
                    )
                ],
            },
        ),
        FirstRows(add, put_back),
        migrations.DeleteModel(name="OpeningHours"),
    ]
