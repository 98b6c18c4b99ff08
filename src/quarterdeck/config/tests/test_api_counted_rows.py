"""A program goes from a figure down to the rows behind it, as far as its account sees them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from quarterdeck.config.tests.cast import arrange_cast
from quarterdeck.config.tests.tokens import Program
from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.vocabulary import ActionState

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
MEASURE = "/api/v1/measures/planning.actions_on_time"
MAY = {"period": "2026-05"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(operator: Account) -> Iterator[Program]:
    """A program of the IT manager."""
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)
    with time_machine.travel(AT, tick=False):
        yield Program(manager)


@pytest.fixture
def actions(operator: Account, given: Given) -> dict[str, int]:
    """Of May: one done in time, one that is still open, and one cancelled; one of April."""
    owner = add_person(name="Sefa Tulloch", actor=operator, at=AT)
    told: list[tuple[str, date, dict[str, Any]]] = [
        ("Done", date(2026, 5, 10), {"state": ActionState.DONE, "ended_on": date(2026, 5, 9)}),
        ("Open", date(2026, 5, 11), {}),
        (
            "Cancelled",
            date(2026, 5, 12),
            {"state": ActionState.CANCELLED, "ended_on": date(2026, 5, 2)},
        ),
        ("April", date(2026, 4, 30), {}),
    ]
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    with given():
        return {
            title: CorrectiveAction.objects.create(
                title=title, owner=owner, due_on=day, opened_at=begun, **known
            ).pk
            for title, day, known in told
        }


def test_a_figure_leads_to_what_it_counted_and_to_what_it_left_out(
    program: Program, actions: dict[str, int]
) -> None:
    """One of the two that were due in May was done by then: 1/2."""
    _, reading = program.get(MEASURE, **MAY)
    (reason,) = [each["reason"] for each in reading["excluded"]]
    status, counted = program.get(f"{MEASURE}/rows", **MAY)
    _, left_out = program.get(f"{MEASURE}/rows", **MAY, left_out=reason)
    missing, problem = program.get(f"{MEASURE}/rows", **MAY, left_out="Rain")
    _, beyond = program.get(f"{MEASURE}/rows", **MAY, page="2")

    assert (status, reading["value"], reading["n"]) == (200, 0.5, 2)
    assert counted == {
        "noun": "planning.correctiveaction",
        "n": 2,
        "hidden": 0,
        "items": [
            {"id": actions["Done"], "title": "Done", "amount": 1},
            {"id": actions["Open"], "title": "Open", "amount": 0},
        ],
        "next": None,
    }
    cancelled = {"id": actions["Cancelled"], "title": "Cancelled", "amount": None}
    assert (left_out["items"], left_out["n"]) == ([cancelled], 1)
    assert (missing, problem["errors"][0]["parameter"], beyond["items"]) == (422, "left_out", [])


@pytest.mark.usefixtures("actions")
def test_rows_that_nobody_has_counted_yet_are_left_to_the_worker(program: Program) -> None:
    run_worker(until_idle=True)
    awaited = program.get(f"{MEASURE}/rows", **MAY)
    run_worker(until_idle=True)
    status, told = program.get(f"{MEASURE}/rows", **MAY)

    assert (awaited[0], awaited[1]["n"], awaited[1]["items"]) == (202, None, [])
    assert (status, [each["title"] for each in told["items"]]) == (200, ["Done", "Open"])


def test_a_program_is_told_of_no_row_that_its_account_does_not_see(tmp_path: Path) -> None:
    cast = arrange_cast(tmp_path)
    asked: dict[str, str] = {"period": "2016-03"}

    def told(role: Role) -> tuple[Program, dict[str, Any]]:
        program = Program(cast.accounts[role])
        return program, program.get("/api/v1/measures/desk.cycle_time/rows", **asked)[1]

    technician, some = told(Role.TECHNICIAN)
    _, every = told(Role.IT_MANAGER)

    keys, all_keys = ({row["id"] for row in each["items"]} for each in (some, every))
    assert (every["n"], every["hidden"]) == (len(all_keys), 0)
    assert (some["n"], some["hidden"]) == (every["n"], len(all_keys - keys))
    answered = {
        key: technician.get(f"/api/v1/desk/tickets/{key}")[0] == 200 for key in sorted(all_keys)
    }
    assert {key for key, is_seen in answered.items() if is_seen} == keys
    assert keys < all_keys
