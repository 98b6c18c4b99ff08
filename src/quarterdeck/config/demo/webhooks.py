"""A channel of the demo's chat that could be told what happens, and is paused: it leads nowhere."""

from datetime import datetime

from quarterdeck.config.demo import cast
from quarterdeck.core.changes import add_record
from quarterdeck.core.models import Account, Team
from quarterdeck.office.models import Webhook
from quarterdeck.office.records.webhooks import webhooks
from quarterdeck.office.verbs.webhooks import pause_webhook
from quarterdeck.office.vocabulary import WebhookFormat


def furnish_webhooks(*, actor: Account, at: datetime) -> None:
    """Set up the webhook of the network's channel, and pause it."""
    values = {
        "name": "network",
        "format": WebhookFormat.MATTERMOST,
        "owner": actor,
        "team": Team.objects.get(name=cast.NETWORK),
        "tells_escalations": True,
    }
    add_record(record=webhooks, values=values, actor=actor, at=at)
    webhook = Webhook.objects.get(name="network")
    pause_webhook(webhook=webhook, version=webhook.version, actor=actor, at=at)
