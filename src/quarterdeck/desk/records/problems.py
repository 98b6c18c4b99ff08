"""How problems, their analysis and what they explain are listed, filtered, searched and shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.record_acts import RecordAct
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
from quarterdeck.desk.verbs import candidates as candidate_verbs
from quarterdeck.desk.verbs import problems as verbs
from quarterdeck.desk.verbs.problem_links import link_incident, unlink_incident
from quarterdeck.desk.vocabulary import CandidateState, Level, LinkOrigin, ProblemState
from quarterdeck.ui import navigation
from quarterdeck.ui.paging import COUNT_LIMIT, counted

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


_WHY: Mapping[str, Any] = {"says": {"reason": "Why."}, "longest": {"reason": 500}}
_ACCEPTED: Mapping[str, Any] = {
    "says": {"owner": "The key of who looks into it."},
    "makes": Problem,
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
        add=verbs.open_problem,
        changed=("title", "statement", "service", "owner", "impact"),
        change=verbs.describe_problem,
    ),
    acts=(
        RecordAct(
            "investigate", "Investigate", verbs.investigate_problem, may_work_on_problem, **_WHY
        ),
        RecordAct("know", "Declare known error", verbs.declare_known_error, may_work_on_problem),
        RecordAct("change", "Raise a change", verbs.raise_change, may_work_on_problem),
        RecordAct("resolve", "Resolve", verbs.resolve_problem, may_work_on_problem),
        RecordAct("close", "Close", verbs.close_problem, may_work_on_problem),
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
    acts=(RecordAct("end", "Take back", unlink_incident, _may_analyse, **_WHY),),
    icon="link",
    section="Desk",
    empty="Link an incident on the page of the problem that explains it.",
)


def _may_decide(user: User, _candidate: CandidateProblem) -> bool:
    return may_decide_on_candidates(user)


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
    acts=(
        RecordAct(
            "accept",
            "Accept as a problem",
            candidate_verbs.accept_candidate,
            _may_decide,
            **_ACCEPTED,
        ),
        RecordAct("merge", "Merge into a problem", candidate_verbs.merge_candidate, _may_decide),
        RecordAct("reject", "Reject", candidate_verbs.reject_candidate, _may_decide, **_WHY),
    ),
    icon="search",
    section="Desk",
    empty="Have candidates sought, and incidents that resemble one another appear here.",
)
records = (problems, cause_steps, contributing_factors, problem_links, candidate_problems)
ENTRIES = (
    navigation.Entry("Desk", "Problems", problems.list_address, problems.icon, reads_problems),
    navigation.Entry(
        "Desk",
        "Candidate problems",
        candidate_problems.list_address,
        candidate_problems.icon,
        may_decide_on_candidates,
    ),
)


def waiting_problems(account: Account, at: datetime) -> waiting.Told:  # noqa: ARG001 — problems have no due time
    """Give the open problems that the account owns, and the candidates that it may decide on."""
    owned, proposed = Problem.objects.none(), CandidateProblem.objects.none()
    if account.person_id is not None and may_open_problems(account):
        owned = Problem.objects.open().filter(owner=account.person_id)
    if may_decide_on_candidates(account):
        proposed = CandidateProblem.objects.visible_to(account).proposed()
    owned = owned.order_by("impact", "opened_at", "pk")[:MOST_WAITING]
    keys = proposed.order_by().values_list("pk")[: COUNT_LIMIT + 1]
    yield [owned, keys]
    for problem in owned:
        yield waiting.WaitingItem(
            title=str(problem),
            address=reverse(problems.detail_address, args=[problem.pk]),
            due_at=None,
            consequence=_CONSEQUENCES[Level(problem.impact)],
            kind="Problem",
            detail=f"{problem.get_state_display()}, open since {problem.opened_at:%Y-%m-%d}",
        )
    if keys:
        found = "One candidate problem" if len(keys) == 1 else f"{counted(keys)} candidate problems"
        yield waiting.WaitingItem(
            title=f"{found} to decide on",
            address=reverse(candidate_problems.list_address) + "?view=proposed",
            due_at=None,
            consequence=waiting.Consequence.SLIGHT,
            kind="Problem",
            detail="Incidents that resemble one another and may have one cause.",
        )
