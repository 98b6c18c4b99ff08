"""Every fix of a problem is kept, also those after which it was taken up again.

What earlier versions noted of a fix stood on the problem alone, and went when it was taken up. The
history of the problem tells it: the act that resolved it is of the same instant as its state.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations, models


def tell_fixes(apps: Any, _editor: Any) -> None:
    """Note with each resolution when its fix took effect, as far as that is known."""
    changes = apps.get_model("desk", "ProblemStateChange").objects
    resolved = changes.filter(state="resolved", fixed_at__isnull=True)
    entries = apps.get_model("core", "HistoryEntry").objects.filter(
        table="desk_problem", after__has_key="fixed_at"
    )
    for row, at, after in entries.order_by("pk").values_list("row", "act__at", "after"):
        if after["fixed_at"] is not None:
            fixed_at = _instant(after["fixed_at"])
            resolved.filter(problem=int(row), occurred_at=at).update(fixed_at=fixed_at)
    problems = apps.get_model("desk", "Problem").objects.filter(fixed_at__isnull=False)
    for problem, fixed_at in problems.values_list("pk", "fixed_at"):
        last = changes.filter(problem=problem, state="resolved").order_by("-sequence").first()
        if last is not None and last.fixed_at is None and fixed_at <= last.occurred_at:
            changes.filter(pk=last.pk).update(fixed_at=fixed_at)


def _instant(text: str) -> datetime:
    """Read an instant of the history, which SQLite keeps in UTC without saying so."""
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0047_team_alias_no_team"),
        ("core", "0010_erasures"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_fixed",
        ),
        migrations.AddField(
            model_name="problemstatechange",
            name="fixed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="problemstatechange",
            index=models.Index(fields=["fixed_at"], name="problem_fixes"),
        ),
        migrations.AddConstraint(
            model_name="problemstatechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fixed_at__isnull", True),
                    models.Q(("fixed_at__lte", models.F("occurred_at")), ("state", "resolved")),
                    _connector="OR",
                ),
                name="problem_state_fixed_in_the_past",
            ),
        ),
        migrations.RunPython(tell_fixes, migrations.RunPython.noop),
    ]
