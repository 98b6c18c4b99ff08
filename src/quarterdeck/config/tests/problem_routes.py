"""The rows of the table of routes for problems, their analysis, and candidates."""

from datetime import UTC, datetime

from quarterdeck.config.tests.cast import AT, OF_NETWORK, OF_SERVICE_DESK, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.changes import add_record
from quarterdeck.core.models import Account
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import CandidateProblem, CauseStep, ContributingFactor, Ticket
from quarterdeck.desk.verbs.candidates import begin_candidate_search
from quarterdeck.desk.verbs.problem_links import link_incident
from quarterdeck.desk.verbs.problems import open_problem, resolve_problem

# Nobody owns the problem; it explains an incident of the technician's team and one of the lead's.
LINES = """
desk.problem.list          GET    -              in  200  200  200  200  200  200  200  200  200
desk.problem.detail        GET    problem        in  404  200  200  200  200  404  404  200  200
desk.problem.detail        GET    no-record      in  404  404  404  404  404  404  404  404  404
desk.problem.open          GET    -              in  404  200  200  200  404  404  404  404  200
desk.problem.open          POST   -              in  404  422  422  422  404  404  404  404  422
desk.problem.act           POST   know-problem   in  404  404  422  422  404  404  404  404  422
desk.problem.act           POST   link-problem   in  404  422  422  422  404  404  404  404  422
desk.problem.act           POST   burn-problem   in  404  404  404  404  404  404  404  404  404
desk.problem.unlink        POST   desk-link      in  404  404  404  302  404  404  404  404  302
desk.problem.unlink        POST   net-link       in  404  404  302  302  404  404  404  404  302
desk.new.similar           GET    -              in  404  200  200  200  404  404  404  404  200
desk.new.category          GET    -              in  404  200  200  200  404  404  404  404  200
desk.ticket.similar        GET    desk-ticket    in  404  200  404  200  200  404  404  200  200
desk.ticket.similar        GET    net-ticket     in  200  404  200  200  200  404  404  200  200
desk.causestep.list        GET    -              in  200  200  200  200  200  200  200  200  200
desk.causestep.detail      GET    cause          in  404  200  200  200  200  404  404  200  200
desk.causestep.add         GET    -              in  404  200  200  200  404  404  404  404  200
desk.causestep.add         POST   -              in  404  422  422  422  404  404  404  404  422
desk.causestep.change      GET    cause          in  404  404  200  200  404  404  404  404  200
desk.causestep.change      POST   cause          in  404  404  400  400  404  404  404  404  400
desk.contributingfactor.list GET  -              in  200  200  200  200  200  200  200  200  200
desk.contributingfactor.detail GET factor        in  404  200  200  200  200  404  404  200  200
desk.contributingfactor.add GET   -              in  404  200  200  200  404  404  404  404  200
desk.contributingfactor.add POST  -              in  404  422  422  422  404  404  404  404  422
desk.contributingfactor.change GET factor        in  404  404  200  200  404  404  404  404  200
desk.contributingfactor.change POST factor       in  404  404  400  400  404  404  404  404  400
desk.problemlink.list      GET    -              in  200  200  200  200  200  200  200  200  200
desk.problemlink.detail    GET    desk-link      in  404  200  404  200  200  404  404  200  200
desk.candidateproblem.list GET    -              in  200  200  200  200  200  200  200  200  200
desk.candidateproblem.detail GET  no-record      in  404  404  404  404  404  404  404  404  404
desk.candidateproblem.detail GET  desk-candidate in  404  200  404  200  200  404  404  200  200
desk.candidateproblem.detail GET  net-candidate  in  404  404  200  200  200  404  404  200  200
desk.candidate.decide      POST   desk-reject    in  404  404  404  422  404  404  404  404  422
desk.candidate.decide      POST   net-reject     in  404  404  422  422  404  404  404  404  422
desk.candidates            GET    -              in  404  404  200  200  404  404  404  404  200
desk.candidates            POST   -              in  404  404  302  302  404  404  404  404  302
"""


def solved_problem() -> int:
    """Open and resolve a problem so that its thirty days after the fix end in March 2016."""
    operator = Account.objects.get(username="operator")
    at = datetime(2016, 2, 10, 9, tzinfo=UTC)
    problem = open_problem(title="The lift stays dark", actor=operator, at=at)
    resolve_problem(
        problem=problem,
        version=problem.version,
        resolution="A new fuse",
        fixed_at=at,
        actor=operator,
        at=at,
    )
    return problem.pk


def _candidates(cast: Cast, operator: Account) -> Arguments:
    """Let a search have found one incident of either team."""
    search = begin_candidate_search(actor=operator, at=AT)
    candidates: dict[str, list[object]] = {}
    with acting(actor=operator, verb_name="tests.candidates", at=AT):
        for name, key in (("desk", OF_SERVICE_DESK), ("net", OF_NETWORK)):
            ticket = Ticket.objects.get(pk=cast.tickets[key])
            candidate = CandidateProblem.objects.create(
                search=search,
                title="Phones fall silent",
                team=ticket.team,
                words=[["phone", 1.0]],
                size=1,
                first_at=AT,
                last_at=AT,
                open_hours=3,
            )
            candidate.members.create(ticket=ticket, strength=1.0, words=["phone"])
            candidates[f"{name}-candidate"] = [candidate.pk]
            candidates[f"{name}-reject"] = [candidate.pk, "reject"]
    return candidates


def _arguments(cast: Cast) -> Arguments:
    """Open a problem that explains one incident of either team, and begin its analysis."""
    operator = Account.objects.get(username="operator")
    links: dict[str, list[object]] = {}
    problem = open_problem(title="Phones fall silent", actor=operator, at=AT)
    for name, key in (("desk-link", OF_SERVICE_DESK), ("net-link", OF_NETWORK)):
        ticket = Ticket.objects.get(pk=cast.tickets[key])
        link = link_incident(problem=problem, ticket=ticket, actor=operator, at=AT)
        links[name] = [link.pk]
    cause = add_record(
        record=record_of(CauseStep),
        values={"problem": problem, "answer": "The line was cut."},
        actor=operator,
        at=AT,
    )
    factor = add_record(
        record=record_of(ContributingFactor),
        values={"problem": problem, "kind": "supplier", "description": "One line, one carrier."},
        actor=operator,
        at=AT,
    )
    return {
        **_candidates(cast, operator),
        "problem": [problem.pk],
        "know-problem": [problem.pk, "know"],
        "link-problem": [problem.pk, "link"],
        "burn-problem": [problem.pk, "burn"],
        "cause": [cause.pk],
        "factor": [factor.pk],
        **links,
    }


TABLE = RouteTable(LINES, _arguments)
