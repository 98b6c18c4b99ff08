"""What webhooks hear of approvals: that one is asked for, while it waits, and nothing private."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import NounClass
from quarterdeck.office.models import ApprovalRequest, Webhook, WebhookPost
from quarterdeck.office.queries.webhook_subjects import body_of
from quarterdeck.office.tests.approval_cast import (
    MONDAY,
    House,
    account,
    asked,
    decided,
    found_house,
    step,
)
from quarterdeck.office.verbs.approvals import withdraw_approval

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(operator: Account) -> House:
    """A house of which one channel hears of approvals, and another one of breaches alone."""
    house = found_house()
    step(house, "line_manager")
    with acting(actor=operator, verb_name="tests.webhook", at=MONDAY):
        words: dict[str, Any] = {"format": "event", "owner": operator}
        Webhook.objects.create(name="board", tells_approvals=True, **words)
        Webhook.objects.create(name="desk", tells_approvals=False, **words)
    return house


def told() -> list[tuple[str, str, Any]]:
    """What is posted where of each event, by now."""
    with override_settings(PUBLIC_URL="https://desk.example.org"):
        posts = list(WebhookPost.objects.select_related("webhook").order_by("pk"))
        bodies = [body_of(post) for post in posts]
    return [
        (post.webhook.name, post.event, None if body is None else body["data"])
        for post, body in zip(posts, bodies, strict=True)
    ]


def test_an_approval_is_told_once_with_its_title_its_due_time_and_no_person(house: House) -> None:
    request = asked(house, title="A day off")

    ((name, event, data),) = told()

    assert (name, event) == ("board", "approval_asked")
    assert (data["headline"], data["title"]) == ("An approval was asked for", "A day off")
    assert data["due"] == request.due_at.isoformat()
    assert data["link"].endswith(f"/{request.pk}/")
    assert "Rita" not in str(data)


def test_what_was_decided_or_taken_back_before_it_could_be_told_is_not_told(house: House) -> None:
    first = asked(house)
    decided(first, "Lena")
    after_decision = told()
    second = asked(house, at=MONDAY + timedelta(hours=2))
    withdraw_approval(
        request=second,
        reason="Not needed.",
        actor=account("Rita"),
        at=MONDAY + timedelta(hours=3),
    )

    assert after_decision == [("board", "approval_asked", None)]
    assert told() == [("board", "approval_asked", None)] * 2


def test_a_pause_keeps_what_waits_and_a_channel_that_asks_no_more_is_told_nothing(
    house: House, operator: Account
) -> None:
    asked(house)
    with acting(actor=operator, verb_name="tests.webhook", at=MONDAY):
        Webhook.objects.filter(name="board").update(is_active=False)
    paused = told()
    with acting(actor=operator, verb_name="tests.webhook", at=MONDAY):
        Webhook.objects.filter(name="board").update(is_active=True, tells_approvals=False)

    assert paused[0][2] is not None
    assert told() == [("board", "approval_asked", None)]


def test_of_people_and_pay_it_is_told_that_something_waits_and_not_what(house: House) -> None:
    request = asked(house, title="A rise for Sven")
    with acting(actor=account("Rita"), verb_name="tests.personnel", at=MONDAY):
        ApprovalRequest.objects.filter(pk=request.pk).update(noun_class=NounClass.PERSONNEL)

    ((_, _, data),) = told()

    assert data["headline"] == "An approval was asked for"
    assert "Sven" not in str(data)
