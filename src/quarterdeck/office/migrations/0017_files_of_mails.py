"""Files that go with mails."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0016_default_team"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="files",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
