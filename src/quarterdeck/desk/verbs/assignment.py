"""The acts by which tickets find whoever works on them."""

from datetime import datetime
from typing import Any

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Team
from quarterdeck.desk.models import AssignmentDecision, AssignmentPolicy, Ticket
from quarterdeck.desk.queries.assignment import Choice, choice_of, is_kept, policy_of
from quarterdeck.desk.queries.catalogue_requests import unapproved
from quarterdeck.desk.queries.letters import letter_to
from quarterdeck.desk.queries.mail_kinds import ASSIGNMENT
from quarterdeck.desk.rules import can_assign, open_state
from quarterdeck.desk.rules.rota import may_keep_rota
from quarterdeck.desk.verbs.ticket_approvals import ask_for_request_again
from quarterdeck.desk.verbs.ticket_work import TicketWork
from quarterdeck.desk.vocabulary import PauseReason, TicketState
from quarterdeck.desk.vocabulary.duty import SkillLevel, Strategy
from quarterdeck.office.verbs.letters import write_letter


@verb
def choose_strategy(
    *,
    team: Team,
    strategy: str,
    least_level: int | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> AssignmentPolicy:
    """Say how the tickets that come into a team are assigned, and which skill they need.

    What is in the queue already stays there.
    """
    if not may_keep_rota(actor, team):
        raise Refused(f"Only whoever leads {team} may say how its tickets are assigned.")
    if strategy not in Strategy.values:
        raise Invalid({"strategy": ["Choose one of the strategies."]})
    if least_level is not None and least_level not in SkillLevel.values:
        raise Invalid({"least_level": ["Choose one of the levels."]})
    AssignmentPolicy.objects.get_or_create(team=team)
    policy = AssignmentPolicy.objects.select_for_update().get(team=team)
    policy.strategy, policy.least_level = strategy, least_level
    policy.version += 1
    policy.save(update_fields=["strategy", "least_level", "version"])
    return policy


@verb
def assign_by_strategy(*, ticket: Ticket, actor: Account, at: datetime) -> Ticket:
    """Give a ticket that has just come into a team to whom its strategy chooses, or say why not.

    It is a part of the act that brings the ticket, so that nobody sees it in between. The policy's
    row is held until that act ends: two at once choose one after the other.
    """
    if ticket.team is None or policy_of(ticket.team) is None:
        return ticket
    held = AssignmentPolicy.objects.select_for_update(of=("self",)).select_related("team")
    policy = held.get(team=ticket.team)
    present = Ticket.objects.select_for_update(of=("self",)).select_related(
        "requester", "assignee", "team", "service"
    )
    work = TicketWork(present.get(pk=ticket.pk), actor, at)
    if policy.strategy == Strategy.BY_HAND or not _is_free(work.ticket):
        return ticket
    choice = choice_of(work.ticket, policy, at)
    _note(work.ticket, choice, policy, at)
    return ticket if choice.person is None else _give(work, choice, policy)


@verb
def take_up(*, work: TicketWork, actor: Account, at: datetime) -> Ticket:
    """Open an ended ticket again, which has no resolution any more; whoever had it keeps it, unless
    the strategy of its team has to find somebody who is there.

    What has never been approved and should be waits for its approval, which is asked anew.
    """
    kept = is_kept(work.ticket, at)
    waits = unapproved(work.ticket) is not None
    held: dict[str, Any] = {} if kept else {"assignee": None, "assignee_name": ""}
    if waits:
        work.append(state=TicketState.ON_HOLD, pause_reason=PauseReason.APPROVAL, **held)
    else:
        work.append(state=open_state(work.ticket) if kept else TicketState.NEW, **held)
    work.set(resolution="", true_category="", cancelled_as="")
    reopened = work.finish()
    if waits:
        ask_for_request_again(ticket=reopened, actor=actor, at=at)
    if kept:
        return reopened
    given: Ticket = assign_by_strategy(ticket=reopened, actor=actor, at=at)
    return given


def _is_free(ticket: Ticket) -> bool:
    return can_assign(ticket) and ticket.assignee_id is None and not ticket.assignee_name


def _note(ticket: Ticket, choice: Choice, policy: AssignmentPolicy, at: datetime) -> None:
    AssignmentDecision.objects.create(
        ticket=ticket,
        team=policy.team,
        strategy=choice.strategy,
        person=choice.person,
        reason=choice.reason,
        considered=[
            [each.name, each.load, ", ".join(each.obstacles)] for each in choice.considered
        ],
        at=at,
    )


def _give(work: TicketWork, choice: Choice, policy: AssignmentPolicy) -> Ticket:
    person = choice.person
    if person is None:
        return work.ticket
    policy.last_assignee = person
    policy.version += 1
    policy.save(update_fields=["last_assignee", "version"])
    is_held = work.ticket.state == TicketState.ON_HOLD
    work.append(
        by=f"{choice.strategy.label} of {policy.team}",
        state=TicketState.ON_HOLD if is_held else TicketState.ASSIGNED,
        assignee=person,
        assignee_name=person.name,
    )
    assigned = work.finish()
    by = {"by": f"{choice.strategy.label} of {policy.team}"}
    letter = letter_to(person, ASSIGNMENT, assigned, by)
    write_letter(letter=letter, actor=work.actor, at=work.at)
    return assigned
