"""Who may decide on a request for approval, and for whom: nobody, unless something here says so."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.models import Account, Person, RoleAssignment
from quarterdeck.core.permission import User, holds, roles_of
from quarterdeck.core.together import read_together
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import ApprovalDecision, ApprovalRequest, ApprovalSeat, Delegation
from quarterdeck.office.rules.superiors import holders_for
from quarterdeck.office.vocabulary import ApprovalState


@dataclass(frozen=True)
class Authority:
    """Somebody may decide in one seat: by their own right, or for another by a delegation."""

    seat: ApprovalSeat
    for_whom: Person | None = None
    delegation: Delegation | None = None

    def __str__(self) -> str:
        return f"for {self.for_whom}" if self.for_whom else "by your own right"


def may_keep_policies(user: User) -> bool:
    """Whether this account may lay down who approves what."""
    return holds(user, Role.IT_MANAGER, Role.ADMINISTRATOR)


def may_delegate_for(user: User, giver: Person) -> bool:
    """Whether this account may hand on the authority of a person: its own, or as administrator."""
    is_own = isinstance(user, Account) and user.person_id == giver.pk
    return is_own or holds(user, Role.ADMINISTRATOR)


def may_withdraw(user: User, request: ApprovalRequest) -> bool:
    """Whether this account may take a request back: it asked, or it was asked for its person."""
    if not isinstance(user, Account):
        return False
    is_requester = user.person_id is not None and request.requester_id == user.person_id
    return is_requester or request.asked_by_id == user.pk


def may_inquire(user: User, request: ApprovalRequest, at: datetime) -> bool:
    """Whether this account may ask the requester back: it decides, or asked on their behalf."""
    if not isinstance(user, Account) or user.person_id == request.requester_id:
        return False
    asked = request.asked_by_id == user.pk and can_decide(request)
    return asked or bool(authorities(user, request, at))


def can_decide(request: ApprovalRequest) -> bool:
    """Whether the request still waits."""
    return request.state == ApprovalState.WAITING


def authorities(user: User, request: ApprovalRequest, at: datetime) -> tuple[Authority, ...]:
    """Return in which seats of the open step this account may decide now, its own ones first.

    Whoever asked, or for whom it was asked, decides neither for themselves nor for others, and
    nobody decides in their place, unless the policy says so. Nobody's authority counts twice in a
    step, whoever uses it.
    """
    return authorities_on(user, [request], at).get(request.pk, ())


def authorities_on(
    user: User, requests: Iterable[ApprovalRequest], at: datetime
) -> dict[int, tuple[Authority, ...]]:
    """Return the same for each of these requests by its key, where there is any; for any number
    what they rest on is read at once."""
    if not isinstance(user, Account) or user.person is None or not user.is_active:
        return {}
    open_ones = [each for each in requests if can_decide(each)]
    if not open_ones:
        return {}
    case = _Case.of(user.person, open_ones, at)
    found = ((each.pk, _in_case(user, each, case)) for each in open_ones)
    return {key: seats for key, seats in found if seats}


@dataclass(frozen=True)
class _Case:
    """What authority on some requests rests on: their seats and decisions, and what the person
    holds for others."""

    seats: Collection[ApprovalSeat]
    decisions: Collection[ApprovalDecision]
    delegations: Collection[Delegation]

    @classmethod
    def of(cls, person: Person, requests: list[ApprovalRequest], at: datetime) -> "_Case":
        """Read it in one statement."""
        keys = [each.pk for each in requests]
        seats = ApprovalSeat.objects.undecided().filter(step__request__in=keys)
        seats = seats.select_related("person", "step").order_by("pk")
        decisions = ApprovalDecision.objects.filter(request__in=keys).select_related("step")
        held = Delegation.objects.in_force(at).filter(receiver=person)
        delegations = held.select_related("giver").order_by("pk")
        read_together([seats, decisions, delegations])
        return cls(seats, decisions, delegations)

    def open_seats(self, request: ApprovalRequest) -> list[ApprovalSeat]:
        """Return the seats of the open step in which nobody has decided."""
        step = request.pk, request.step
        return [each for each in self.seats if (each.step.request_id, each.step.position) == step]

    def spent(self, request: ApprovalRequest) -> set[int]:
        """Return whose authority has counted in the open step: of deciders, and for whom."""
        made = [
            each
            for each in self.decisions
            if each.request_id == request.pk and each.step.position == request.step
        ]
        people = {key for each in made for key in (each.decider_id, each.for_whom_id)}
        return {key for key in people if key is not None}


def _in_case(user: Account, request: ApprovalRequest, case: _Case) -> tuple[Authority, ...]:
    barred = case.spent(request)
    if not request.may_approve_own:
        barred |= {key for key in (request.requester_id, request.asked_by.person_id) if key}
    if user.person_id in barred:
        return ()
    found = [*_own(user, request, case), *_delegated(request, case)]
    allowed = [each for each in found if each.for_whom is None or each.for_whom.pk not in barred]
    # A seat of one's own needs nobody else's.
    return tuple({each.seat.pk: each for each in reversed(allowed)}.values())[::-1]


def _own(user: Account, request: ApprovalRequest, case: _Case) -> Iterator[Authority]:
    roles = {assignment.role for assignment in roles_of(user)}
    for seat in case.open_seats(request):
        is_held = seat.role in roles and user.person_id in holders_for(seat.role, request.requester)
        if seat.person_id == user.person_id or is_held:
            yield Authority(seat)


def _delegated(request: ApprovalRequest, case: _Case) -> Iterator[Authority]:
    covering = [each for each in case.delegations if each.covers(request.kind, request.amount)]
    if not covering:
        return
    roles = _roles_of_people([each.giver_id for each in covering])
    for seat in case.open_seats(request):
        for each in covering:
            is_held = seat.role in roles.get(each.giver_id, ())
            if is_held and each.giver_id not in holders_for(seat.role, request.requester):
                continue
            if seat.person_id == each.giver_id or is_held:
                yield Authority(seat, each.giver, each)


def _roles_of_people(people: list[int]) -> dict[int, set[str]]:
    """Return which roles people hold with an account that may sign in."""
    held: dict[int, set[str]] = {}
    rows = RoleAssignment.objects.filter(account__person__in=people, account__is_active=True)
    for person, role in rows.values_list("account__person", "role"):
        held.setdefault(person, set()).add(role)
    return held
