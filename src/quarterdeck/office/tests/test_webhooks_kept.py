"""Who may point a webhook where, and what test messages, resuming and a fault of ours do to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.acts import acting
from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, RoleAssignment, Team, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.jobs import post_due
from quarterdeck.office.models import Webhook, WebhookPost, WebhookStanding
from quarterdeck.office.models.webhooks import Concern
from quarterdeck.office.records.webhooks import webhooks
from quarterdeck.office.verbs.webhooks import (
    WebhookNews,
    begin_posting,
    pause_webhook,
    resume_webhook,
    send_test_message,
)
from quarterdeck.office.vocabulary import PostState, WebhookEvent

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(operator: Account) -> Webhook:
    with acting(actor=operator, verb_name="tests.webhook", at=AT):
        return Webhook.objects.create(
            name="network", format="slack", owner=operator, tells_approvals=True
        )


def test_a_test_message_is_posted_although_the_webhook_waits_after_failures(hook: Webhook) -> None:
    standing = WebhookStanding.objects.held(hook)
    standing.note(5, AT + timedelta(hours=1))

    send_test_message(webhook=hook, actor=hook.owner, at=AT)

    taken = begin_posting(webhook=hook, actor=hook.owner, at=AT)
    standing.refresh_from_db()
    assert (taken and taken.event, standing.failures) == (WebhookEvent.TEST, 5)


def test_what_cannot_be_put_together_is_refused_and_holds_nothing_up(
    hook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    with acting(actor=hook.owner, verb_name="tests.news", at=AT):
        for about in ("approval:no-key", "approval:17"):
            WebhookNews(event=WebhookEvent.APPROVAL, about=about, at=AT).tell()

    post_due(hook, lambda: AT)

    assert list(WebhookPost.objects.order_by("pk").values_list("state", "answer")) == [
        (PostState.REFUSED, "It could not be put together."),
        (PostState.DROPPED, ""),
    ]
    assert "A message to a webhook could not be put together." in caplog.messages


def test_resuming_locks_as_posting_does_the_standing_before_the_webhook(hook: Webhook) -> None:
    paused = pause_webhook(webhook=hook, version=1, actor=hook.owner, at=AT)

    with CaptureQueriesContext(connection) as asked:
        resume_webhook(webhook=paused, version=2, actor=hook.owner, at=AT)

    tables = ('FROM "office_webhookstanding"', 'FROM "office_webhook"')
    said = " ".join(query["sql"] for query in asked)
    assert said.index(tables[0]) < said.index(tables[1])


@pytest.fixture
def lead(operator: Account) -> Account:
    """One who leads a team."""
    with acting(actor=operator, verb_name="tests.lead", at=AT):
        team = Team.objects.create(name="Ours", unit=Unit.objects.create(name="IT", path="1."))
        lead = Account.objects.create(username="vera")
        RoleAssignment.objects.create(account=lead, role=Role.TEAM_LEAD, team=team)
    return lead


def test_a_lead_does_not_choose_an_address_that_the_settings_hold_already(
    lead: Account, operator: Account
) -> None:
    values = {"name": "ours", "format": "teams", "owner": lead, "team": Team.objects.get()}
    own = add_record(record=webhooks, values=values, actor=lead, at=AT)
    addresses = {"ours": "https://a.example.org/", "finance": "https://b.example.org/"}

    def change(version: int, actor: Account, **values: object) -> None:
        change_record(record=webhooks, row=own, version=version, values=values, actor=actor, at=AT)

    with override_settings(WEBHOOK_ADDRESSES=addresses):
        with pytest.raises(Refused, match="out of your reach"):
            add_record(record=webhooks, values={**values, "name": "finance"}, actor=lead, at=AT)
        with pytest.raises(Refused, match="out of your reach"):
            change(1, lead, name="finance")
        change(1, lead, priority=2)
        change(2, operator, name="finance")

    own.refresh_from_db()
    assert str(own) == "finance"


def test_an_owner_who_would_not_see_the_webhook_is_refused(
    lead: Account, operator: Account
) -> None:
    values = {"name": "all", "format": "teams", "owner": lead}

    with pytest.raises(Invalid) as refused:
        add_record(record=webhooks, values=values, actor=operator, at=AT)
    team = Team.objects.get()
    add_record(record=webhooks, values={**values, "team": team}, actor=operator, at=AT)

    assert list(refused.value.errors) == ["owner"]
    assert Webhook.objects.visible_to(lead).get().owner == lead


def test_news_is_for_those_whose_scope_it_is_in(operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.webhooks", at=AT):
        unit = Unit.objects.create(name="IT", path="1.")
        ours, others = (Team.objects.create(name=name, unit=unit) for name in ("Ours", "Others"))
        scopes: dict[str, dict[str, Any]] = {
            "all": {},
            "ours": {"team": ours},
            "urgent": {"priority": 2},
            "paused": {"is_active": False},
            "deaf": {"tells_breaches": False},
        }
        for name, given in scopes.items():
            words: dict[str, Any] = {"format": "slack", "owner": operator, **given}
            Webhook.objects.create(name=name, **words)

        def heard(**scope: Any) -> set[str]:
            WebhookPost.objects.all().delete()
            concern = Concern(**scope)
            WebhookNews(event=WebhookEvent.CLOCK_BREACH, about="x:1", at=AT, concern=concern).tell()
            return set(WebhookPost.objects.values_list("webhook__name", flat=True))

        assert heard() == {"all"}
        assert heard(teams=frozenset([ours.pk]), priority=1) == {"all", "ours", "urgent"}
        assert heard(teams=frozenset([others.pk]), priority=3) == {"all"}


def test_a_lead_keeps_the_webhooks_of_the_own_team_alone(operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.lead", at=AT):
        unit = Unit.objects.create(name="IT", path="1.")
        ours, others = (Team.objects.create(name=name, unit=unit) for name in ("Ours", "Others"))
        lead = Account.objects.create(username="vera")
        RoleAssignment.objects.create(account=lead, role=Role.TEAM_LEAD, team=ours)
    words = {"name": "ours", "format": "teams", "owner": lead, "team": ours}

    own = add_record(record=webhooks, values=words, actor=lead, at=AT)
    for team in (others, None):
        with pytest.raises(Refused):
            add_record(
                record=webhooks, values={**words, "name": "b", "team": team}, actor=lead, at=AT
            )
    change_record(
        record=webhooks, row=own, version=1, values={"owner": operator}, actor=operator, at=AT
    )
    with pytest.raises(Refused, match="out of your reach"):
        change_record(record=webhooks, row=own, version=2, values={"team": None}, actor=lead, at=AT)

    assert list(Webhook.objects.visible_to(lead)) == [own]


def test_a_webhook_that_could_tell_nothing_is_refused(operator: Account) -> None:
    words = {"name": "a", "format": "slack", "owner": operator}
    silent = {"tells_breaches": False, "tells_major_incidents": False}

    for wrong in (silent, {"service": 10**9}, {"name": "Two Words"}, {"priority": 6}):
        with pytest.raises(Invalid):
            add_record(record=webhooks, values={**words, **wrong}, actor=operator, at=AT)
