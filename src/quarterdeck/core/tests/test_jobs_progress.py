"""Work that somebody watches is queued once about each thing, and says how far it is."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from quarterdeck.core.jobs import (
    enqueue_once,
    has_worker,
    job,
    note_progress,
    release,
    scheduled,
    watched,
)
from quarterdeck.core.jobs.run import run_next
from quarterdeck.core.jobs.schedule import Every, enqueue_due

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@job(attempts=1)
def weigh(*, thing: str) -> None:
    """Weigh a thing; an anvil is too much."""
    if thing == "anvil":
        message = "it is: too heavy"
        raise OSError(message)


@scheduled(every=timedelta(minutes=1))
@job()
def tick() -> None:
    """Do nothing, every minute."""


def test_what_is_asked_for_twice_is_done_once() -> None:
    asked = [
        enqueue_once(weigh, thing, thing=thing) for thing in ("feather", "feather", "feather 2")
    ]

    assert (asked, DBTaskResult.objects.count()) == ([True, False, True], 2)


def test_what_has_ended_can_be_asked_for_again() -> None:
    enqueue_once(weigh, "feather", thing="feather")
    run_next("one")

    assert enqueue_once(weigh, "feather", thing="feather")


def test_whoever_asks_after_a_run_has_handed_over_gets_a_run_of_its_own() -> None:
    enqueue_once(weigh, "feather", thing="feather")

    release(weigh, "feather")

    assert (watched(weigh, "feather"), enqueue_once(weigh, "feather", thing="feather")) == (
        {},
        True,
    )


def test_whoever_watches_sees_how_far_a_job_has_come() -> None:
    enqueue_once(weigh, "feather", thing="feather")
    note_progress(weigh, "feather", done=3, of=8)

    seen = watched(weigh, "feather", "nothing")

    assert {thing: (run.done, run.of, run.is_unfinished) for thing, run in seen.items()} == {
        "feather": (3, 8, True)
    }


def test_whoever_watches_sees_why_a_job_was_given_up() -> None:
    enqueue_once(weigh, "anvil", thing="anvil")
    run_next("one")

    run = watched(weigh, "anvil")["anvil"]

    assert (run.has_failed, run.is_unfinished, run.refusal) == (True, False, "it is: too heavy")


def test_a_worker_is_known_by_the_last_job_that_it_has_ended() -> None:
    before = has_worker(AT)
    with time_machine.travel(AT, tick=False):
        enqueue_due({tick.name: Every(timedelta(minutes=1))}, at=AT)
        run_next("one")

    after = [has_worker(AT + timedelta(minutes=minutes)) for minutes in (1, 6)]
    assert (before, after) == (False, [True, False])
