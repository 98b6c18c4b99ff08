"""How far surveys have asked is kept beside them, outside their history."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models


def keep(apps: Any, _editor: Any) -> None:
    """Keep how far each survey has asked."""
    surveys, progress = (
        apps.get_model("office", name).objects for name in ("Survey", "SurveyProgress")
    )
    for key, until in surveys.values_list("pk", "asked_until"):
        progress.create(survey_id=key, asked_until=until)


class Migration(migrations.Migration):
    """The former rows of the history, one for each time somebody looked, stay."""

    dependencies = (("office", "0022_notices"),)

    operations: ClassVar = [
        migrations.CreateModel(
            name="SurveyProgress",
            fields=[
                (
                    "survey",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="progress",
                        serialize=False,
                        to="office.survey",
                    ),
                ),
                ("asked_until", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.RemoveField(model_name="survey", name="asked_until"),
    ]
