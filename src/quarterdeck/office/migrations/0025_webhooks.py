"""Webhooks, the messages to them, and how they stand."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0010_erasures"),
        ("office", "0024_answers_of_before"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "name",
                    models.CharField(
                        help_text="One short word, such as network. The address is read from the environment variable QUARTERDECK_WEBHOOK_ADDRESS_ with this name in capitals.",
                        max_length=32,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z][a-z0-9_]*\\Z", "Lower-case letters, digits and _."
                            )
                        ],
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("slack", "Slack"),
                            ("teams", "Microsoft Teams"),
                            ("mattermost", "Mattermost"),
                            ("rocket_chat", "Rocket.Chat"),
                            ("google_chat", "Google Chat"),
                            ("matrix", "Matrix (hookshot)"),
                            ("event", "Signed event for a program"),
                        ],
                        help_text="A signed event needs a key in QUARTERDECK_WEBHOOK_SECRET_ with the name in capitals.",
                        max_length=16,
                    ),
                ),
                (
                    "service",
                    models.CharField(
                        blank=True,
                        help_text="Only what concerns the service of this exact name.",
                        max_length=200,
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Only what is as urgent as this, or more: 2 means priorities 1 and 2.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                ("tells_assignments", models.BooleanField(default=False)),
                ("tells_urgent_tickets", models.BooleanField(default=False)),
                ("tells_warnings", models.BooleanField(default=False)),
                ("tells_breaches", models.BooleanField(default=True)),
                ("tells_major_incidents", models.BooleanField(default=True)),
                ("tells_escalations", models.BooleanField(default=False)),
                ("tells_approvals", models.BooleanField(default=False)),
                ("tells_missed_targets", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("pause_reason", models.CharField(blank=True, editable=False, max_length=300)),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="Who is told when nothing arrives there any more.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhooks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Only what concerns this team; without one, every team.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.team",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("ticket_assigned", "A ticket came into a team’s queue"),
                            ("urgent_ticket", "A ticket of priority 1 was opened"),
                            ("clock_warning", "A clock runs out soon"),
                            ("clock_breach", "A clock has run out"),
                            ("major_incident_declared", "A major incident was declared"),
                            ("major_incident_updated", "News of a major incident"),
                            ("major_incident_ended", "A major incident has ended"),
                            ("escalation_raised", "An escalation was raised"),
                            ("approval_asked", "An approval was asked for"),
                            ("target_missed", "A target was missed"),
                            ("test", "Test message"),
                        ],
                        max_length=32,
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=80)),
                ("message_id", models.CharField(max_length=64, unique=True)),
                ("noted_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be posted"),
                            ("sent", "Posted"),
                            ("refused", "Refused"),
                            ("failed", "Given up"),
                            ("dropped", "Nothing to tell any more"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("taken_until", models.DateTimeField(blank=True, null=True)),
                ("is_summary", models.BooleanField(default=False)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=300)),
                (
                    "told_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundled",
                        to="office.webhookpost",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="office.webhook",
                    ),
                ),
            ],
            options={},
        ),
        migrations.CreateModel(
            name="WebhookStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("waits_until", models.DateTimeField(blank=True, null=True)),
                (
                    "webhook",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standing",
                        to="office.webhook",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("priority__isnull", True), ("priority__range", (1, 5)), _connector="OR"
                ),
                name="webhook_priority_1_to_5",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookpost",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["webhook", "id"],
                name="webhook_post_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookpost",
            index=models.Index(fields=["webhook", "sent_at"], name="webhook_post_sent"),
        ),
        migrations.AddConstraint(
            model_name="webhookpost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="a_posted_message_says_when",
            ),
        ),
    ]
