"""Mails of ours that came back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0008_people_who_left"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outgoingmail",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Waiting to be sent"),
                    ("sent", "Sent"),
                    ("refused", "Refused by the mail server"),
                    ("failed", "Given up"),
                    ("bounced", "Came back"),
                ],
                default="queued",
                max_length=16,
            ),
        ),
    ]
