"""Who sees what: role × reach × noun class, deny by default.

Roles are read once for an account object, which lives as long as a request. QuerySets ask
`sight_of` in `visible_to(user)`, so that lists, search, exports and drill-downs share one answer.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from quarterdeck.core.memory import asked_once
from quarterdeck.core.models import Account, RoleAssignment, Team, TeamMembership, Unit
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.vocabulary import Role


class NounClass(StrEnum):
    """How sensitive a noun is."""

    ORDINARY = "ordinary"
    PERSONNEL = "personnel"
    PAY = "pay"
    DISCIPLINE = "discipline"
    SECURITY = "security"


class Reach(IntEnum):
    """How far a role sees."""

    NONE = 0
    OWN = 1
    TEAM = 2
    SUBTREE = 3
    ALL = 4


def _row(
    ordinary: Reach, personnel: Reach, pay: Reach, discipline: Reach, security: Reach
) -> dict[NounClass, Reach]:
    return dict(zip(NounClass, (ordinary, personnel, pay, discipline, security), strict=True))


_NONE, _OWN, _TEAM, _SUBTREE, _ALL = Reach
GRANTS: Mapping[Role, Mapping[NounClass, Reach]] = {
    #                             ordinary personnel pay   discipline security
    Role.REQUESTER: _row(_OWN, _OWN, _OWN, _NONE, _NONE),
    Role.TECHNICIAN: _row(_TEAM, _OWN, _OWN, _NONE, _NONE),
    Role.TEAM_LEAD: _row(_TEAM, _TEAM, _OWN, _NONE, _NONE),
    Role.IT_MANAGER: _row(_SUBTREE, _SUBTREE, _SUBTREE, _SUBTREE, _SUBTREE),
    Role.DIRECTOR: _row(_SUBTREE, _SUBTREE, _SUBTREE, _SUBTREE, _SUBTREE),
    Role.EXECUTIVE_VIEWER: _row(_OWN, _NONE, _NONE, _NONE, _NONE),
    Role.HR_PARTNER: _row(_OWN, _SUBTREE, _SUBTREE, _SUBTREE, _NONE),
    Role.AUDITOR: _row(_ALL, _NONE, _NONE, _NONE, _ALL),
    Role.ADMINISTRATOR: _row(_ALL, _NONE, _NONE, _NONE, _ALL),
}


@dataclass(frozen=True)
class Sight:
    """What an account reaches: everything, or these teams, all below these units, and one's own.

    `unit_paths` are the paths of the units whose whole subtree is reached.
    """

    everything: bool = False
    team_keys: frozenset[int] = frozenset()
    person_key: int | None = None
    unit_paths: frozenset[str] = frozenset()


User = Account | AnonymousUser

# Every page asks them of its reader.
_ASSIGNMENTS = Prepared(
    lambda: RoleAssignment.objects.filter(account=Slot("account")).select_related("unit", "team")
)
_MEMBERSHIPS = Prepared(
    lambda: TeamMembership.objects.filter(person__account=Slot("account")).values_list("team")
)


def account_of(request: HttpRequest) -> Account:
    """Return whoever asks; PermissionDenied where nobody is signed in."""
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


def roles_of(user: User) -> tuple[RoleAssignment, ...]:
    """Return the role assignments of a signed-in account; nobody else has any."""
    if not isinstance(user, Account) or not user.is_active:
        return ()
    cached: tuple[RoleAssignment, ...] | None = getattr(user, "_roles_read", None)
    if cached is None:
        cached = tuple(_ASSIGNMENTS.records(account=user.pk))
        user._roles_read = cached  # type: ignore[attr-defined]  # noqa: SLF001 — a cache on our own object
    return cached


def _held(user: User) -> frozenset[str]:
    """Return the roles that an account holds anywhere, as each row of a list asks."""
    if not isinstance(user, Account):
        return frozenset()
    held: frozenset[str] | None = getattr(user, "_roles_held", None)
    if held is None:
        held = frozenset(assignment.role for assignment in roles_of(user))
        user._roles_held = held  # type: ignore[attr-defined]  # noqa: SLF001 — a cache on our own object
    return held


def holds(user: User, *roles: Role) -> bool:
    """Say whether the account holds one of the roles, anywhere."""
    return not _held(user).isdisjoint(roles)


def only_asks(user: User) -> bool:
    """Say whether the account is a requester and nothing else: the portal is for them."""
    return _held(user) == {Role.REQUESTER}


def sight_of(user: User, noun_class: NounClass, among: Collection[Role] = tuple(Role)) -> Sight:
    """Return how far an account sees among nouns of this class, by those of its roles."""
    return sight_by(user, {role: GRANTS[role][noun_class] for role in among})


def sight_by(user: User, reaches: Mapping[Role, Reach]) -> Sight:
    """Return how far an account sees where each of these roles has this reach, and others none."""
    if not isinstance(user, Account):
        return Sight()
    known: dict[object, Sight] = vars(user).setdefault("_sights_read", {})
    asked = frozenset(reaches.items())
    if asked not in known:
        known[asked] = _sight_by_roles(user, reaches)
    return known[asked]


def _sight_by_roles(user: Account, reaches: Mapping[Role, Reach]) -> Sight:
    teams, paths = set[int](), set[str]()
    for assignment in roles_of(user):
        reach = reaches.get(Role(assignment.role), Reach.NONE)
        if _sees_everything(assignment, reach):
            return Sight(everything=True, person_key=user.person_id)
        teams |= _teams_of(assignment, reach)
        if reach >= Reach.TEAM and assignment.team_id is None and assignment.unit is not None:
            paths.add(assignment.unit.path)
    return Sight(team_keys=frozenset(teams), person_key=user.person_id, unit_paths=frozenset(paths))


def _sees_everything(assignment: RoleAssignment, reach: Reach) -> bool:
    """A reach over all, or over the subtree of the root, or of no unit in particular."""
    if reach is Reach.ALL:
        return True
    if reach is not Reach.SUBTREE or assignment.team_id is not None:
        return False
    return assignment.unit is None or assignment.unit.parent_id is None


def _teams_of(assignment: RoleAssignment, reach: Reach) -> set[int]:
    """Return the keys of the teams that one assignment reaches."""
    if reach < Reach.TEAM:
        return set()
    if assignment.team_id is not None:
        return {assignment.team_id}
    if assignment.unit is not None:
        return set(_teams_below(assignment.unit))
    return set(_own_teams(assignment.account_id))


@asked_once
def _teams_below(unit: Unit) -> frozenset[int]:
    below = Unit.objects.below(unit)
    return frozenset(Team.objects.filter(unit__in=below).values_list("pk", flat=True))


@asked_once
def _own_teams(account: int) -> frozenset[int]:
    return frozenset(team for (team,) in _MEMBERSHIPS.rows(account=account))
