"""A migration that fails."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fail(_apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fail, as a migration may on rows that nobody thought of."""
    raise ArithmeticError


class Migration(migrations.Migration):
    """Fails."""

    dependencies = (("messages", "a_person"),)
    operations = (migrations.RunPython(fail, migrations.RunPython.noop),)
