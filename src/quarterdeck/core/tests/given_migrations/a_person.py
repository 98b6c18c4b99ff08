"""A data migration that writes to a guarded table, and notes who acts."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from quarterdeck.core.acts import current_actor


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Add a person who is called as whoever acts."""
    person = apps.get_model("core", "Person").objects.create(name="somebody")
    person.name = current_actor()
    person.save()


class Migration(migrations.Migration):
    """Writes a row."""

    dependencies = (("core", "0002_built_in_actors"),)
    operations = (migrations.RunPython(add, migrations.RunPython.noop),)
