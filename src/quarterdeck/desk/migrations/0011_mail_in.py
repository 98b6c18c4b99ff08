"""Mailboxes, the mail that comes in, and tickets that follow others."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0009_redactions"),
        ("desk", "0010_confirmations"),
        ("office", "0009_returned_mail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="desk.ticket",
            ),
        ),
        migrations.CreateModel(
            name="IncomingMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be read"),
                            ("on_ticket", "On a ticket"),
                            ("not_understood", "Not understood"),
                            ("stopped", "Stopped"),
                            ("repeated", "Delivered again"),
                            ("discarded", "Discarded"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("sender", models.CharField(blank=True, max_length=254)),
                ("sender_name", models.CharField(blank=True, max_length=200)),
                ("subject", models.CharField(blank=True, max_length=300)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("message_id", models.CharField(blank=True, max_length=250)),
                ("likeness", models.CharField(blank=True, max_length=64)),
                ("text", models.TextField(blank=True)),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("signed", "The signed address that it answers"),
                            ("answered", "The mail of ours that it answers"),
                            ("thread", "An earlier mail on the ticket that it answers"),
                            ("subject", "The number in its subject"),
                            ("person", "Somebody's decision"),
                        ],
                        max_length=8,
                    ),
                ),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "repeats",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.incomingmail",
                    ),
                ),
                (
                    "reports_on",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.outgoingmail",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_mail",
                        to="desk.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "incoming mail",
                "verbose_name_plural": "incoming mail",
            },
        ),
        migrations.AddField(
            model_name="ticketmessage",
            name="incoming",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="message",
                to="desk.incomingmail",
            ),
        ),
        migrations.CreateModel(
            name="Mailbox",
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
                        help_text="One short word, such as desk. Its password is read from the environment variable QUARTERDECK_MAILBOX_PASSWORD_ with this name in capitals.",
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
                    "address",
                    models.EmailField(
                        help_text="To which people write.", max_length=254, unique=True
                    ),
                ),
                (
                    "strangers",
                    models.CharField(
                        choices=[
                            ("open", "Open a ticket, and keep the sender as a person"),
                            ("hold", "Let somebody decide"),
                        ],
                        default="open",
                        help_text="What is done with mail of somebody who is not in the directory.",
                        max_length=8,
                    ),
                ),
                (
                    "reply_by",
                    models.CharField(
                        choices=[
                            ("address", "A signed address, such as desk+t-000123-…@example.org"),
                            ("subject", "A signature in the subject"),
                        ],
                        default="address",
                        help_text="An address needs a mail server that delivers what stands after a plus.",
                        max_length=8,
                    ),
                ),
                (
                    "reopen_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        help_text="An answer to a resolved ticket reopens it for so many days; later it opens another one.",
                        validators=[django.core.validators.MaxValueValidator(366)],
                    ),
                ),
                (
                    "hourly_limit",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="More mails of one sender within an hour wait for somebody to look.",
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "takes_machines",
                    models.BooleanField(
                        default=False,
                        help_text="Whether mail of lists and machines opens tickets too, such as alarms. Automatic answers and reports of delivery never do.",
                    ),
                ),
                (
                    "host",
                    models.CharField(
                        blank=True,
                        help_text="The IMAP server; none where the mail server hands mail over by itself.",
                        max_length=200,
                    ),
                ),
                (
                    "port",
                    models.PositiveIntegerField(
                        default=993, validators=[django.core.validators.MaxValueValidator(65535)]
                    ),
                ),
                (
                    "security",
                    models.CharField(
                        choices=[
                            ("tls", "TLS from the start"),
                            ("starttls", "TLS by STARTTLS"),
                            ("none", "None (this machine only)"),
                        ],
                        default="tls",
                        max_length=8,
                    ),
                ),
                ("username", models.CharField(blank=True, max_length=200)),
                ("folder", models.CharField(default="INBOX", max_length=200)),
                (
                    "taken_folder",
                    models.CharField(
                        blank=True,
                        help_text="Where mail is moved once it is stored here; without one it stays, as seen.",
                        max_length=200,
                    ),
                ),
                (
                    "takes_since",
                    models.DateField(
                        blank=True,
                        help_text="Mail that came before this day stays where it is.",
                        null=True,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose queue new tickets join; without one, everybody's.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.team",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "mailboxes",
            },
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="mailbox",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.mailbox",
            ),
        ),
        migrations.CreateModel(
            name="MailboxStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("busy_until", models.DateTimeField(blank=True, null=True)),
                ("validity", models.BigIntegerField(default=0)),
                ("last_uid", models.BigIntegerField(default=0)),
                ("fetched", models.PositiveIntegerField(default=0)),
                ("failure", models.TextField(blank=True)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                (
                    "mailbox",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standing",
                        to="desk.mailbox",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MailOriginal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("stored_name", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("full_size", models.PositiveBigIntegerField()),
                ("received_at", models.DateTimeField()),
                (
                    "door",
                    models.CharField(
                        choices=[
                            ("imap", "Fetched from the mailbox"),
                            ("lmtp", "Handed over by the mail server"),
                            ("pipe", "Piped in by the mail server"),
                        ],
                        max_length=8,
                    ),
                ),
                ("envelope_sender", models.CharField(blank=True, max_length=254)),
                ("envelope_recipients", models.JSONField(blank=True, default=list)),
                (
                    "mailbox",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.mailbox",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="original",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mail",
                to="desk.mailoriginal",
            ),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["-received_at", "-id"], name="incoming_newest"),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(
                fields=["state", "-received_at", "-id"], name="incoming_state_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["sender", "received_at"], name="incoming_of_sender"),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(
                condition=models.Q(("likeness", ""), _negated=True),
                fields=["likeness"],
                name="incoming_likeness",
            ),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(
                condition=models.Q(("message_id", ""), _negated=True),
                fields=["message_id"],
                name="incoming_message_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "on_ticket"), _negated=True),
                    ("ticket__isnull", False),
                    _connector="OR",
                ),
                name="mail_on_a_ticket_names_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["not_understood", "stopped", "discarded"]), _negated=True
                    ),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="mail_that_went_nowhere_says_why",
            ),
        ),
    ]
