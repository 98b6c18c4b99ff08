"""Workers are killed while clocks run out: each breach is noted, told and escalated once."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from quarterdeck.core import clock
from quarterdeck.core.models import Announcement, Delivery, JobLease
from quarterdeck.core.tests.background.house import House, copied, migrated, wait_for
from quarterdeck.desk.models import Escalation, EscalationEvent, ServiceLevelEvent
from quarterdeck.desk.tests.escalation_cast import led_desk, policy
from quarterdeck.desk.tests.promised import RESOLUTION, promised
from quarterdeck.desk.tests.work_cast import opened
from quarterdeck.desk.verbs.clock_events import CLOCK_EVENT
from quarterdeck.office.models import OutgoingMail

TICKETS = 30


@pytest.fixture
def house(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A fresh installation whose database this test and its workers share."""
    original, copy = tmp_path / "original", tmp_path / "copy"
    original.mkdir()
    copy.mkdir()
    with (
        migrated(original) as made,
        django_db_blocker.unblock(),
        copied(made, copy) as fresh,
    ):
        yield fresh


def delivered() -> int:
    """How many pieces of news about clocks have reached whom they concern."""
    heard = Delivery.objects.filter(announcement__topic=CLOCK_EVENT, delivered_at__isnull=False)
    return heard.count()


def test_killed_workers_lose_no_breach_and_double_none(house: House) -> None:
    desk = led_desk()
    now = clock.now()
    promised({RESOLUTION: 1}, actor=desk.operator)
    policy(desk.operator, begins_on=(now - timedelta(days=20)).date())
    # An hour of work after that is over by now, whatever day of the week it is.
    keys = [opened(desk, at=now - timedelta(days=6)).pk for _ in range(TICKETS)]
    before = OutgoingMail.objects.count()

    for enough in (0, 5, 25):
        worker = house.start_worker()
        wait_for(lambda enough=enough: True if delivered() >= enough else None)  # type: ignore[misc]  # the number of this round
        worker.kill()
        worker.wait()
        JobLease.objects.update(expires_at=clock.now())
    house.start_worker()
    wait_for(lambda: True if delivered() >= 2 * TICKETS else None)
    house.close()

    events = ServiceLevelEvent.objects.values_list("ticket_id", "kind")
    assert sorted(events) == [(key, "breach") for key in keys]
    assert Announcement.objects.filter(topic=CLOCK_EVENT).count() == TICKETS
    assert Counter(Escalation.objects.values_list("ticket_id", flat=True)) == Counter(keys)
    assert EscalationEvent.objects.count() == TICKETS
    told = OutgoingMail.objects.filter(subject__contains="an escalation waits")
    assert (told.count(), OutgoingMail.objects.count() - before) == (TICKETS, TICKETS)
