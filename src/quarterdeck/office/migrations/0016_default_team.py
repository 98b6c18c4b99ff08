"""The team that gets what belongs to nobody else."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0010_erasures"),
        ("office", "0015_spent_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="default_team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.team",
            ),
        ),
    ]
