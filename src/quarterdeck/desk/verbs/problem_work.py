"""One act on one problem: lock it, ask whether it may be done, add to its history, save."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import Max, Min

from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.models import Problem, ProblemStateChange
from quarterdeck.desk.vocabulary import OPEN_PROBLEM_STATES, ProblemState

DOMAIN = "desk.tickets"


@dataclass
class ProblemWork:
    """A problem under the hands of one actor; its row is locked until the transaction ends."""

    problem: Problem
    actor: Account
    at: datetime

    @classmethod
    def begin(cls, problem: Problem, version: int | None, actor: Account, at: datetime) -> Self:
        """Lock the problem as the actor has seen it at this version; None has seen none."""
        present = Problem.objects.select_for_update(of=("self",)).get(pk=problem.pk)
        if not rules.may_work_on_problem(actor, present):
            raise Refused(f"{present.number} is for its owner and for those who lead a team.")
        if version is not None and present.version != version:
            raise Conflict(present)
        return cls(present, actor, at)

    def bring(
        self, state: ProblemState, reason: str = "", *, fixed_at: datetime | None = None
    ) -> None:
        """Add a state to the history, and project it onto the problem.

        `fixed_at` is when the fix took effect by which it is resolved.
        """
        problem = self.problem
        if not rules.can_bring_problem(problem, state):
            told = f"{problem.number} is {problem.get_state_display().lower()}"
            raise Refused(f"{told}, and cannot become {state.label.lower()} from there.")
        self.append(state, reason, fixed_at=fixed_at)

    def append(
        self, state: ProblemState, reason: str = "", *, fixed_at: datetime | None = None
    ) -> None:
        """Add a line to the history, and set what follows from it."""
        problem, at = self.problem, self.at
        last = problem.state_changes.aggregate(last=Max("sequence"))["last"]
        ProblemStateChange.objects.create(
            problem=problem,
            sequence=0 if last is None else last + 1,
            state=state,
            occurred_at=at,
            changed_by=self.actor,
            reason=reason,
            fixed_at=fixed_at,
        )
        problem.state, problem.changed_at = state, at
        if state in OPEN_PROBLEM_STATES:
            problem.ended_at = problem.fixed_at = None
        elif problem.ended_at is None:
            problem.ended_at, problem.fixed_at = at, fixed_at
        if state == ProblemState.INVESTIGATING:
            problem.cause_known_at = None
        elif state == ProblemState.KNOWN_ERROR:
            problem.cause_known_at = problem.cause_known_at or at

    def set(self, **columns: Any) -> None:
        """Set columns of the problem."""
        for name, value in columns.items():
            setattr(self.problem, name, value)

    def finish(self) -> Problem:
        """Save the problem as its next version, and mark the months of its incidents."""
        self.problem.version += 1
        self.problem.save()
        self.mark()
        return self.problem

    def mark(self) -> None:
        """Let readings know that what explains these incidents has changed, and what was fixed."""
        first = self.problem.links.aggregate(first=Min("ticket__opened_at"))["first"]
        fixed = self.problem.state_changes.aggregate(first=Min("fixed_at"))["first"]
        touch(DOMAIN, min(filter(None, [first, fixed, self.at])), self.at)
