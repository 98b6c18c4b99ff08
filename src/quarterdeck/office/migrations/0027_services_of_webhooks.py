"""A webhook is for a service itself, and no longer for whichever bears a name."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

# As quarterdeck.office.models.webhooks.LOST_SERVICE, by which its owner is told.
_LOST = "Its service “"
_SAID = "” no longer exists. Choose another one, or resume it to be told of every service."


def find_services(apps: Any, _editor: Any) -> None:
    """Find the service of each name; one whose name nothing bears is paused, and says why."""
    services = apps.get_model("services", "Service").objects
    for webhook in apps.get_model("office", "Webhook").objects.exclude(service_name=""):
        webhook.service = services.filter(name=webhook.service_name).first()
        if webhook.service is None:
            webhook.is_active = False
            webhook.pause_reason = f"{_LOST}{webhook.service_name}{_SAID}"
        webhook.version += 1
        webhook.save()


def name_services(apps: Any, _editor: Any) -> None:
    """Write the names again, also those that nothing bore."""
    webhooks = apps.get_model("office", "Webhook").objects
    for webhook in webhooks.filter(service__isnull=False).select_related("service"):
        webhook.service_name = webhook.service.name
        webhook.save()
    for webhook in webhooks.filter(service__isnull=True, pause_reason__startswith=_LOST):
        webhook.service_name = webhook.pause_reason.removeprefix(_LOST).rpartition(_SAID)[0]
        webhook.save()


class Migration(migrations.Migration):
    """The name goes when each has been looked up."""

    dependencies = (
        ("office", "0026_period_rule_withdrawals"),
        ("services", "0004_supporting_teams"),
    )

    operations: ClassVar = [
        migrations.RenameField("webhook", "service", "service_name"),
        migrations.AddField(
            model_name="webhook",
            name="service",
            field=models.ForeignKey(
                blank=True,
                help_text="Only what concerns this service; without one, every service.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="services.service",
            ),
        ),
        migrations.RunPython(find_services, name_services),
        migrations.RemoveField("webhook", "service_name"),
    ]
