"""Two workers post to one webhook at once, and what a killed one leaves behind."""

import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event

import pytest
from django.db import connection
from django.test import override_settings

from quarterdeck.core import clock
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, JobLease
from quarterdeck.core.tests.background.house import House, wait_for
from quarterdeck.core.tests.patience import PATIENCE
from quarterdeck.office.jobs import post_due
from quarterdeck.office.models import Webhook, WebhookPost
from quarterdeck.office.tests.webhook_server import channel
from quarterdeck.office.verbs.webhooks import send_test_message
from quarterdeck.office.vocabulary import PostState

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
COUNT = 6


def waiting(at: datetime) -> Webhook:
    """A webhook for which some messages wait."""
    operator = Account.objects.get(username="operator")
    with acting(actor=operator, verb_name="tests.webhook", at=at):
        hook = Webhook.objects.create(name="network", format="matrix", owner=operator)
    for _ in range(COUNT):
        send_test_message(webhook=hook, actor=operator, at=at)
    return hook


@pytest.mark.usefixtures("fresh_database")
def test_of_two_workers_one_posts_each_message() -> None:
    hook, start = waiting(AT), Barrier(2)

    def work() -> None:
        start.wait(timeout=PATIENCE)
        try:
            post_due(hook, lambda: AT)
        finally:
            connection.close()

    with (
        channel() as chat,
        override_settings(WEBHOOK_ADDRESSES={"network": chat.address}, WEBHOOK_HOSTS=["localhost"]),
    ):
        with ThreadPoolExecutor(2) as pool:
            for each in [pool.submit(work) for _ in range(2)]:
                each.result()
        # Whoever came while the other had one left the rest to it.
        post_due(hook, lambda: AT)

    assert set(Counter(chat.ids).values()) == {1}
    assert WebhookPost.objects.filter(state=PostState.SENT).count() == COUNT == len(chat.ids)


def test_a_kill_between_the_post_and_its_note_loses_none_and_repeats_it_with_its_id(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = waiting(clock.now())
    with channel() as chat:
        chat.holds = Event()
        monkeypatch.setenv("QUARTERDECK_WEBHOOK_ADDRESS_" + hook.name.upper(), chat.address)
        monkeypatch.setenv("QUARTERDECK_WEBHOOK_HOSTS", "localhost")
        house = House(tmp_path, fresh_database, "")
        worker = house.start_worker()
        wait_for(lambda: chat.came or None)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        chat.holds.set()
        # What a dead worker held comes free at once, and not in some minutes.
        JobLease.objects.update(expires_at=clock.now())
        with acting(actor=hook.owner, verb_name="tests.waited", at=clock.now()):
            WebhookPost.objects.update(taken_until=None)
        house.work_off()

    repeated = chat.ids[0]
    expected = dict.fromkeys(WebhookPost.objects.values_list("message_id", flat=True), 1)
    assert Counter(chat.ids) == {**expected, repeated: 2}
    assert WebhookPost.objects.filter(state=PostState.SENT).count() == COUNT
