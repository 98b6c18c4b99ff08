"""What an empty installation works with: a root unit, two calendars, an organisation in UTC."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from quarterdeck.core.new_database import FirstRows

NAME = "Our organisation"
EIGHT, EIGHTEEN, MIDNIGHT = 8 * 60, 18 * 60, 24 * 60


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Add the root unit, Monday to Friday 08:00–18:00, around the clock, and the organisation."""
    unit = apps.get_model("core", "Unit").objects.create(name=NAME)
    unit.path = f"{unit.pk}."
    unit.save(update_fields=["path"])
    calendar, organisation = (
        apps.get_model("office", name) for name in ("Calendar", "Organisation")
    )
    standard = calendar.objects.create(
        key="standard", name="Monday to Friday 08:00–18:00", zone="UTC"
    )
    always = calendar.objects.create(key="around-the-clock", name="Around the clock", zone="UTC")
    openings = [(standard, day, EIGHT, EIGHTEEN) for day in range(5)]
    openings += [(always, day, 0, MIDNIGHT) for day in range(7)]
    # Later migrations keep the hours of a calendar elsewhere.
    opening: Any = apps.all_models["office"].get("openinghours")
    for owner, day, start, end in openings if opening else ():
        opening.objects.create(calendar=owner, weekday=day, start_minute=start, end_minute=end)
    organisation.objects.create(id=1, name=NAME, zone="UTC", calendar=standard)


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take it all away again.

    In SQL, since Django would look for services that refer to a calendar, whose table is gone by then.
    """
    editor.execute("DELETE FROM office_organisation")
    editor.execute("DELETE FROM office_holiday")
    editor.execute("DELETE FROM office_openinghours")
    editor.execute("DELETE FROM office_calendar")
    editor.execute("DELETE FROM core_unit")


class Migration(migrations.Migration):
    """Data of an empty installation."""

    dependencies = (("office", "0001_initial"), ("core", "0002_built_in_actors"))
    operations = (FirstRows(add, remove),)
