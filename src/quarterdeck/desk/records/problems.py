"""How problems, their analysis and what they explain are listed, filtered, searched and shown."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.records import Action, Badge, Record, Tone, View, Writing
from quarterdeck.desk.models import (
    CandidateProblem,
    CauseStep,
    ContributingFactor,
    Problem,
    ProblemLink,
)
from quarterdeck.desk.models.problem import READING_ROLES
from quarterdeck.desk.rules import (
    may_decide_on_candidates,
    may_open_problems,
    may_work_on_problem,
)
from quarterdeck.desk.verbs.problem_links import link_incident
from quarterdeck.desk.verbs.problems import describe_problem, open_problem
from quarterdeck.desk.vocabulary import CandidateState, Level, LinkOrigin, ProblemState
from quarterdeck.ui import navigation
from quarterdeck.ui.paging import count_up_to

PROBLEM_BADGES = {
    ProblemState.NEW: Badge(Tone.INFO),
    ProblemState.INVESTIGATING: Badge(Tone.ACTIVE),
    ProblemState.KNOWN_ERROR: Badge(Tone.WARNING),
    ProblemState.CHANGE_RAISED: Badge(Tone.ACTIVE),
    ProblemState.RESOLVED: Badge(Tone.GOOD),
    ProblemState.CLOSED: Badge(Tone.NEUTRAL),
}
CANDIDATE_BADGES = {
    CandidateState.PROPOSED: Badge(Tone.INFO),
    CandidateState.ACCEPTED: Badge(Tone.GOOD),
    CandidateState.MERGED: Badge(Tone.GOOD),
    CandidateState.REJECTED: Badge(Tone.NEUTRAL),
    CandidateState.FADED: Badge(Tone.NEUTRAL),
}
MOST_WAITING = 50
_CONSEQUENCES = {
    Level.HIGH: waiting.Consequence.SERIOUS,
    Level.MEDIUM: waiting.Consequence.ORDINARY,
    Level.LOW: waiting.Consequence.SLIGHT,
}


def reads_problems(user: User) -> bool:
    """Whether this account sees problems at all."""
    return holds(user, *READING_ROLES)


problems = Record(
    Problem,
    columns=("number", "title", "state", "service", "owner", "impact", "opened_at", "fixed_at"),
    filters=("state", "service", "owner", "impact", "opened_at"),
    search=("number", "title", "statement", "cause", "workaround"),
    identifiers=("number",),
    order=("-opened_at", "-id"),
    titles={
        "category": "Reported as",
        "true_category": "What it truly is",
        "opened_at": "Opened",
        "cause_known_at": "Cause known",
        "fixed_at": "Fixed",
        "ended_at": "Ended",
        "changed_at": "Last change",
        "change_reference": "Change",
    },
    badges={
        "state": PROBLEM_BADGES,
        "impact": {level.value: Badge(Tone.PLAIN, str(level.label)) for level in Level},
    },
    views=(View("Open", "open"), View("Known errors", "known_errors")),
    action=Action("New problem", "desk.problem.open", "plus", may_open_problems),
    may_add=may_open_problems,
    may_change=may_work_on_problem,
    writing=Writing(
        added=("title", "statement", "service", "owner", "impact"),
        add=open_problem,
        changed=("title", "statement", "service", "owner", "impact"),
        change=describe_problem,
    ),
    icon="alert-circle",
    section="Desk",
    empty="Open a problem where several incidents have one cause, or let candidates be sought.",
)


def _may_analyse(user: User, row: Any) -> bool:
    return may_work_on_problem(user, row.problem)


def _may_store_step(user: User, row: CauseStep) -> bool:
    is_of_one = row.above is None or row.above.problem_id == row.problem_id
    return is_of_one and _may_analyse(user, row)


def _steps_beside(rows: QuerySet[Any], row: Any) -> QuerySet[Any]:
    return rows if row is None else rows.filter(problem=row.problem_id, pk__lt=row.pk)


cause_steps = Record(
    CauseStep,
    columns=("answer", "problem", "above", "is_root"),
    filters=("problem", "is_root"),
    form=("problem", "above", "answer", "evidence", "is_root"),
    order=("-id",),
    titles={"is_root": "Root cause", "above": "Answers why of"},
    badges={"is_root": {True: Badge(Tone.WARNING, "Root cause"), False: Badge(Tone.PLAIN, "—")}},
    may_add=may_open_problems,
    may_change=_may_analyse,
    may_store=_may_store_step,
    offers={"above": _steps_beside},
    icon="sitemap",
    section="Desk",
    empty="Ask on the page of a problem why it happened, and why that was so.",
)
contributing_factors = Record(
    ContributingFactor,
    columns=("description", "kind", "problem"),
    filters=("kind", "problem"),
    form=("problem", "kind", "description", "evidence"),
    order=("-id",),
    may_add=may_open_problems,
    may_change=_may_analyse,
    may_store=_may_analyse,
    icon="list",
    section="Desk",
    empty="Note on the page of a problem what contributed to it.",
)
problem_links = Record(
    ProblemLink,
    columns=("id", "problem", "ticket", "origin", "linked_at", "linked_by", "ended_at"),
    filters=("origin", "linked_at"),
    order=("-id",),
    titles={"id": "Link", "linked_at": "Linked", "linked_by": "By", "ended_at": "Taken back"},
    badges={
        "origin": {
            LinkOrigin.BY_HAND: Badge(Tone.PLAIN),
            LinkOrigin.CANDIDATE: Badge(Tone.INFO),
        }
    },
    may_add=may_open_problems,
    writing=Writing(added=("problem", "ticket", "reason"), add=link_incident),
    icon="link",
    section="Desk",
    empty="Link an incident on the page of the problem that explains it.",
)
candidate_problems = Record(
    CandidateProblem,
    columns=(
        *("title", "kind", "state", "size", "open_hours", "worked_minutes", "user_minutes"),
        *("service", "last_at"),
    ),
    filters=("kind", "state", "ranked_by", "last_at"),
    search=("title",),
    order=("-ranked_by", "-lost_minutes", "-open_hours", "-id"),
    titles={
        "size": "Incidents",
        "open_hours": "Hours open",
        "kind": "Found by",
        "worked_minutes": "Minutes worked",
        "worked_on": "Incidents with recorded work",
        "users_known_on": "Incidents with known users",
        "lost_minutes": "Minutes lost",
        "user_minutes": "User minutes lost",
        "first_at": "First incident",
        "last_at": "Last incident",
        "resembles": "More of",
    },
    badges={"state": CANDIDATE_BADGES},
    views=(View("Proposed", "proposed"),),
    action=Action("Search", "desk.candidates", "search", may_decide_on_candidates),
    icon="search",
    section="Desk",
    empty="Have candidates sought, and incidents that resemble one another appear here.",
)
records = (problems, cause_steps, contributing_factors, problem_links, candidate_problems)
ENTRY = navigation.Entry("Desk", "Problems", problems.list_address, problems.icon, reads_problems)


def waiting_problems(account: Account, at: datetime) -> Iterator[waiting.WaitingItem]:  # noqa: ARG001 — problems have no due time
    """Give the open problems that the account owns, and the candidates that it may decide on."""
    if account.person_id is not None and may_open_problems(account):
        owned = Problem.objects.open().filter(owner=account.person_id)
        for problem in owned.order_by("impact", "opened_at", "pk")[:MOST_WAITING]:
            yield waiting.WaitingItem(
                title=str(problem),
                address=reverse(problems.detail_address, args=[problem.pk]),
                due_at=None,
                consequence=_CONSEQUENCES[Level(problem.impact)],
                kind="Problem",
                detail=f"{problem.get_state_display()}, open since {problem.opened_at:%Y-%m-%d}",
            )
    if may_decide_on_candidates(account):
        count = count_up_to(CandidateProblem.objects.visible_to(account).proposed())
        if count.amount:
            found = "One candidate problem" if str(count) == "1" else f"{count} candidate problems"
            yield waiting.WaitingItem(
                title=f"{found} to decide on",
                address=reverse(candidate_problems.list_address) + "?view=proposed",
                due_at=None,
                consequence=waiting.Consequence.SLIGHT,
                kind="Problem",
                detail="Incidents that resemble one another and may have one cause.",
            )
