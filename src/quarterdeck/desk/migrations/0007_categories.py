"""Categories of tickets."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0006_list_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=100)),
                (
                    "retired",
                    models.BooleanField(
                        default=False,
                        help_text="Not offered any more, with all below it; tickets that have it keep it.",
                    ),
                ),
                ("path", models.CharField(editable=False, max_length=200)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="desk.category",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "categories",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("path"),
                        name="category_path_once",
                        violation_error_message="There is a category of this name in this place already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="category_not_its_own_parent",
                        violation_error_message="A category cannot stand below itself.",
                    ),
                ],
            },
        ),
    ]
