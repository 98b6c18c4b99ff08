"""What is told to a webhook is posted once, kept through failures, and never floods a channel."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.models import Account, Team, Unit
from quarterdeck.core.waiting import told_by
from quarterdeck.kernels.chat import Notice, secret_bytes, signature
from quarterdeck.office.jobs import post_due
from quarterdeck.office.models import Webhook, WebhookPost, WebhookStanding
from quarterdeck.office.models.webhooks import Concern
from quarterdeck.office.queries.webhook_subjects import WebhookSubject, register_webhook_subjects
from quarterdeck.office.records.webhooks import waiting_webhooks
from quarterdeck.office.tests.webhook_server import PATH, Channel, channel
from quarterdeck.office.verbs.webhooks import (
    ATTEMPT,
    MOST_ATTEMPTS,
    MOST_FAILURES,
    MOST_SINGLE,
    STALE,
    WebhookNews,
    begin_posting,
    pause_webhook,
    resume_webhook,
    send_test_message,
)
from quarterdeck.office.vocabulary import PostState, WebhookEvent

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 — published with Standard Webhooks

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat() -> Iterator[Channel]:
    with (
        channel() as known,
        override_settings(
            WEBHOOK_ADDRESSES={"network": known.address},
            WEBHOOK_SECRETS={"network": SECRET},
            WEBHOOK_HOSTS=["localhost"],
            PUBLIC_URL="https://desk.example.org",
        ),
    ):
        yield known


@pytest.fixture
def hook(operator: Account) -> Webhook:
    with acting(actor=operator, verb_name="tests.webhook", at=AT):
        return Webhook.objects.create(name="network", format="slack", owner=operator)


def _all_of_the_network(keys: Collection[int], _event: WebhookEvent) -> dict[int, Concern]:
    """What is odd concerns the network, and the rest nobody in particular."""
    teams = frozenset(Team.objects.filter(name="Network").values_list("pk", flat=True))
    return {key: Concern(teams if key % 2 else frozenset()) for key in keys}


register_webhook_subjects(
    WebhookSubject("storm", lambda key, _: Notice(f"Storm {key}"), _all_of_the_network)
)


def tried(hook: Webhook, count: int = 1, at: datetime = AT) -> None:
    """Let so many test messages wait."""
    for _ in range(count):
        send_test_message(webhook=hook, actor=hook.owner, at=at)


def breached(hook: Webhook, count: int, at: datetime = AT) -> None:
    """Let so many breaches wait to be told, of clocks on which nothing else is known here."""
    with acting(actor=hook.owner, verb_name="tests.breached", at=at):
        for number in range(count):
            about = f"storm:{number}"
            WebhookNews(event=WebhookEvent.CLOCK_BREACH, about=about, at=at).tell()


def post(hook: Webhook, at: datetime = AT) -> None:
    post_due(hook, lambda: at)


def states() -> dict[str, int]:
    return Counter(WebhookPost.objects.order_by().values_list("state", flat=True))


def standing() -> tuple[int, datetime | None]:
    row = WebhookStanding.objects.get()
    return row.failures, row.waits_until


def test_a_message_is_posted_and_noted(chat: Channel, hook: Webhook) -> None:
    tried(hook)

    post(hook)

    sent = WebhookPost.objects.get()
    assert (sent.state, sent.status, sent.sent_at) == (PostState.SENT, 200, AT)
    (path, headers, _), (body,) = chat.came[0], chat.bodies
    assert (path, headers["webhook-id"], headers["webhook-timestamp"]) == (
        PATH,
        sent.message_id,
        str(int(AT.timestamp())),
    )
    assert body["blocks"][1]["text"]["text"] == "The webhook “network” arrives here."


def test_an_event_is_signed(chat: Channel, hook: Webhook) -> None:
    with acting(actor=hook.owner, verb_name="tests.format", at=AT):
        Webhook.objects.update(format="event")
    tried(hook)

    post(hook)

    _, headers, body = chat.came[0]
    stamp = int(headers["webhook-timestamp"])
    expected = signature(secret_bytes(SECRET), headers["webhook-id"], stamp, body)
    assert headers["webhook-signature"] == expected
    assert chat.bodies[0]["type"] == "test"


def test_a_server_in_trouble_is_tried_again_after_growing_pauses(
    chat: Channel, hook: Webhook
) -> None:
    chat.answers = [(500, {}, "out of order"), (503, {}, "")]
    tried(hook)

    post(hook)
    post(hook, AT + timedelta(seconds=29))
    first = standing()
    post(hook, AT + timedelta(seconds=30))
    second = standing()
    post(hook, AT + timedelta(seconds=90))

    assert first == (1, AT + timedelta(seconds=30))
    assert second == (2, AT + timedelta(seconds=90))
    assert (states(), standing()) == ({PostState.SENT: 1}, (0, None))
    # All three attempts bear one id, by which a receiver knows what it has taken already.
    assert (len(chat.ids), len(set(chat.ids))) == (3, 1)


@pytest.mark.parametrize("wait", ["600", "Wed, 01 Jul 2026 09:10:00 GMT"])
def test_a_server_that_asks_for_patience_gets_it(chat: Channel, hook: Webhook, wait: str) -> None:
    chat.answers = [(429, {"Retry-After": wait}, "slow down")]
    tried(hook, 2)

    post(hook)
    post(hook, AT + timedelta(seconds=599))
    asked = len(chat.came)
    post(hook, AT + timedelta(seconds=600))

    # Asking for patience is no failure of the webhook.
    assert (asked, len(chat.came), standing()) == (1, 3, (0, None))


def test_a_message_is_given_up_after_its_attempts_and_its_owner_is_told(
    chat: Channel, hook: Webhook
) -> None:
    chat.usual = (500, {}, "")
    tried(hook)

    at = AT
    for _ in range(MOST_ATTEMPTS):
        post(hook, at)
        at += timedelta(hours=2)
        WebhookStanding.objects.update(waits_until=None)

    given_up = WebhookPost.objects.get()
    assert (given_up.state, given_up.attempts, given_up.status) == (PostState.FAILED, 8, 500)
    told = [item.title for item in told_by([waiting_webhooks], hook.owner, AT)]
    assert "Messages to the webhook “network” did not arrive" in told


def test_a_refusal_is_final_and_quotes_no_secret(chat: Channel, hook: Webhook) -> None:
    chat.answers = [(404, {}, f"no_service at {PATH}")]
    tried(hook)

    post(hook)

    refused = WebhookPost.objects.get()
    assert (refused.state, refused.answer) == (
        PostState.REFUSED,
        "The server answers 404: no_service at /…/…/…",
    )


def test_a_redirect_is_not_followed(chat: Channel, hook: Webhook) -> None:
    chat.answers = [(302, {"Location": chat.address}, "")]
    tried(hook)

    post(hook)

    assert (len(chat.came), states()) == (1, {PostState.REFUSED: 1})


def test_an_address_that_is_gone_is_paused_and_its_owner_is_told(
    chat: Channel, hook: Webhook
) -> None:
    chat.answers = [(410, {}, "")]
    tried(hook, 2)

    post(hook)

    hook.refresh_from_db()
    assert (hook.is_active, hook.pause_reason) == (
        False,
        "After 1 failures in a row. The server answers 410.",
    )
    assert "The webhook “network” is paused" in [
        item.title for item in told_by([waiting_webhooks], hook.owner, AT)
    ]


def test_many_failures_in_a_row_pause_a_webhook_and_resuming_counts_anew(
    chat: Channel, hook: Webhook
) -> None:
    chat.usual = (403, {}, "")
    breached(hook, MOST_FAILURES + 1)
    with acting(actor=hook.owner, verb_name="tests.format", at=AT):
        WebhookPost.objects.update(event=WebhookEvent.TEST)

    post(hook)
    hook.refresh_from_db()
    is_paused = not hook.is_active
    breached(hook, 3)
    resume_webhook(webhook=hook, version=hook.version, actor=hook.owner, at=AT)

    assert is_paused
    # What happens while it is paused is not written down.
    assert WebhookPost.objects.count() == MOST_FAILURES + 1
    assert standing() == (0, None)


def test_a_storm_is_told_as_some_messages_and_one_sum(chat: Channel, hook: Webhook) -> None:
    with acting(actor=hook.owner, verb_name="tests.storm", at=AT):
        for number in range(500):
            WebhookPost.objects.create(
                webhook=hook,
                event=WebhookEvent.CLOCK_BREACH,
                about=f"storm:{number}" if number >= MOST_SINGLE else "",
                message_id=f"msg_{number}",
                noted_at=AT,
            )
        # These stand for themselves: the words of a test message need nothing else.
        first = WebhookPost.objects.order_by("pk")[:MOST_SINGLE].values("pk")
        WebhookPost.objects.filter(pk__in=first).update(event=WebhookEvent.TEST)

    post(hook)

    assert len(chat.came) == MOST_SINGLE + 1
    assert chat.bodies[-1]["blocks"][0]["text"]["text"].startswith("*And 480 more*")
    assert states() == {PostState.SENT: 500}
    assert WebhookPost.objects.filter(told_with__isnull=False).count() == 479


def test_a_sum_counts_what_its_channel_still_asks_for_and_drops_the_rest(
    chat: Channel, hook: Webhook
) -> None:
    tried(hook, MOST_SINGLE)
    breached(hook, 9)
    with acting(actor=hook.owner, verb_name="tests.narrow", at=AT):
        team = Team.objects.create(name="Network", unit=Unit.objects.create(name="IT", path="1."))
        Webhook.objects.update(team=team)

    post(hook)

    # Of storms 0 to 8, those with odd numbers are of the network.
    assert chat.bodies[-1]["blocks"][0]["text"]["text"].startswith("*And 4 more*")
    dropped = WebhookPost.objects.filter(state=PostState.DROPPED).values_list("about", flat=True)
    assert sorted(dropped) == ["storm:0", "storm:2", "storm:4", "storm:6", "storm:8"]


def test_a_sum_of_which_nothing_is_left_is_not_told(chat: Channel, hook: Webhook) -> None:
    tried(hook, MOST_SINGLE)
    breached(hook, 9)
    with acting(actor=hook.owner, verb_name="tests.narrow", at=AT):
        Webhook.objects.update(tells_breaches=False)

    post(hook)

    assert (len(chat.came), states()) == (
        MOST_SINGLE,
        {PostState.SENT: MOST_SINGLE, PostState.DROPPED: 9},
    )


def test_after_a_sum_the_next_waits_for_some_minutes(chat: Channel, hook: Webhook) -> None:
    tried(hook, MOST_SINGLE)
    post(hook)
    breached(hook, 2)
    post(hook, AT + timedelta(seconds=1))
    breached(hook, 2, AT + timedelta(minutes=1))

    post(hook, AT + timedelta(minutes=4))
    early = len(chat.came)
    post(hook, AT + timedelta(minutes=6))

    assert (early, len(chat.came)) == (MOST_SINGLE + 1, MOST_SINGLE + 2)


def test_what_nobody_could_be_told_for_a_day_is_given_up(chat: Channel, hook: Webhook) -> None:
    tried(hook)

    post(hook, AT + STALE + timedelta(seconds=1))

    assert (states(), chat.came) == ({PostState.FAILED: 1}, [])


def test_what_is_known_no_more_is_dropped(chat: Channel, hook: Webhook) -> None:
    with acting(actor=hook.owner, verb_name="tests.gone", at=AT):
        Webhook.objects.update(tells_approvals=True)
        WebhookNews(event=WebhookEvent.APPROVAL, about="approval:17", at=AT).tell()

    post(hook)

    assert (states(), chat.came) == ({PostState.DROPPED: 1}, [])


def test_a_worker_that_died_with_a_message_leaves_it_to_the_next(
    chat: Channel, hook: Webhook
) -> None:
    tried(hook)
    begin_posting(webhook=hook, actor=worker_account(), at=AT)

    post(hook, AT + ATTEMPT - timedelta(seconds=1))
    early = len(chat.came)
    post(hook, AT + ATTEMPT)

    assert (early, len(chat.came), WebhookPost.objects.get().attempts) == (0, 1, 2)


def test_a_webhook_without_an_address_says_so_and_waits(chat: Channel, hook: Webhook) -> None:
    tried(hook)

    with override_settings(WEBHOOK_ADDRESSES={}):
        post(hook)

    waiting = WebhookPost.objects.get()
    name = hook.name.upper()
    expected = (
        f"There is no address: set QUARTERDECK_WEBHOOK_ADDRESS_{name} and restart the worker."
    )
    assert (waiting.state, waiting.answer, chat.came) == (PostState.WAITING, expected, [])


def test_one_who_saw_an_older_version_pauses_nothing(hook: Webhook) -> None:
    pause_webhook(webhook=hook, version=1, actor=hook.owner, at=AT)

    with pytest.raises(Conflict):
        resume_webhook(webhook=hook, version=1, actor=hook.owner, at=AT)
    with pytest.raises(Refused):
        pause_webhook(webhook=hook, version=2, actor=hook.owner, at=AT)
