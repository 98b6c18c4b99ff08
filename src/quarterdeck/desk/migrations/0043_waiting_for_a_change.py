"""A ticket may wait for a change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0042_spoken_replies"),
    ]

    operations = [
        migrations.AlterField(
            model_name="statechange",
            name="pause_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "—"),
                    ("requester", "Waiting for the requester"),
                    ("vendor", "Waiting for a vendor"),
                    ("problem", "Waiting for a problem's fix"),
                    ("change", "Waiting for a change"),
                    ("evidence", "Waiting for evidence"),
                    ("approval", "Waiting for approval"),
                    ("unstated", "Reason not stated"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="pause_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "—"),
                    ("requester", "Waiting for the requester"),
                    ("vendor", "Waiting for a vendor"),
                    ("problem", "Waiting for a problem's fix"),
                    ("change", "Waiting for a change"),
                    ("evidence", "Waiting for evidence"),
                    ("approval", "Waiting for approval"),
                    ("unstated", "Reason not stated"),
                ],
                max_length=16,
            ),
        ),
    ]
