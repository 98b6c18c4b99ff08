"""Open tickets and ended ones have an index each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0027_assignment"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_alive",
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)),
                fields=["ended_at", "opened_at"],
                name="ticket_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["opened_at"],
                name="ticket_unended",
            ),
        ),
    ]
