"""The clock starts jobs, once for each due time however many workers look."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from quarterdeck.core.jobs import job, scheduled
from quarterdeck.core.jobs.run import run_next
from quarterdeck.core.jobs.schedule import Daily, Every, enqueue_due, rules
from quarterdeck.core.models import ScheduledJob

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@job()
def sweep() -> None:
    """Sweep the deck."""


HOURLY = {sweep.name: Every(HOUR)}


def look(rule: Every | Daily, at: datetime) -> int:
    """Look at the schedule at an instant, and let a worker run what that enqueued; count it."""
    with time_machine.travel(at, tick=False):
        started = enqueue_due({sweep.name: rule}, at=at)
        while run_next("one"):
            pass
    return len(started)


@pytest.mark.django_db
def test_a_job_with_an_interval_runs_at_once_and_then_in_its_beat() -> None:
    minutes = (0, 59, 60, 61, 119, 120)

    runs = [look(Every(HOUR), AT + timedelta(minutes=minute)) for minute in minutes]

    assert runs == [1, 0, 1, 0, 0, 1]


@pytest.mark.django_db
def test_a_daily_job_waits_for_its_time_of_day() -> None:
    rule = Daily(time(10, 0), "Europe/Vienna")

    runs = [look(rule, AT + timedelta(hours=hours)) for hours in (0, 23, 24, 47)]

    # Ten o'clock in Vienna is nine in UTC: the planning look comes a moment too late for today's.
    assert runs == [0, 0, 1, 0]


@pytest.mark.django_db
def test_a_worker_that_was_off_for_a_day_makes_up_for_it_once() -> None:
    look(Every(HOUR), AT)

    runs = [look(Every(HOUR), AT + timedelta(hours=hours)) for hours in (24.5, 24.6, 25)]

    assert runs == [1, 0, 1]


@pytest.mark.django_db
def test_a_job_that_has_not_ended_is_not_started_again() -> None:
    enqueue_due(HOURLY, at=AT)

    again = enqueue_due(HOURLY, at=AT + HOUR)

    assert (again, DBTaskResult.objects.count()) == ([], 1)


@pytest.mark.django_db
def test_a_due_time_that_was_left_out_is_not_made_up_for() -> None:
    enqueue_due(HOURLY, at=AT)
    enqueue_due(HOURLY, at=AT + HOUR)
    with time_machine.travel(AT + HOUR, tick=False):
        run_next("one")

    runs = [look(Every(HOUR), AT + 1.5 * HOUR), look(Every(HOUR), AT + 2 * HOUR)]

    assert runs == [0, 1]


@pytest.mark.django_db
def test_a_rule_that_was_changed_in_the_code_makes_a_new_due_time() -> None:
    look(Daily(time(23, 0), "UTC"), AT)

    look(Daily(time(12, 0), "UTC"), AT)

    assert ScheduledJob.objects.get().due_at == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_zone_that_does_not_exist_holds_up_no_other_job() -> None:
    nowhere = Daily(time(12, 0), lambda: "Mars/Olympus")

    started = enqueue_due({"core.pruning.prune": nowhere, **HOURLY}, at=AT)

    assert started == [sweep.name]


@pytest.mark.parametrize(
    ("zone", "local", "at", "due"),
    [
        # The end of summer time in the European Union on 25 October 2026, 01:00 UTC (2000/84/EC).
        ("Europe/Vienna", time(2, 30), "2026-10-24T12:00+00:00", "2026-10-25T00:30+00:00"),
        ("Europe/Vienna", time(2, 30), "2026-10-25T01:00+00:00", "2026-10-26T01:30+00:00"),
        # Its beginning on 29 March 2026: 02:30 does not exist, and comes half an hour after 03:00.
        ("Europe/Vienna", time(2, 30), "2026-03-28T12:00+00:00", "2026-03-29T01:30+00:00"),
        ("Europe/Vienna", time(2, 30), "2026-03-29T01:30+00:00", "2026-03-30T00:30+00:00"),
        # The local day is ahead of the UTC day, and behind it.
        ("Pacific/Kiritimati", time(6, 0), "2026-03-02T15:59+00:00", "2026-03-02T16:00+00:00"),
        ("Pacific/Pago_Pago", time(23, 0), "2026-03-02T09:59+00:00", "2026-03-02T10:00+00:00"),
    ],
)
def test_a_local_time_comes_once_a_day(zone: str, local: time, at: str, due: str) -> None:
    following = Daily(local, zone).first(datetime.fromisoformat(at))

    assert following == datetime.fromisoformat(due)


def test_a_schedule_needs_exactly_one_rule() -> None:
    with pytest.raises(ValueError, match="either"):
        scheduled(every=HOUR, daily_at=time(3, 0))


def test_a_schedule_without_an_interval_would_never_rest() -> None:
    with pytest.raises(ValueError, match="positive"):
        scheduled(every=timedelta(0))


def test_old_traces_are_removed_every_night() -> None:
    assert str(rules()["core.pruning.prune"]) == "daily at 03:20 UTC"
