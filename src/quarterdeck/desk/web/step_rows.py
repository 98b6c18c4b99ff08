"""The rows in which the steps of a macro or rule are typed: a kind each, and what it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk import rules
from quarterdeck.desk.queries.steps import (
    MOST_STEPS,
    Choices,
    Step,
    choices_of,
    takes_text,
    takes_value,
)
from quarterdeck.desk.vocabulary.ticket_life import StepKind

_SPARE = 3


@dataclass(frozen=True)
class Cell:
    """Where the value of a step or condition is typed or chosen."""

    name: str
    label: str
    value: str = ""
    choices: Choices | None = None
    is_typed: bool = False


@dataclass(frozen=True)
class StepRow:
    """One row: its place from 1, the kind chosen in it, and the cell of its value."""

    place: int
    kind: str
    cell: Cell


def step_rows(steps: Sequence[Step], user: Account) -> list[StepRow]:
    """Return a row for each step, and some to spare."""
    amount = min(len(steps) + _SPARE, max(MOST_STEPS, len(steps)))
    rows = []
    for place in range(1, amount + 1):
        step = steps[place - 1] if place <= len(steps) else None
        kind = step.kind.value if step else ""
        rows.append(StepRow(place, kind, _cell(place, kind, step.value if step else "", user)))
    return rows


def steps_in(data: QueryDict) -> list[Step]:
    """Return the steps that were sent; rows without a kind are none."""
    found = []
    for place in range(1, MOST_STEPS + _SPARE + 1):
        kind = data.get(f"kind-{place}", "")
        if kind in StepKind.values:
            found.append(Step(StepKind(kind), data.get(f"value-{place}", "").strip()))
    return found


def _cell(place: int, kind: str, value: str, user: Account) -> Cell:
    name, label = f"value-{place}", f"What step {place} takes"
    if kind not in StepKind.values or not takes_value(StepKind(kind)):
        return Cell(name, label)
    if takes_text(StepKind(kind)):
        return Cell(name, label, value, is_typed=True)
    return Cell(name, label, value, choices_of(StepKind(kind), user))


@require_safe
def step_value(request: HttpRequest, place: int) -> HttpResponse:
    """Show what the kind of step takes that was chosen in a row."""
    user = account_of(request)
    if not rules.may_open(user):
        raise Http404
    cell = _cell(place, request.GET.get(f"kind-{place}", ""), "", user)
    return render(request, "desk/value_cell.html", {"cell": cell})
