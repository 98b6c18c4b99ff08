"""What service a ticket had becomes part of its log."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def tell_services(apps: Any, _editor: Any) -> None:
    """No act has changed the service of a ticket so far: each line has the one of its ticket."""
    tickets = apps.get_model("desk", "Ticket").objects
    changes = apps.get_model("desk", "StateChange").objects
    with_one = tickets.filter(service__isnull=False)
    name = apps.get_model("services", "Service").objects.filter(pk=OuterRef("service_id"))
    with_one.update(service_name=Subquery(name.values("name")[:1]))
    present = tickets.filter(pk=OuterRef("ticket_id"))
    changes.filter(ticket__in=with_one.values("pk")).update(
        service_id=Subquery(present.values("service_id")[:1]),
        service_name=Subquery(present.values("service_name")[:1]),
    )


def keep(_apps: Any, _editor: Any) -> None:
    """The columns go, and nothing else has to be undone."""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0007_categories"),
        ("services", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="statechange",
            name="service",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="services.service",
            ),
        ),
        migrations.AddField(
            model_name="statechange",
            name="service_name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="ticket",
            name="service_name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.RunPython(tell_services, keep),
    ]
