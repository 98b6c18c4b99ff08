"""Let several classes share a code, as those of a federal series do."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Ask for one class under a code and a title, no longer for one under a code."""

    dependencies: ClassVar = [("people", "0004_background")]

    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="jobclass", name="class_code_once"),
        migrations.AddConstraint(
            model_name="jobclass",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("code", "title"),
                name="class_once_under_its_code",
            ),
        ),
    ]
