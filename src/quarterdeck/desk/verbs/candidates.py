"""The acts that seek candidate problems, and those that decide on them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.database import insert_rows
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.desk import rules
from quarterdeck.desk.models import (
    CandidateMember,
    CandidateProblem,
    CandidateSearch,
    Problem,
    Ticket,
)
from quarterdeck.desk.queries.candidates import (
    Harvest,
    Proposal,
    decided_before,
    known_as,
)
from quarterdeck.desk.verbs.problem_links import link_incident
from quarterdeck.desk.verbs.problems import open_problem
from quarterdeck.desk.vocabulary import (
    CandidateKind,
    CandidateState,
    LinkOrigin,
    ProblemState,
    SearchState,
)

WINDOW = timedelta(days=90)
# What was rejected comes back when it has grown to so many times its size.
_GROWN = 2
_TITLE, _MOST_WORDS = 300, 12
_COSTS = (
    *("worked_minutes", "worked_on", "user_minutes", "users_known_on"),
    *("lost_minutes", "ranked_by"),
)
_COLUMNS = ("candidate", "ticket", "strength", "words")


@verb
def begin_candidate_search(*, actor: Account, at: datetime) -> CandidateSearch:
    """Begin to seek candidates among the incidents of the last 90 days; one that runs goes on."""
    if not (actor.is_builtin or rules.may_decide_on_candidates(actor)):
        raise Refused("You may not have candidate problems sought.")
    running = CandidateSearch.objects.filter(state=SearchState.RUNNING).first()
    if running is not None:
        raise NothingDone(running)
    return CandidateSearch.objects.create(
        requested_by=actor, requested_at=at, window_from=at - WINDOW, window_until=at
    )


@verb
def propose_candidates(
    *,
    search: CandidateSearch,
    harvest: Harvest,
    actor: Account,  # noqa: ARG001 — the act names who
    at: datetime,  # noqa: ARG001 — the act says when
) -> CandidateSearch:
    """Write down what was found on one service, led by what was decided before.

    A group of the same words as a rejected one, or a burst of the same time, is left out until it
    has twice its size; one that is like an accepted one is proposed as more of the same problem. A
    candidate that was proposed before is brought up to date, and one that is not found any more
    fades.
    """
    present = CandidateSearch.objects.select_for_update(of=("self",)).get(pk=search.pk)
    if present.state != SearchState.RUNNING or present.through >= harvest.service_key:
        raise NothingDone(present)
    decided = decided_before(harvest.service_key)
    waiting = _waiting(harvest.service_key)
    for proposal in harvest.proposals:
        known = known_as(proposal, decided)
        if known is not None and _is_rejected_still(known, proposal):
            present.suppressed += 1
            continue
        standing = known_as(proposal, waiting)
        if standing is not None:
            waiting.remove(standing)
        problem = known.problem if known is not None else None
        _propose(present, harvest.service_key, proposal, standing, problem)
        present.found += 1
    for gone in (one for one in waiting if one.state == CandidateState.PROPOSED):
        gone.state = CandidateState.FADED
        gone.version += 1
        gone.save(update_fields=["state", "version"])
    present.through = harvest.service_key
    for name in ("examined", "wordless", "explained", "left_out"):
        setattr(present, name, getattr(present, name) + getattr(harvest, name))
    present.version += 1
    present.save()
    return present


def _waiting(service_key: int) -> list[CandidateProblem]:
    states = (CandidateState.PROPOSED, CandidateState.FADED)
    rows = CandidateProblem.objects.select_for_update(of=("self",)).filter(
        service=service_key or None, state__in=states
    )
    return list(rows.order_by("-state", "pk"))


def _is_rejected_still(known: CandidateProblem, proposal: Proposal) -> bool:
    size = len(proposal.cluster.members)
    return known.state == CandidateState.REJECTED and size < _GROWN * known.size


def _propose(
    search: CandidateSearch,
    service_key: int,
    proposal: Proposal,
    standing: CandidateProblem | None,
    problem: Problem | None,
) -> None:
    cluster, outbreak, costs = proposal.cluster, proposal.outbreak, proposal.costs
    candidate = standing or CandidateProblem(service_id=service_key or None)
    candidate.search = search
    candidate.kind = CandidateKind.WORDS if outbreak is None else CandidateKind.BURST
    candidate.burst = {} if outbreak is None else outbreak.counts
    candidate.state = CandidateState.PROPOSED
    candidate.title = proposal.title[:_TITLE]
    candidate.team_id = proposal.team_key
    candidate.words = [[word, round(part, 4)] for word, part in cluster.words[:_MOST_WORDS]]
    candidate.profile = {word: round(weight, 6) for word, weight in cluster.profile.items()}
    candidate.size = len(cluster.members)
    candidate.first_at, candidate.last_at = proposal.first_at, proposal.last_at
    candidate.open_hours = proposal.open_hours
    for name in _COSTS:
        setattr(candidate, name, getattr(costs, name))
    is_open = problem is not None and problem.state != ProblemState.CLOSED
    candidate.resembles = problem if is_open else None
    if standing is not None:
        candidate.version += 1
    candidate.save()
    candidate.members.all().delete()
    insert_rows(
        CandidateMember,
        _COLUMNS,
        [
            (candidate.pk, member.key, member.strength, list(member.words[:_MOST_WORDS]))
            for member in cluster.members
        ],
    )


@verb
def finish_candidate_search(
    *,
    search: CandidateSearch,
    actor: Account,  # noqa: ARG001 — the act names who
    at: datetime,
) -> CandidateSearch:
    """End a search, when every service has been looked at."""
    present = CandidateSearch.objects.select_for_update(of=("self",)).get(pk=search.pk)
    if present.state != SearchState.RUNNING:
        raise NothingDone(present)
    present.state, present.finished_at = SearchState.FINISHED, at
    present.version += 1
    present.save(update_fields=["state", "finished_at", "version"])
    return present


@verb
def accept_candidate(
    *,
    candidate: CandidateProblem,
    version: int,
    title: str = "",
    owner: Person | None = None,
    actor: Account,
    at: datetime,
) -> Problem:
    """Make a problem of a candidate, which explains its incidents."""
    present = _held(candidate, version, actor)
    problem = open_problem(
        title=title.strip() or present.title,
        statement=_how_found(present),
        service=present.service,
        owner=owner,
        incidents=_incidents(present),
        reason=_why_linked(present),
        origin=LinkOrigin.CANDIDATE,
        actor=actor,
        at=at,
    )
    _decide(present, CandidateState.ACCEPTED, problem, "", actor, at)
    return problem


@verb
def merge_candidate(
    *,
    candidate: CandidateProblem,
    version: int,
    problem: Problem,
    actor: Account,
    at: datetime,
) -> Problem:
    """Let a problem that is known already explain the incidents of a candidate."""
    present = _held(candidate, version, actor)
    for ticket in _incidents(present):
        link_incident(
            problem=problem,
            ticket=ticket,
            origin=LinkOrigin.CANDIDATE,
            reason=_why_linked(present),
            actor=actor,
            at=at,
        )
    _decide(present, CandidateState.MERGED, problem, "", actor, at)
    return problem


@verb
def reject_candidate(
    *, candidate: CandidateProblem, version: int, reason: str, actor: Account, at: datetime
) -> CandidateProblem:
    """Say that a candidate is no problem, and why; its like is left out until it has doubled."""
    if not reason.strip():
        raise Invalid({"reason": ["Say why these incidents have no cause in common."]})
    present = _held(candidate, version, actor)
    _decide(present, CandidateState.REJECTED, None, reason.strip(), actor, at)
    return present


def _held(candidate: CandidateProblem, version: int, actor: Account) -> CandidateProblem:
    rows = CandidateProblem.objects.select_for_update(of=("self",))
    present = rows.get(pk=candidate.pk)
    is_seen = CandidateProblem.objects.visible_to(actor).filter(pk=candidate.pk).exists()
    if not is_seen or not rules.may_decide_on_candidates(actor):
        raise Refused("You may not decide on this candidate.")
    if not rules.can_decide_on_candidate(present):
        raise Refused(f"“{present}” is {present.get_state_display().lower()} already.")
    if present.version != version:
        raise Conflict(present)
    return present


def _decide(  # noqa: PLR0917 — what is written of one decision
    present: CandidateProblem,
    state: CandidateState,
    problem: Problem | None,
    reason: str,
    actor: Account,
    at: datetime,
) -> None:
    present.state, present.problem, present.decision_reason = state, problem, reason
    present.decided_by, present.decided_at = actor, at
    present.version += 1
    present.save()


def _how_found(candidate: CandidateProblem) -> str:
    if candidate.kind == CandidateKind.BURST:
        burst = candidate.burst
        return (
            f"Found because {burst['count']} incidents came from {burst['from']} until "
            f"{burst['until']}; the same hours of {burst['weeks']} other weeks had "
            f"{burst['elsewhere']} in all."
        )
    words = ", ".join(word for word, _ in candidate.words)
    return f"Found by the words that {candidate.size} incidents share: {words}."


def _why_linked(candidate: CandidateProblem) -> str:
    if candidate.kind == CandidateKind.BURST:
        return f"Candidate {candidate.pk}: {candidate.title}"
    return f"Candidate {candidate.pk}: {', '.join(word for word, _ in candidate.words[:4])}"


def _incidents(candidate: CandidateProblem) -> Sequence[Ticket]:
    keys = candidate.members.values("ticket")
    return list(Ticket.objects.standing().filter(pk__in=keys).order_by("pk"))
