"""What our own mail server says of senders."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0030_major_incidents"),
    ]

    operations = [
        migrations.AddField(
            model_name="incomingmail",
            name="sender_proof",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "—"),
                    ("passed", "Sender authenticated"),
                    ("failed", "Sender not authenticated"),
                    ("missing", "Sender not authenticated: our mail server says nothing of it"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="authserv_id",
            field=models.CharField(
                blank=True,
                help_text="The name under which your own mail server writes what it has found out about senders (Authentication-Results); without it, nothing is asked. The server has to take out what others write under its name.",
                max_length=200,
            ),
        ),
    ]
