"""Who may decide on a request for approval, and for whom: nobody, unless something here says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.models import Account, Person, RoleAssignment
from quarterdeck.core.permission import User, holds, roles_of
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
    if not isinstance(user, Account) or user.person is None or not user.is_active:
        return ()
    if not can_decide(request):
        return ()
    barred = _spent(request)
    if not request.may_approve_own:
        barred |= {key for key in (request.requester_id, request.asked_by.person_id) if key}
    if user.person_id in barred:
        return ()
    found = [*_own(user, request), *_delegated(user.person, request, at)]
    allowed = [each for each in found if each.for_whom is None or each.for_whom.pk not in barred]
    # A seat of one's own needs nobody else's.
    return tuple({each.seat.pk: each for each in reversed(allowed)}.values())[::-1]


def _spent(request: ApprovalRequest) -> set[int]:
    """Return whose authority has counted in the open step: of deciders, and of those for whom."""
    decisions = ApprovalDecision.objects.filter(request=request, step__position=request.step)
    pairs = decisions.values_list("decider", "for_whom")
    return {person for pair in pairs for person in pair} - {None}


def _open_seats(request: ApprovalRequest) -> list[ApprovalSeat]:
    seats = ApprovalSeat.objects.undecided().filter(
        step__request=request, step__position=request.step
    )
    return list(seats.select_related("person", "step").order_by("pk"))


def _own(user: Account, request: ApprovalRequest) -> Iterator[Authority]:
    roles = {assignment.role for assignment in roles_of(user)}
    for seat in _open_seats(request):
        is_held = seat.role in roles and user.person_id in holders_for(seat.role, request.requester)
        if seat.person_id == user.person_id or is_held:
            yield Authority(seat)


def _delegated(person: Person, request: ApprovalRequest, at: datetime) -> Iterator[Authority]:
    held = Delegation.objects.in_force(at).filter(receiver=person).select_related("giver")
    covering = [each for each in held.order_by("pk") if each.covers(request.kind, request.amount)]
    if not covering:
        return
    roles = _roles_of_people([each.giver_id for each in covering])
    for seat in _open_seats(request):
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
