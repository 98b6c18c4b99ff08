"""Who may set webhooks up."""

from django.conf import settings

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import Webhook
from quarterdeck.office.models.webhooks import led_by
from quarterdeck.office.rules import may_change_settings


def may_add_webhooks(user: User) -> bool:
    """Whether this account may set some webhook up: it keeps the settings, or is a lead.

    Every page asks this; of which team a lead's webhook may hear is asked when it is kept.
    """
    if not isinstance(user, Account):
        return False
    return may_change_settings(user) or holds(user, Role.TEAM_LEAD)


def may_keep_webhook(user: User, webhook: Webhook) -> bool:
    """Whether this account may change this one: leads only those that hear of their team alone."""
    if not isinstance(user, Account):
        return False
    return may_change_settings(user) or webhook.team_id in led_by(user)


def may_store_webhook(user: User, webhook: Webhook) -> bool:
    """Whether this account may keep it as it would stand: an address that the settings hold already
    is chosen by those who keep the settings, not by leads, for it may be another team's."""
    if not isinstance(user, Account) or not may_keep_webhook(user, webhook):
        return False
    if may_change_settings(user) or webhook.name not in settings.WEBHOOK_ADDRESSES:
        return True
    return Webhook.objects.filter(pk=webhook.pk, name=webhook.name).exists()


def may_read_webhooks(user: User) -> bool:
    """Whether this account may find any."""
    return may_add_webhooks(user) or holds(user, Role.AUDITOR)
