"""The actors that every installation has: the operator at the command line, and the worker."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from quarterdeck.core.new_database import FirstRows

BUILT_IN = ("operator", "worker")
# What Django stores for an account that cannot sign in.
UNUSABLE = "!"


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Add each built-in actor as an administrator who cannot sign in."""
    account, role = (apps.get_model("core", name) for name in ("Account", "RoleAssignment"))
    for username in BUILT_IN:
        actor = account.objects.create(
            username=username, password=UNUSABLE, is_active=True, is_builtin=True
        )
        role.objects.create(account=actor, role="administrator")


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Take the built-in actors away again."""
    apps.get_model("core", "RoleAssignment").objects.filter(account__is_builtin=True).delete()
    apps.get_model("core", "Account").objects.filter(is_builtin=True).delete()


class Migration(migrations.Migration):
    """Data of an empty installation."""

    dependencies = (("core", "0001_initial"),)
    operations = (FirstRows(add, remove),)
