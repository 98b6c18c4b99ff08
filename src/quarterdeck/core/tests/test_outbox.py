"""News from below reaches every reaction above, in order, and none gets lost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from quarterdeck.core.acts import labelled
from quarterdeck.core.models import Announcement, Delivery, EvidenceMark
from quarterdeck.core.outbox import announce, deliver_due, reaction, undelivered

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

heard: list[object] = []
failures_to_come: list[Exception] = []

pytestmark = pytest.mark.django_db


@reaction("test.ticket_closed")
def listen(announcement: Announcement) -> None:
    """Remember the ticket."""
    heard.append(announcement.payload["ticket"])


@reaction("test.outage_ended")
def stumble(announcement: Announcement) -> None:
    """Write, then fail as often as the test wants, then remember the outage."""
    EvidenceMark.objects.create(
        domain=f"outage {announcement.payload['outage']}", month=date(2026, 3, 1)
    )
    if failures_to_come:
        raise failures_to_come.pop()
    heard.append(announcement.payload["outage"])


@reaction("test.outage_ended")
def listen_beside(announcement: Announcement) -> None:
    """Remember the outage under another name."""
    heard.append(f"beside {announcement.payload['outage']}")


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """Forget what other tests heard."""
    heard.clear()
    failures_to_come.clear()
    yield
    heard.clear()


def act(topic: str, payload: dict[str, Any], at: datetime) -> None:
    """Announce as a verb does, in a transaction and for somebody."""
    with transaction.atomic(), labelled("account:1"):
        announce(topic, payload, at)


def fail_times(times: int) -> None:
    """Let the stumbling reaction fail this often."""
    failures_to_come.extend(OSError("no route") for _ in range(times))


def tell_at(after: int) -> list[object]:
    """Deliver some seconds later; return what was heard beyond the reaction beside."""
    deliver_due(at=AT + after * SECOND)
    return [news for news in heard if not str(news).startswith("beside")]


def test_a_reaction_hears_what_was_announced() -> None:
    act("test.ticket_closed", {"ticket": 17}, AT)

    deliver_due(at=AT)

    assert heard == [17]


def test_a_reaction_hears_each_announcement_once() -> None:
    act("test.ticket_closed", {"ticket": 17}, AT)

    deliver_due(at=AT)
    deliver_due(at=AT + 3600 * SECOND)

    assert heard == [17]


def test_a_reaction_hears_announcements_in_the_order_of_their_writing() -> None:
    for ticket in range(5):
        # An import announces with the source's times, which need not be in order.
        act("test.ticket_closed", {"ticket": ticket}, AT - ticket * SECOND)

    deliver_due(at=AT)

    assert heard == [0, 1, 2, 3, 4]


def test_what_was_announced_in_a_transaction_that_rolls_back_is_never_heard() -> None:
    with transaction.atomic():
        act("test.ticket_closed", {"ticket": 17}, AT)
        transaction.set_rollback(True)

    deliver_due(at=AT)

    assert heard == []


def test_a_topic_that_nobody_listens_to_leaves_nothing_to_do() -> None:
    act("test.nobody_cares", {}, AT)

    deliver_due(at=AT)

    assert not Delivery.objects.exists()


def test_a_reaction_that_fails_twice_is_told_a_third_time() -> None:
    fail_times(2)
    act("test.outage_ended", {"outage": 1}, AT)

    told = {after: tell_at(after) for after in (0, 10, 30)}

    assert told == {0: [], 10: [], 30: [1]}


def test_a_failed_reaction_waits_before_it_is_told_again() -> None:
    fail_times(1)
    act("test.outage_ended", {"outage": 1}, AT)

    told = {after: tell_at(after) for after in (0, 9, 10)}

    assert told == {0: [], 9: [], 10: [1]}


def test_what_a_reaction_wrote_before_it_failed_is_undone() -> None:
    fail_times(1)
    act("test.outage_ended", {"outage": 1}, AT)

    deliver_due(at=AT)

    assert not EvidenceMark.objects.exists()


def test_a_failing_reaction_holds_up_no_other() -> None:
    fail_times(1)
    act("test.outage_ended", {"outage": 1}, AT)

    deliver_due(at=AT)

    assert heard == ["beside 1"]


def test_a_failed_announcement_lets_the_next_ones_pass() -> None:
    fail_times(1)
    for outage in (1, 2):
        act("test.outage_ended", {"outage": outage}, AT)

    told = {after: tell_at(after) for after in (0, 10)}

    assert told == {0: [2], 10: [2, 1]}


def test_an_undelivered_announcement_shows_its_error() -> None:
    fail_times(1)
    act("test.outage_ended", {"outage": 1}, AT)

    deliver_due(at=AT)

    assert [row.error.splitlines()[-1] for row in undelivered()] == ["OSError: no route"]


def test_a_batch_bounds_what_one_round_delivers() -> None:
    for ticket in range(5):
        act("test.ticket_closed", {"ticket": ticket}, AT)

    deliver_due(at=AT, batch=2)

    assert heard == [0, 1]
