"""A clock that was overdue when its ticket got another priority, service or customer is missed."""

from typing import Any

from django.db import migrations, models


def tell_missed(apps: Any, _editor: Any) -> None:
    """Say so of the clocks that earlier versions called cancelled."""
    clocks = apps.get_model("desk", "ServiceLevelClock").objects
    changed = clocks.filter(outcome="cancelled", ending="subject_changed")
    changed.filter(due_at__lt=models.F("stopped_at")).update(outcome="missed")


class Migration(migrations.Migration):
    dependencies = [("desk", "0049_origins_of_visits")]

    operations = [migrations.RunPython(tell_missed, migrations.RunPython.noop)]
