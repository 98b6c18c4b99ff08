"""How webhooks and the messages to them are listed and shown, and what waits for their owners."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Badge, Record, Tone, View, register
from quarterdeck.office.models import Webhook, WebhookPost
from quarterdeck.office.models.webhooks import LOST_SERVICE, TELLING
from quarterdeck.office.rules.webhooks import (
    may_add_webhooks,
    may_keep_webhook,
    may_read_webhooks,
    may_store_webhook,
)
from quarterdeck.office.verbs.webhooks import pause_webhook, resume_webhook, send_test_message
from quarterdeck.office.vocabulary import PostState
from quarterdeck.ui import navigation

# What was given up longer ago waits for nobody any more.
_RECENT = timedelta(days=7)

_FORM = ("name", "format", "owner", "team", "service", "priority", *TELLING)
POST_BADGES = {
    PostState.WAITING: Badge(Tone.ACTIVE),
    PostState.SENT: Badge(Tone.GOOD),
    PostState.REFUSED: Badge(Tone.BAD),
    PostState.FAILED: Badge(Tone.BAD),
    PostState.DROPPED: Badge(Tone.NEUTRAL),
}

webhooks = Record(
    Webhook,
    columns=("name", "format", "team", "service", "priority", "owner", "is_active"),
    filters=("format", "team", "service", "owner", "is_active"),
    search=("name",),
    form=_FORM,
    details=(*_FORM, "is_active", "pause_reason"),
    order=("name",),
    named=("service",),
    titles={
        "tells_assignments": "Tickets that come into a team’s queue",
        "tells_urgent_tickets": "New tickets of priority 1",
        "tells_warnings": "Clocks that run out soon",
        "tells_breaches": "Clocks that have run out",
        "tells_major_incidents": "Major incidents: declared, news, ended",
        "tells_escalations": "Escalations",
        "tells_approvals": "Approvals that are asked for",
        "tells_missed_targets": "Missed targets of closed months",
        "priority": "Priority at most",
        "is_active": "State",
        "pause_reason": "Why it is paused",
    },
    badges={"is_active": {True: Badge(Tone.GOOD, "In use"), False: Badge(Tone.WARNING, "Paused")}},
    may_add=may_add_webhooks,
    may_change=may_keep_webhook,
    may_store=may_store_webhook,
    acts=(
        RecordAct("test", "Send a test message", send_test_message, may_keep_webhook),
        RecordAct("pause", "Pause", pause_webhook, may_keep_webhook),
        RecordAct("resume", "Resume", resume_webhook, may_keep_webhook),
    ),
    icon="bell",
    section="Office",
    empty="Add the channel of a chat tool, or a program, that is told what happens.",
)
webhook_posts = Record(
    WebhookPost,
    columns=("noted_at", "event", "webhook", "state", "status", "answer", "attempts", "sent_at"),
    filters=("state", "webhook", "event", "noted_at"),
    details=(
        "webhook",
        "event",
        "state",
        "status",
        "answer",
        "noted_at",
        "attempts",
        "sent_at",
        "about",
        "message_id",
        "is_summary",
        "told_with",
    ),
    order=("-id",),
    titles={
        "noted_at": "Happened",
        "status": "Status code",
        "answer": "What went wrong",
        "sent_at": "Posted",
        "message_id": "Header webhook-id",
        "is_summary": "Takes others along",
        "told_with": "Told together with",
    },
    badges={"state": POST_BADGES},
    views=(View("Not posted", "unsent"),),
    takes_comments=False,
    icon="bell",
    section="Office",
    empty="What webhooks are told appears here, with the answer of the server.",
)


def waiting_webhooks(account: Account, at: datetime) -> waiting.Told:
    """Tell an owner of the webhooks that nobody paused by hand, and of messages given up."""
    own = Webhook.objects.visible_to(account).filter(owner=account)
    unasked = Q(pause_reason__startswith="After ") | Q(pause_reason__startswith=LOST_SERVICE)
    paused = own.filter(unasked, is_active=False)
    lost = WebhookPost.objects.unsent().filter(
        webhook__in=own.filter(is_active=True), noted_at__gt=at - _RECENT
    )
    losing = own.filter(pk__in=lost.values("webhook")).order_by("name")
    yield [paused, losing]
    for webhook in paused:
        yield _item(f"The webhook “{webhook}” is paused", webhook, webhook.pause_reason)
    for webhook in losing:
        told = "Look at what its server answers, and send a test message."
        yield _item(f"Messages to the webhook “{webhook}” did not arrive", webhook, told)


def _item(title: str, webhook: Webhook, detail: str) -> waiting.WaitingItem:
    return waiting.WaitingItem(
        title=title,
        address=reverse(webhooks.detail_address, args=[webhook.pk]),
        due_at=None,
        consequence=waiting.Consequence.SLIGHT,
        kind="Webhook",
        detail=detail,
    )


register(webhooks, webhook_posts)
waiting.register(waiting_webhooks)
navigation.register(
    navigation.Entry("Office", "Webhooks", webhooks.list_address, webhooks.icon, may_read_webhooks),
)
