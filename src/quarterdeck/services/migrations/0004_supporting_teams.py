"""The team that supports a service."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0010_erasures"),
        ("services", "0003_training"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="team",
            field=models.ForeignKey(
                blank=True,
                help_text="The team that gets what is reported about it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supported_services",
                to="core.team",
                verbose_name="supported by",
            ),
        ),
    ]
