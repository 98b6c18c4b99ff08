"""A webhook is for a service itself: under whatever name, and as long as there is one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import ProtectedError

from quarterdeck.core.acts import acting
from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Account
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.waiting import told_by
from quarterdeck.office.models import Webhook, WebhookPost
from quarterdeck.office.models.webhooks import Concern
from quarterdeck.office.records.webhooks import waiting_webhooks, webhooks
from quarterdeck.office.verbs.webhooks import WebhookNews, resume_webhook
from quarterdeck.office.vocabulary import WebhookEvent
from quarterdeck.services.models import Service

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
BEFORE, AFTER = "0026_period_rule_withdrawals", "0027_services_of_webhooks"


def heard(actor: Account, service: Service | None) -> list[str]:
    """Tell a breach that concerns a service, and return which webhooks hear of it."""
    key = None if service is None else service.pk
    with acting(actor=actor, verb_name="tests.breached", at=AT):
        WebhookPost.objects.all().delete()
        concern = Concern(service=key)
        WebhookNews(event=WebhookEvent.CLOCK_BREACH, about="x:1", at=AT, concern=concern).tell()
    return list(WebhookPost.objects.values_list("webhook__name", flat=True).order_by("webhook"))


@pytest.fixture
def mail(given: Given) -> Service:
    with given():
        return Service.objects.create(name="Mail")


@pytest.mark.django_db
def test_a_renamed_service_is_still_told(mail: Service, operator: Account, given: Given) -> None:
    with given():
        words: dict[str, Any] = {"format": "slack", "owner": operator}
        Webhook.objects.create(name="mail", service=mail, **words)
        Webhook.objects.create(name="all", **words)
        web = Service.objects.create(name="Web")
        Service.objects.filter(pk=mail.pk).update(name="Post")

        assert heard(operator, mail) == ["mail", "all"]
        assert (heard(operator, web), heard(operator, None)) == (["all"], ["all"])


@pytest.mark.django_db
def test_a_service_that_a_webhook_is_for_does_not_go(
    mail: Service, operator: Account, given: Given
) -> None:
    with given():
        Webhook.objects.create(name="mail", format="slack", owner=operator, service=mail)
        with pytest.raises(ProtectedError):
            mail.delete()


@pytest.mark.django_db
def test_a_program_names_the_service_by_its_key_or_as_before_by_its_name(
    mail: Service, operator: Account
) -> None:
    kept = {}
    for name, given in {"a": mail.pk, "b": "Mail", "c": "", "d": None}.items():
        values = {"name": name, "format": "slack", "owner": operator, "service": given}
        add_record(record=webhooks, values=values, actor=operator, at=AT)
        kept[name] = Webhook.objects.get(name=name).service
    row = Webhook.objects.get(name="c")
    for given in ("Nowhere", 10**9):
        with pytest.raises(Invalid, match="no such service"):
            change_record(
                record=webhooks,
                row=row,
                version=1,
                values={"service": given},
                actor=operator,
                at=AT,
            )

    assert kept == {"a": mail, "b": mail, "c": None, "d": None}


def migrate(name: str) -> None:
    call_command("migrate", "office", name, verbosity=0)


def names() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT service FROM office_webhook ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_names_become_services_and_go_back_to_names(operator: Account, given: Given) -> None:
    with given():
        services = [Service.objects.create(name=name) for name in ("Mail", "Web")]
        words: dict[str, Any] = {"format": "slack", "owner": operator}
        for name, service in zip("ab", services, strict=True):
            Webhook.objects.create(name=name, service=service, **words)
        Webhook.objects.create(name="c", **words)
    migrate(BEFORE)
    back = names()
    with connection.cursor() as cursor, given():
        cursor.execute("UPDATE office_webhook SET service = 'Fax' WHERE name = 'b'")
    migrate(AFTER)

    found = list(Webhook.objects.order_by("name").values_list("name", "service", "is_active"))
    lost = Webhook.objects.get(name="b")
    assert back == ["Mail", "Web", ""]
    assert found == [("a", services[0].pk, True), ("b", None, False), ("c", None, True)]
    assert lost.pause_reason == (
        "Its service “Fax” no longer exists. Choose another one, or resume it to be told of every "
        "service."
    )
    # It hears of nothing, and its owner of that.
    assert heard(operator, services[1]) == ["c"]
    assert [(item.title, item.detail) for item in told_by([waiting_webhooks], operator, AT)] == [
        ("The webhook “b” is paused", lost.pause_reason)
    ]
    migrate(BEFORE)
    assert names() == ["Mail", "Fax", ""]
    migrate(AFTER)
    resume_webhook(webhook=lost, version=lost.version + 1, actor=operator, at=AT)
    assert heard(operator, services[1]) == ["b", "c"]
