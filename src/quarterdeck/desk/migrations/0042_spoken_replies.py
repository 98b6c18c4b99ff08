"""Replies that were told by word of mouth."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0041_calendars_that_change"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticketmessage",
            name="is_spoken",
            field=models.BooleanField(default=False),
        ),
    ]
