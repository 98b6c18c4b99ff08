"""Programs steer: they set and end targets, have months closed, restate, and set what counts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from quarterdeck.config.api import steering
from quarterdeck.config.tests.tokens import Program
from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.evidence import touch
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.jobs.declaration import load
from quarterdeck.core.models import Account, Person
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import CannedReply, PriorityMatrix, RoutineDefinition
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.queries.actions import DOMAIN
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.scorecard.models import Restatement, Target

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
KEY = "planning.actions_on_time"
SCORECARD, ACTIONS = "/api/v1/scorecard", "/api/v1/planning/corrective-actions"


@pytest.fixture
def owner(operator: Account) -> Person:
    return add_person(name="Nkechi Baptiste", actor=operator, at=AT)


@pytest.fixture
def program(operator: Account) -> Iterator[Program]:
    """A program of the IT manager."""
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)
    with time_machine.travel(AT, tick=False):
        yield Program(manager)


def seen(told: dict[str, Any]) -> str:
    return f'"{told["id"]}.{told["version"]}"'


def test_an_action_is_opened_handed_on_and_completed(program: Program, owner: Person) -> None:
    given: dict[str, Any] = {"title": "Train the desk", "owner": owner.pk, "due_on": "2026-07-01"}
    status, action = program.post(ACTIONS, **given)
    acts = f"{ACTIONS}/{action['id']}/acts"

    unseen = program.post(f"{acts}/complete", what_was_done="Trained.")
    moved = program.post(
        f"{acts}/reassign", seen(action), owner=owner.pk, due_on="2026-08-01", reason="Holidays"
    )
    late = program.post(f"{acts}/cancel", seen(action), reason="No longer needed.")
    done = program.post(f"{acts}/complete", seen(moved[1]), what_was_done="All were trained.")
    again = program.post(f"{acts}/cancel", seen(done[1]), reason="No longer needed.")

    answers = [status, unseen[0], moved[0], late[0], done[0], again[0]]
    assert answers == [201, 428, 200, 412, 200, 409]
    row = CorrectiveAction.objects.get()
    assert (row.state, row.due_on, row.what_was_done) == (
        "done",
        date(2026, 8, 1),
        "All were trained.",
    )


def test_a_target_is_set_and_ended_as_it_was_seen(program: Program, owner: Person) -> None:
    given: dict[str, Any] = {
        "measure": KEY,
        "owner": owner.pk,
        "valid_from": "2026-07-01",
        "reason": "Agreed",
    }
    status, target = program.post(f"{SCORECARD}/targets", value="0.9", warning="0.95", **given)
    ends = f"{SCORECARD}/targets/{target['id']}/end"

    unseen = program.post(ends, last_day="2026-12-31")
    ended = program.post(ends, seen(target), last_day="2026-12-31")
    again = program.post(ends, seen(ended[1]), last_day="2026-12-31")
    share = program.post(f"{SCORECARD}/targets", value="7", **given)
    nowhere = program.post(
        f"{SCORECARD}/targets", **given | {"measure": "no.such_measure"}, value="0.9"
    )
    nobody = program.post(f"{SCORECARD}/targets", **given | {"owner": 10**9}, value="0.9")

    answers = [status, unseen[0], ended[0], again[0], share[0], nowhere[0], nobody[0]]
    assert answers == [201, 428, 200, 409, 409, 404, 422]
    row = Target.objects.get()
    assert (row.valid_to, row.version, ended[1]["valid_to"]) == (
        date(2026, 12, 31),
        2,
        "2026-12-31",
    )
    items = program.get(f"{SCORECARD}/targets")[1]["items"]
    assert [(each["id"], each["value"]) for each in items] == [(row.pk, "0.900000")]


def test_targets_that_one_may_not_read_hide_no_others(
    program: Program, owner: Person, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "_MOST", 1)
    shared: dict[str, Any] = {"scope": "organisation", "value": 1, "owner": owner}
    with given():
        for measure, day in ((KEY, 1), ("no.such_measure", 2)):
            Target.objects.create(measure=measure, valid_from=date(2026, 7, day), **shared)

    items = program.get(f"{SCORECARD}/targets")[1]["items"]

    assert [(each["measure"], each["valid_from"]) for each in items] == [(KEY, "2026-07-01")]


def test_a_month_is_closed_by_a_worker_and_restated_with_a_reason(
    owner: Person, operator: Account, given: Given
) -> None:
    load()
    with given():
        action = CorrectiveAction.objects.create(
            title="Train",
            owner=owner,
            due_on=date(2026, 5, 20),
            opened_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)
    said = {"measure": KEY, "period": "2026-05"}
    with time_machine.travel(AT, tick=False):
        program = Program(manager)
        asked = [program.post(f"{SCORECARD}/closings", period="2026-05") for _ in range(2)]
        running = program.post(f"{SCORECARD}/closings", period="2026-06")
        run_worker(until_idle=True)
        months = program.get(f"{SCORECARD}/closings")[1]["items"]
        same = program.post(f"{SCORECARD}/restatements", **said, reason="To be sure.")
        with given():
            rows = CorrectiveAction.objects.filter(pk=action.pk)
            rows.update(state=ActionState.DONE, ended_on=action.due_on)
            touch(DOMAIN, AT.replace(month=5), AT.replace(month=5))
        restated = program.post(f"{SCORECARD}/restatements", **said, reason="The note was late.")

    told = [(status, body["is_first"]) for status, body in asked]
    assert (told, running[0]) == ([(202, True), (202, False)], 409)
    assert [each["period"] for each in months] == ["2026-05"]
    assert (same[0], restated[0], restated[1]["number"]) == (409, 201, 1)
    assert Restatement.objects.get().reason == "The note was late."


def test_what_counts_is_set_from_a_day_on(program: Program) -> None:
    rows = [[1, 1, 2], [2, 3, 4], [3, 4, 5]]
    matrices, routine = "/api/v1/desk/priority-matrices", "/api/v1/desk/routine-definitions"

    matrix = program.post(matrices, rows=rows, valid_from="2026-07-01", reason="Agreed")
    falling = program.post(matrices, rows=rows[::-1], valid_from="2026-07-01")
    sixth = program.post(matrices, rows=[[1, 2, 6]] * 3, valid_from="2026-07-01")
    defined = program.post(
        routine,
        kinds=["incident"],
        priorities=[3, 4],
        excluded_categories=["Projects"],
        valid_from="2026-07-01",
    )
    nowhere = program.post(
        routine,
        kinds=["incident"],
        priorities=[3],
        excluded_trees=[10**9],
        valid_from="2026-07-01",
    )

    assert [each[0] for each in (matrix, falling, sixth, defined, nowhere)] == [
        *(201, 409, 422),
        *(201, 422),
    ]
    assert PriorityMatrix.objects.latest("pk").rows == rows
    latest = RoutineDefinition.objects.latest("pk")
    assert (latest.priorities, latest.excluded_categories) == ([3, 4], ["Projects"])
    assert program.get(routine)[1]["items"][0] == defined[1]


def test_a_canned_reply_is_kept_and_changed(program: Program) -> None:
    address = "/api/v1/desk/canned-replies"
    status, reply = program.post(address, name="Thanks", text="Thank you, {{requester}}.")

    shared = program.patch(f"{address}/{reply['id']}", seen(reply), audience="everybody")
    unknown = program.patch(
        f"{address}/{reply['id']}", seen(shared[1]), text="Dear {{nobody knows}}"
    )
    late = program.patch(f"{address}/{reply['id']}", seen(reply), retired=True)

    assert (status, shared[0], unknown[0], late[0]) == (201, 200, 422, 412)
    row = CannedReply.objects.get()
    assert (row.audience, row.text, row.retired) == (
        "everybody",
        "Thank you, {{requester}}.",
        False,
    )
