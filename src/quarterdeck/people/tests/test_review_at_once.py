"""Two people who review one draft at the same moment, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.people.models import DraftedRecord, JobClass, JobDraft
from quarterdeck.people.tests.house import (
    AT,
    DESCRIPTION,
    JANUARY,
    House,
    confirm_doubtful,
    drafted,
    open_house,
    record,
)
from quarterdeck.people.verbs.approval import Placing, approve_draft
from quarterdeck.people.verbs.review import accept_record, drop_record, merge_records

pytestmark = pytest.mark.usefixtures("fresh_database")

BERTHS, LIGHTS = "Assigns berths to every ship that calls.", "Keeps the lights of the pier burning."
Act = Callable[[], object]


def at_once(*acts: Act) -> list[str]:
    """Let each act begin once all are ready; return what came of them, sorted."""
    start = Barrier(len(acts))

    def run(act: Act) -> str:
        start.wait(timeout=30)
        try:
            act()
        except Conflict:
            return "conflict"
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as people:
        return sorted(people.map(run, acts))


def accept(found: DraftedRecord, house: House) -> Act:
    return lambda: accept_record(record=found, version=1, actor=house.hal, at=AT)


def drop(found: DraftedRecord, house: House) -> Act:
    return lambda: drop_record(record=found, version=1, actor=house.iris, at=AT)


def merge(found: DraftedRecord, into: DraftedRecord, house: House) -> Act:
    return lambda: merge_records(
        record=found, version=1, into=into, into_version=1, actor=house.iris, at=AT
    )


def approve(draft: JobDraft, house: House, title: str = "Harbour Master") -> Act:
    return lambda: approve_draft(
        draft=draft,
        version=1,
        placing=Placing(family="Port", title=title),
        effective_on=JANUARY,
        actor=house.hal,
        at=AT,
    )


def ready(house: House) -> JobDraft:
    draft = drafted(house.iris, DESCRIPTION)
    confirm_doubtful(draft, house.iris)
    return draft


def test_of_two_decisions_about_one_record_the_second_is_told() -> None:
    house = open_house()
    lights = record(ready(house), LIGHTS)

    answers = at_once(accept(lights, house), drop(lights, house))

    lights.refresh_from_db()
    assert (answers, lights.version) == (["conflict", "done"], 2)


def test_two_records_that_are_joined_to_each_other_leave_one() -> None:
    house = open_house()
    draft = ready(house)
    berths, lights = record(draft, BERTHS), record(draft, LIGHTS)

    answers = at_once(merge(berths, lights, house), merge(lights, berths, house))

    kept = draft.records.kept().filter(pk__in=(berths.pk, lights.pk)).count()
    assert (answers, kept) == (["conflict", "done"], 1)


def test_a_draft_is_approved_once() -> None:
    house = open_house()
    draft = ready(house)

    answers = at_once(approve(draft, house), approve(draft, house))

    assert (answers, JobClass.objects.count()) == (["conflict", "done"], 1)


def test_of_two_drafts_of_one_class_the_second_is_told() -> None:
    house = open_house()
    first, second = ready(house), ready(house)

    answers = at_once(approve(first, house), approve(second, house))

    assert (answers, JobClass.objects.count()) == (["done", "refused"], 1)


@pytest.mark.parametrize("is_approved_first", [True, False])
def test_a_decision_comes_before_the_approval_or_not_at_all(*, is_approved_first: bool) -> None:
    house = open_house()
    draft = ready(house)
    acts = [accept(record(draft, LIGHTS), house), approve(draft, house)]

    answers = [at_once(act) for act in (reversed(acts) if is_approved_first else acts)]

    assert answers == ([["done"], ["refused"]] if is_approved_first else [["done"], ["done"]])
