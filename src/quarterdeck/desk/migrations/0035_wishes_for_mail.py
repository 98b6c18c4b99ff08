"""What people want to be told by mail is said for every kind of mail, in the office."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

_MENTIONS = ("desk.mention",)
_WATCHED = ("desk.watched-reply", "desk.watched-state")


def carry_over(apps: Any, _editor: Any) -> None:
    """Keep what somebody did not want to be mailed."""
    wishes = apps.get_model("desk", "NotificationWish")
    mail_wish = apps.get_model("office", "MailWish")
    for wish in wishes.objects.order_by("pk"):
        chosen = dict.fromkeys(_MENTIONS, wish.mentions_by_mail)
        chosen |= dict.fromkeys(_WATCHED, wish.watched_by_mail)
        for kind in (each for each, is_wanted in chosen.items() if not is_wanted):
            mail_wish.objects.create(account_id=wish.account_id, kind=kind, timing="never")


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0034_candidate_costs"),
        ("office", "0014_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticketnotice",
            name="mail",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="office.outgoingmail",
            ),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="NotificationWish"),
    ]
