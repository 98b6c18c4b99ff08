"""The demo is loaded wholly or not at all, and its history is a function of seed and time."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.demo import cast, load_demo
from quarterdeck.config.demo.log import Row, history
from quarterdeck.config.demo.story import story_until
from quarterdeck.core.directory import add_person
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Person
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries import organisation

AT = datetime(2026, 3, 18, 10, 20, tzinfo=UTC)


def silent(*_: object) -> None:
    """Report progress to nobody."""


def instant_of(row: Row) -> datetime:
    """Read a row's time by the wall clock."""
    local = datetime.strptime(row["sys_updated_at"], "%d/%m/%Y %H:%M")  # noqa: DTZ007 — the zone follows
    return local.replace(tzinfo=ZoneInfo(cast.ZONE))


@pytest.mark.django_db
def test_the_demo_is_never_mixed_with_real_people() -> None:
    add_person(name="A real person", actor=operator(), at=AT)

    with pytest.raises(Refused):
        load_demo(actor=operator(), at=AT, report=silent)


@pytest.mark.django_db
def test_a_load_that_is_broken_off_leaves_nothing() -> None:
    def break_off(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_demo(actor=operator(), at=AT, report=break_off)

    left = Person.objects.exists(), ImportBatch.objects.exists(), organisation().is_demo
    assert left == (False, False, False)


def test_the_same_time_gives_the_same_rows() -> None:
    assert history(story_until(AT)) == history(story_until(AT))


def test_another_seed_gives_other_rows() -> None:
    story = story_until(AT)

    assert history(story, seed=1) != history(story, seed=2)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2024, 2, 29, 23, 59, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 5, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ],
    ids=["leap day", "new year", "clocks go back"],
)
def test_the_log_never_passes_the_time_of_loading(at: datetime) -> None:
    log = history(story_until(at))

    assert max(instant_of(row) for row in log.rows) <= at
