"""Teams promise their part beneath the service level; what is open stands in due order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models
from django.db.models import F

# A copy of what the vocabulary says today: a migration stays as it was.
_PRIORITIES = range(1, 6)
_NOTHING_DUE = datetime(9000, 1, 6, tzinfo=UTC)


def stand_in_order(apps: Any, _editor: Any) -> None:
    """Give each ticket its place among due times: its own, or after all of them by priority."""
    tickets = apps.get_model("desk", "Ticket").objects
    tickets.filter(due_at__isnull=False).update(due_order=F("due_at"))
    for priority in _PRIORITIES:
        place = _NOTHING_DUE - timedelta(days=6 - priority)
        tickets.filter(due_at__isnull=True, priority=priority).update(due_order=place)


def keep(_apps: Any, _editor: Any) -> None:
    """The columns go, and nothing else has to be undone."""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0009_redactions"),
        ("desk", "0025_rota"),
        ("office", "0011_surveys"),
        ("services", "0003_training"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="clockchange",
            name="clock_change_once",
        ),
        migrations.RemoveConstraint(
            model_name="servicelevelclock",
            name="clock_once",
        ),
        migrations.RemoveConstraint(
            model_name="servicelevelevent",
            name="clock_event_once",
        ),
        migrations.RemoveConstraint(
            model_name="servicelevelpolicy",
            name="policy_once_a_service_and_customer",
        ),
        migrations.RemoveIndex(
            model_name="servicelevelclock",
            name="clock_stopped",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_of_assignee",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_unassigned",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_on_board",
        ),
        migrations.AddField(
            model_name="clockchange",
            name="agreement",
            field=models.CharField(
                choices=[("sla", "Service level (SLA)"), ("ola", "Operational level (OLA)")],
                default="sla",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="servicelevelclock",
            name="agreement",
            field=models.CharField(
                choices=[("sla", "Service level (SLA)"), ("ola", "Operational level (OLA)")],
                default="sla",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="servicelevelevent",
            name="agreement",
            field=models.CharField(
                choices=[("sla", "Service level (SLA)"), ("ola", "Operational level (OLA)")],
                default="sla",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="servicelevelpolicy",
            name="agreement",
            field=models.CharField(
                choices=[("sla", "Service level (SLA)"), ("ola", "Operational level (OLA)")],
                default="sla",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="servicelevelpolicy",
            name="team",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose promise an operational level is.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="service_level_policies",
                to="core.team",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="due_order",
            field=models.DateTimeField(
                default=_NOTHING_DUE,
                editable=False,
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="team_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(stand_in_order, keep),
        migrations.AlterField(
            model_name="servicelevelclock",
            name="ending",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "—"),
                    ("answered", "The desk replied"),
                    ("fixed", "It was resolved"),
                    ("ticket_cancelled", "The ticket was cancelled"),
                    ("subject_changed", "Priority, service or customer changed"),
                    ("terms_changed", "Other terms took its place"),
                    ("handed_on", "Another team took it over"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddIndex(
            model_name="servicelevelclock",
            index=models.Index(
                fields=["agreement", "metric", "stopped_at", "outcome", "ticket"],
                name="clock_stopped",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["assignee", "due_order", "id"],
                name="ticket_of_assignee_due",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("assignee__isnull", True), ("assignee_name", ""), ("ended_at__isnull", True)
                ),
                fields=["team", "due_order", "id"],
                name="ticket_unassigned_due",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["team", "state", "due_order", "id"],
                name="ticket_on_board_due",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["due_order", "id"],
                name="ticket_due_first",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["team", "due_order", "id"],
                name="ticket_team_due_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockchange",
            constraint=models.UniqueConstraint(
                fields=("recalculation", "ticket", "agreement", "metric", "number"),
                name="clock_change_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicelevelclock",
            constraint=models.UniqueConstraint(
                fields=("ticket", "agreement", "metric", "number"), name="clock_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicelevelevent",
            constraint=models.UniqueConstraint(
                fields=("ticket", "agreement", "metric", "number", "kind"), name="clock_event_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicelevelpolicy",
            constraint=models.UniqueConstraint(
                models.F("agreement"),
                django.db.models.functions.comparison.Coalesce("team", 0),
                django.db.models.functions.comparison.Coalesce("service", 0),
                django.db.models.functions.comparison.Coalesce("customer", 0),
                name="policy_once_for_whom_and_what",
                violation_error_message="There is a policy for these already: change its terms.",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicelevelpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("team__isnull", True), ("agreement", "ola"), _connector="OR"),
                name="only_an_operational_level_is_a_teams",
            ),
        ),
    ]
