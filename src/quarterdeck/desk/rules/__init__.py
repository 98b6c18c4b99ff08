"""Who may work on tickets, and which act a ticket's state allows."""

from collections.abc import Callable, Mapping

from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import (
    CandidateProblem,
    Category,
    Escalation,
    IncomingMail,
    Problem,
    ProblemLink,
    Ticket,
)
from quarterdeck.desk.models.desk_sight import DeskSight
from quarterdeck.desk.vocabulary import (
    OPEN_ESCALATIONS,
    OPEN_STATES,
    WORKING_ROLES,
    CandidateState,
    EscalationState,
    IncomingState,
    PauseReason,
    ProblemState,
    TicketKind,
    TicketState,
)


def may_open(user: User) -> bool:
    """Whether this account may open tickets for others, as somebody at the desk does."""
    return holds(user, *WORKING_ROLES)


def may_keep_categories(user: User) -> bool:
    """Whether this account may add, move, rename and retire categories of tickets."""
    return holds(user, Role.IT_MANAGER, Role.ADMINISTRATOR)


def may_set_service_levels(user: User) -> bool:
    """Whether this account may say what is promised, and have clocks counted anew."""
    return holds(user, Role.IT_MANAGER, Role.ADMINISTRATOR)


def may_decide_on_mail(user: User) -> bool:
    """Whether this account may decide on mail that was not understood, as far as it sees it."""
    return holds(user, *WORKING_ROLES)


def can_decide_on_mail(mail: IncomingMail) -> bool:
    """Whether a mail has come to no ticket yet, and nobody has decided on it."""
    return mail.state in {IncomingState.NOT_UNDERSTOOD, IncomingState.STOPPED}


def category_fault(category: str) -> str:
    """Return why this text can be no category of a ticket worked by hand, or nothing.

    It is the path of an active category, or nothing at all; where none is active, any text.
    """
    active = Category.objects.active_paths()
    if not category.strip() or not active or category.strip() in active:
        return ""
    return f"There is no category “{category.strip()}” in use: choose one of those on offer."


def may_work(user: User, ticket: Ticket) -> bool:
    """Whether this account may work on the ticket: it reaches its team, or it is its own.

    What has no team yet is for everybody at the desk.
    """
    if not isinstance(user, Account) or not holds(user, *WORKING_ROLES):
        return False
    # What one has opened for oneself one has reported, and others work on it.
    took_call = ticket.opened_by_id == user.pk and not is_requester(user, ticket)
    if took_call or _is_assignee(user, ticket):
        return True
    sight = sight_of(user, NounClass.ORDINARY, WORKING_ROLES)
    return sight.everything or ticket.team_id is None or ticket.team_id in sight.team_keys


def _is_assignee(user: Account, ticket: Ticket) -> bool:
    return user.person_id is not None and ticket.assignee_id == user.person_id


def is_requester(user: User, ticket: Ticket) -> bool:
    """Whether the ticket was reported for this account's person."""
    return (
        isinstance(user, Account)
        and user.person_id is not None
        and ticket.requester_id == user.person_id
    )


def sees_notes(user: User, ticket: Ticket) -> bool:
    """Whether this account reads internal notes and what else the desk alone reads of a ticket."""
    return DeskSight.of(user).covers(ticket)


def may_reply(user: User, ticket: Ticket) -> bool:
    """Whether this account may write what both the requester and the desk read."""
    return may_work(user, ticket) or is_requester(user, ticket)


def may_reopen(user: User, ticket: Ticket) -> bool:
    """Whether this account may say that it was not done; the requester until it is closed."""
    if may_work(user, ticket):
        return True
    return is_requester(user, ticket) and ticket.state == TicketState.RESOLVED


def may_set_escalations(user: User) -> bool:
    """Whether this account may say when tickets are escalated by themselves."""
    return holds(user, Role.IT_MANAGER, Role.ADMINISTRATOR)


def may_complain(user: User, ticket: Ticket) -> bool:
    """Whether this account may complain, or write down somebody's complaint."""
    return may_work(user, ticket) or is_requester(user, ticket)


def may_answer(user: User, escalation: Escalation) -> bool:
    """Whether this account answers for an escalation: its owner, or a manager who reaches it."""
    if not isinstance(user, Account):
        return False
    if user.person_id is not None and escalation.owner_id == user.person_id:
        return True
    return holds(user, Role.IT_MANAGER, Role.ADMINISTRATOR) and may_work(user, escalation.ticket)


def may_judge(user: User, escalation: Escalation) -> bool:
    """Whether this account may say how the complainant sees it.

    They may themselves; whoever resolved it, or had to, may not say it for them.
    """
    if not isinstance(user, Account):
        return False
    if user.person_id is not None and user.person_id == escalation.complainant_id:
        return True
    resolver = escalation.resolved_by
    known = {escalation.owner_id, None if resolver is None else resolver.person_id} - {None}
    is_resolver = escalation.resolved_by_id == user.pk or user.person_id in known
    return not is_resolver and may_work(user, escalation.ticket)


def may_withdraw(user: User, escalation: Escalation) -> bool:
    """Whether this account may take an escalation back.

    A complaint is its complainant's: they may, or whoever may write down their verdict. Any other
    escalation is taken back by whoever raised it or answers for it.
    """
    if escalation.is_complaint:
        return may_judge(user, escalation)
    is_raiser = isinstance(user, Account) and escalation.raised_by_id == user.pk
    return is_raiser or may_answer(user, escalation)


def can_answer(escalation: Escalation) -> bool:
    """Whether an answer is still awaited, or may be given anew."""
    return escalation.state in OPEN_ESCALATIONS


def may_lead(user: User) -> bool:
    """Whether this account may see how whole teams stand, person by person."""
    return holds(user, Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR)


def may_compare_teams(user: User) -> bool:
    """Whether this account may see the teams side by side."""
    return holds(user, Role.IT_MANAGER, Role.DIRECTOR, Role.ADMINISTRATOR)


def may_hand_over(user: User, team: Team) -> bool:
    """Whether this account may hand a team's work over to the next shift, or take it over."""
    if not holds(user, *WORKING_ROLES):
        return False
    sight = sight_of(user, NounClass.ORDINARY, WORKING_ROLES)
    return sight.everything or team.pk in sight.team_keys


def can_acknowledge(escalation: Escalation) -> bool:
    """Whether nobody has taken it up yet."""
    return escalation.state == EscalationState.RAISED


def can_judge(escalation: Escalation) -> bool:
    """Whether it is a complaint that is resolved and that its complainant has not judged."""
    return escalation.is_complaint and escalation.state == EscalationState.RESOLVED


def can_escalate(ticket: Ticket) -> bool:
    """Whether there is work that somebody else could help with."""
    return ticket.state in OPEN_STATES


def can_assign(ticket: Ticket) -> bool:
    """Whether somebody can be given the ticket."""
    return ticket.state in OPEN_STATES


def can_start(ticket: Ticket) -> bool:
    """Whether work on the ticket has not begun, or rests without a reason."""
    return ticket.state in {TicketState.NEW, TicketState.ASSIGNED, TicketState.UNKNOWN}


def can_hold(ticket: Ticket) -> bool:
    """Whether the ticket can begin to wait for somebody."""
    return ticket.state in OPEN_STATES and ticket.state != TicketState.ON_HOLD


def can_resume(ticket: Ticket) -> bool:
    """Whether the ticket waits, and not for an approval, which ends by itself."""
    return ticket.state == TicketState.ON_HOLD and not waits_for_approval(ticket)


def can_resolve(ticket: Ticket) -> bool:
    """Whether the ticket is still open, and nobody has to approve it first."""
    return ticket.state in OPEN_STATES and not waits_for_approval(ticket)


def waits_for_approval(ticket: Ticket) -> bool:
    """Whether somebody has to approve what is asked for before work begins."""
    return bool((ticket.state, ticket.pause_reason) == (TicketState.ON_HOLD, PauseReason.APPROVAL))


def can_close(ticket: Ticket) -> bool:
    """Whether the ticket is resolved and not closed yet."""
    return ticket.state == TicketState.RESOLVED


def can_reopen(ticket: Ticket) -> bool:
    """Whether the ticket has ended, and no other one counts for it."""
    return ticket.state not in OPEN_STATES and ticket.merged_into_id is None


def can_annul_reopening(ticket: Ticket) -> bool:
    """Whether it was reopened, and waits for no approval that was asked anew."""
    return can_merge(ticket) and bool(ticket.reopen_count) and not waits_for_approval(ticket)


def can_merge(ticket: Ticket) -> bool:
    """Whether another ticket can count for this one: there is work in it still."""
    return ticket.state in OPEN_STATES


def can_take_merged(ticket: Ticket) -> bool:
    """Whether this ticket can count for others: it counts itself."""
    return ticket.state != TicketState.CANCELLED


def can_unmerge(ticket: Ticket) -> bool:
    """Whether another ticket counts for this one."""
    return ticket.merged_into_id is not None


def can_cancel(ticket: Ticket) -> bool:
    """Whether there is work that can be called off."""
    return ticket.state in OPEN_STATES


def can_prioritise(ticket: Ticket) -> bool:
    """Whether the order of work still matters: what is fixed keeps the priority it was fixed at."""
    return ticket.state in OPEN_STATES


def can_describe(ticket: Ticket) -> bool:
    """Whether title, description, category and requester may still be set right."""
    has_ended = ticket.state in {TicketState.CLOSED, TicketState.CANCELLED}
    # Who asked, and for what, is what somebody is about to approve.
    return not has_ended and not waits_for_approval(ticket)


def can_write(ticket: Ticket) -> bool:
    """Whether anybody would read what is written."""
    return ticket.state != TicketState.CANCELLED


Can = Callable[[Ticket], bool]
# What a page offers, in its order; the words are those of the addresses.
_ACTS: Mapping[str, Can] = {
    "take": can_assign,
    "start": can_start,
    "resume": can_resume,
    "close": can_close,
    "resolve": can_resolve,
    "reply": can_write,
    "note": can_write,
    "hold": can_hold,
    "assign": can_assign,
    "reopen": can_reopen,
    "not-reopened": can_annul_reopening,
    "prioritise": can_prioritise,
    "describe": can_describe,
    "reword": can_describe,
    "cancel": can_cancel,
    "spam": can_cancel,
}


def permitted_acts(user: User, ticket: Ticket) -> frozenset[str]:
    """Return what this account's roles let it do with the ticket, in whatever state that is."""
    if may_work(user, ticket):
        return frozenset(_ACTS)
    return frozenset({"reply", "reopen"} if is_requester(user, ticket) else ())


def legal_acts(user: User, ticket: Ticket) -> frozenset[str]:
    """Return what this account may do with the ticket as it stands."""
    legal = {act for act in permitted_acts(user, ticket) if _ACTS[act](ticket)}
    if not isinstance(user, Account) or user.person_id is None or _is_assignee(user, ticket):
        legal.discard("take")
    if not may_reopen(user, ticket):
        legal.discard("reopen")
    return frozenset(legal)


def may_keep_rules(user: User) -> bool:
    """Whether this account may say what happens to tickets by itself."""
    return holds(user, Role.IT_MANAGER, Role.ADMINISTRATOR)


def may_open_problems(user: User) -> bool:
    """Whether this account may open problems, and link incidents to them."""
    return holds(user, *WORKING_ROLES)


def may_decide_on_candidates(user: User) -> bool:
    """Whether this account may have candidate problems sought, and decide on those it sees."""
    return holds(user, Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR)


def may_work_on_problem(user: User, problem: Problem) -> bool:
    """Whether this account may analyse the problem and move it on: its owner, and who decides."""
    if may_decide_on_candidates(user):
        return True
    if not isinstance(user, Account) or user.person_id is None:
        return False
    return problem.owner_id == user.person_id and may_open_problems(user)


def can_link(problem: Problem, ticket: Ticket) -> bool:
    """Whether a problem can explain the ticket: incidents are explained, and nothing else."""
    return problem.state != ProblemState.CLOSED and ticket.kind == TicketKind.INCIDENT


def can_unlink(link: ProblemLink) -> bool:
    """Whether the link holds."""
    return link.ended_at is None


def can_decide_on_candidate(candidate: CandidateProblem) -> bool:
    """Whether the candidate waits for a decision."""
    return candidate.state == CandidateState.PROPOSED


# From which states a problem comes into each; what was resolved or closed is taken up again.
_COMES_FROM: Mapping[ProblemState, frozenset[ProblemState]] = {
    ProblemState.INVESTIGATING: frozenset(ProblemState) - {ProblemState.INVESTIGATING},
    ProblemState.KNOWN_ERROR: frozenset(
        {ProblemState.NEW, ProblemState.INVESTIGATING, ProblemState.CHANGE_RAISED}
    ),
    ProblemState.CHANGE_RAISED: frozenset({ProblemState.KNOWN_ERROR}),
    ProblemState.RESOLVED: frozenset(
        {
            ProblemState.NEW,
            ProblemState.INVESTIGATING,
            ProblemState.KNOWN_ERROR,
            ProblemState.CHANGE_RAISED,
        }
    ),
    ProblemState.CLOSED: frozenset({ProblemState.RESOLVED}),
}
# What a page offers, in its order, with the state that each act leads to.
PROBLEM_ACTS: Mapping[str, ProblemState] = {
    "investigate": ProblemState.INVESTIGATING,
    "know": ProblemState.KNOWN_ERROR,
    "change": ProblemState.CHANGE_RAISED,
    "resolve": ProblemState.RESOLVED,
    "close": ProblemState.CLOSED,
}


def can_bring_problem(problem: Problem, state: ProblemState) -> bool:
    """Whether a problem can come into this state from the one that it is in."""
    return ProblemState(problem.state) in _COMES_FROM.get(state, frozenset())


def legal_problem_acts(user: User, problem: Problem) -> tuple[str, ...]:
    """Return what this account may do with the problem as it stands, in the order of the page."""
    if not may_work_on_problem(user, problem):
        return ()
    return tuple(act for act, state in PROBLEM_ACTS.items() if can_bring_problem(problem, state))


def open_state(ticket: Ticket) -> TicketState:
    """Work goes on where somebody has the ticket; else it waits for somebody."""
    has_somebody = ticket.assignee_id is not None or ticket.assignee_name
    return TicketState.IN_PROGRESS if has_somebody else TicketState.NEW
