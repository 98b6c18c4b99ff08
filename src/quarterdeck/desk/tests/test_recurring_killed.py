"""Workers are killed while recurring tickets open: each occurrence opens one, and none is lost."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from quarterdeck.core import clock
from quarterdeck.core.models import JobLease
from quarterdeck.core.tests.background.house import House, copied, migrated, wait_for
from quarterdeck.desk.models import RecurringOccurrence, RecurringTicket, Ticket
from quarterdeck.desk.tests.work_cast import staffed_desk
from quarterdeck.desk.verbs.recurring import Terms, keep_recurring_ticket

RECURRING = 25


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


def opened() -> int:
    return RecurringOccurrence.objects.filter(outcome="opened").count()


def test_killed_workers_open_each_occurrence_once_and_leave_none_out(house: House) -> None:
    """Each was due a day and a half ago and again half a day ago: the latest opens."""
    desk, now = staffed_desk(), clock.now()
    begun = now - timedelta(hours=60)
    for number in range(RECURRING):
        terms = Terms(
            title=f"Backup {number}",
            frequency="daily",
            at_time=(now - timedelta(hours=12)).time().replace(second=0, microsecond=0),
            zone="UTC",
            starts_on=(now - timedelta(hours=36)).date(),
            team=desk.network,
        )
        keep_recurring_ticket(terms=terms, actor=desk.ada, at=begun)

    for enough in (0, 1, 9, 18):
        worker = house.start_worker()
        wait_for(lambda enough=enough: True if opened() >= enough else None)  # type: ignore[misc]  # the number of this round
        worker.kill()
        worker.wait()
        JobLease.objects.update(expires_at=clock.now())
    house.start_worker()
    wait_for(lambda: True if opened() >= RECURRING else None)
    house.close()

    occurrences = RecurringOccurrence.objects.order_by("due_at").values_list("recurring", "outcome")
    every = RecurringTicket.objects.values_list("pk", flat=True)
    both = {(key, outcome) for key in every for outcome in ("left_out", "opened")}
    of_occurrences = RecurringOccurrence.objects.exclude(ticket=None).values_list("ticket")
    assert Counter(occurrences) == Counter(both)
    assert set(of_occurrences) == set(Ticket.objects.values_list("pk"))
    assert Counter(Ticket.objects.values_list("title", flat=True)) == Counter(
        f"Backup {number}" for number in range(RECURRING)
    )
    assert not RecurringTicket.objects.due(clock.now()).exists()
