"""Say what candidates cost in hours and minutes, and count the incidents without words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0021_knowledge")]

    operations = [
        migrations.RemoveIndex("candidateproblem", "candidate_dearest"),
        migrations.RemoveField("candidateproblem", "open_seconds"),
        migrations.RemoveField("candidateproblem", "worked_seconds"),
        migrations.RemoveField("candidateproblem", "user_seconds"),
        migrations.AddField(
            "candidateproblem",
            "open_hours",
            models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            "candidateproblem",
            "worked_hours",
            models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            "candidateproblem",
            "user_minutes",
            models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField("candidatesearch", "wordless", models.PositiveIntegerField(default=0)),
        migrations.AddIndex(
            "candidateproblem",
            models.Index(fields=["state", "-open_hours", "-id"], name="candidate_dearest"),
        ),
    ]
