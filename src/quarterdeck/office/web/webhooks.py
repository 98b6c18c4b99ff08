"""How a webhook stands, on its page, and the buttons for what may be done with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.offered_acts import do_act
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import Record
from quarterdeck.office.gateways.webhooks import fault_of, place_of
from quarterdeck.office.models import Webhook, WebhookStanding
from quarterdeck.office.records.webhooks import webhooks
from quarterdeck.office.rules.webhooks import may_keep_webhook
from quarterdeck.office.vocabulary import WebhookFormat
from quarterdeck.ui.details import find_visible
from quarterdeck.ui.panels import Panel, provide

_DONE = {
    "test": "A worker posts the test message now; look again in a moment.",
    "pause": "It is paused: nothing is told there until it is resumed.",
    "resume": "It is told again what happens.",
}


@require_POST
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Do with a webhook what a button says."""
    user = account_of(request)
    webhook: Webhook = find_visible(webhooks, key, user)
    chosen = webhooks.act_named(name)
    if chosen is None or not chosen.may(user, webhook):
        raise Http404
    told = request.POST.get("version", "")
    try:
        do_act(
            record=webhooks,
            act=chosen,
            row=webhook,
            version=int(told) if told.isascii() and told.isdigit() else 0,
            values={},
            actor=user,
            at=clock.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _DONE[name])
    return redirect(webhooks.detail_address, key)


def standing_panel(record: Record, row: Any, user: User) -> Panel | None:
    """Return how a webhook stands, for its page: its address without what is secret of it."""
    if record is not webhooks:
        return None
    place = place_of(row.name)
    shown = {
        "webhook": row,
        "address": place.shown,
        "fault": fault_of(place, is_signed=row.format == WebhookFormat.EVENT),
        "standing": WebhookStanding.objects.filter(webhook=row).first(),
        "may_keep": may_keep_webhook(user, row),
    }
    return Panel("office/webhook_standing.html", shown)


provide(standing_panel)
