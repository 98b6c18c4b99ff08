"""The acts that tie incidents to the problem that explains them."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.models import Problem, ProblemLink, Ticket
from quarterdeck.desk.verbs.problem_work import ProblemWork
from quarterdeck.desk.vocabulary import LinkOrigin

_LONGEST_REASON = 500


@verb
def link_incident(
    *,
    problem: Problem,
    ticket: Ticket,
    reason: str = "",
    origin: str = LinkOrigin.BY_HAND,
    actor: Account,
    at: datetime,
) -> ProblemLink:
    """Say that a problem explains an incident; who said so before is not asked again."""
    if not rules.may_open_problems(actor):
        raise Refused("You may not link incidents to problems.")
    held = Problem.objects.select_for_update(of=("self",)).get(pk=problem.pk)
    if not Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists():
        raise Refused("There is no such ticket.")
    if not rules.can_link(held, ticket):
        raise Refused(
            f"{ticket.number} cannot be linked to {held.number}: "
            "a problem that is not closed explains incidents, and nothing else."
        )
    standing = held.links.standing().filter(ticket=ticket).first()
    if standing is not None:
        return standing
    link = ProblemLink.objects.create(
        problem=held,
        ticket=ticket,
        origin=origin,
        reason=reason.strip()[:_LONGEST_REASON],
        linked_at=at,
        linked_by=actor,
    )
    ProblemWork(held, actor, at).mark()
    return link


@verb
def unlink_incident(
    *, link: ProblemLink, version: int, reason: str, actor: Account, at: datetime
) -> ProblemLink:
    """Take a link back, and say why; that it held until now stays known."""
    row = ProblemLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if not rules.may_work_on_problem(actor, row.problem):
        raise Refused(f"{row.problem.number} is for its owner and for those who lead a team.")
    if not rules.can_unlink(row):
        raise Refused("This link was taken back already.")
    if row.version != version:
        raise Conflict(row)
    if not reason.strip():
        raise Invalid({"reason": ["Say why the problem does not explain it."]})
    row.ended_at, row.ended_by, row.end_reason = at, actor, reason.strip()[:_LONGEST_REASON]
    row.version += 1
    row.save(update_fields=["ended_at", "ended_by", "end_reason", "version"])
    ProblemWork(row.problem, actor, at).mark()
    return row
