"""Acts on the directory: units, people, teams, accounts and the roles that they hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from quarterdeck.core.accounts import can_spare_administrator
from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import (
    Account,
    Noun,
    Person,
    RoleAssignment,
    Team,
    TeamMembership,
    Unit,
)
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role

N = TypeVar("N", bound=Noun)


@dataclass(frozen=True)
class Password:
    """A password with its hash, for several accounts that get the same one: to hash takes long."""

    raw: str
    encoded: str

    @classmethod
    def of(cls, raw: str) -> Self:
        """Hash a password; that of nobody is one that nothing matches."""
        # Django takes None for it.
        return cls(raw, make_password(raw or None))


def may_keep_directory(user: User) -> bool:
    """Whether this account may change units, people, teams and accounts."""
    return holds(user, Role.ADMINISTRATOR, Role.IT_MANAGER)


def may_assign(user: User, role: Role) -> bool:
    """Whether this account may give a role away; only an administrator makes another one."""
    return holds(user, Role.ADMINISTRATOR) or (
        role is not Role.ADMINISTRATOR and may_keep_directory(user)
    )


@verb
def name_teams(*, names: Iterable[str], actor: Account, at: datetime) -> dict[str, Team]:  # noqa: ARG001 — the act is written for this actor
    """Return the teams of these names; those not known yet are founded under the root unit."""
    wanted = sorted(set(names) - {""})
    known = {team.name: team for team in Team.objects.filter(name__in=wanted)}
    new = [name for name in wanted if name not in known]
    if new:
        root = Unit.objects.filter(parent=None).order_by("pk")[0]
        Team.objects.bulk_create(
            [Team(name=name, unit=root) for name in new], ignore_conflicts=True
        )
        known |= {team.name: team for team in Team.objects.filter(name__in=new)}
    return known


@verb
def name_units(*, names: Iterable[str], actor: Account, at: datetime) -> dict[str, Unit]:  # noqa: ARG001 — the act is written for this actor
    """Return the units of these names; those not known yet are founded under the root unit."""
    wanted = sorted(set(names) - {""})
    known = {unit.name: unit for unit in Unit.objects.filter(name__in=wanted)}
    root = Unit.objects.filter(parent=None).order_by("pk")[0]
    for name in wanted:
        if name not in known:
            known[name] = _founded(name, root)
    return known


@verb
def found_unit(
    *,
    name: str,
    parent: Unit,
    manager: Person | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Unit:
    """Found a unit under another one, which has no other of that name."""
    _ask_keeper(actor)
    _refuse_second_unit(name, parent)
    return _founded(name, parent, manager)


def _founded(name: str, parent: Unit, manager: Person | None = None) -> Unit:
    unit = _stored(Unit(name=name, parent=parent, manager=manager))
    unit.path = f"{parent.path}{unit.pk}."
    unit.save(update_fields=["path"])
    return unit


@verb
def rename_unit(*, unit: Unit, name: str, actor: Account, at: datetime) -> Unit:  # noqa: ARG001 — the act is dated so
    """Give a unit another name; what points at it stays."""
    _ask_keeper(actor)
    if unit.name != name:
        _refuse_second_unit(name, unit.parent)
        unit.name = name
        unit.version += 1
        _stored(unit)
    return unit


@verb
def move_unit(*, unit: Unit, parent: Unit, actor: Account, at: datetime) -> Unit:  # noqa: ARG001 — the act is dated so
    """Hang a unit, with everything below it, under another one; not under a unit of its own."""
    _ask_keeper(actor)
    # All units are held, so that two moves at once cannot tie the tree into a ring.
    units = {each.pk: each for each in Unit.objects.select_for_update().order_by("pk")}
    moved, target = units[unit.pk], units[parent.pk]
    if moved.parent_id is None:
        raise Refused("The organisation itself has no place inside of it.")
    if target.path.startswith(moved.path):
        raise Refused(f"{target} lies inside {moved}, which would then lie inside itself.")
    if moved.parent_id == target.pk:
        return unit
    _refuse_second_unit(moved.name, target)
    old, new = moved.path, f"{target.path}{moved.pk}."
    moved.parent = target
    for each in units.values():
        if each.path.startswith(old):
            each.path = new + each.path.removeprefix(old)
            each.version += 1
            each.save(update_fields=["parent", "path", "version"])
    unit.refresh_from_db()
    return unit


@verb
def appoint_manager(
    *,
    unit: Unit,
    person: Person | None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Unit:
    """Let a person, or for now nobody, manage a unit in place of whoever did before."""
    _ask_keeper(actor)
    unit.manager = person
    unit.version += 1
    return _stored(unit)


@verb
def change_unit(
    *,
    unit: Unit,
    name: str,
    parent: Unit | None,
    manager: Person | None,
    actor: Account,
    at: datetime,
) -> Unit:
    """Rename a unit, appoint its manager and move it, whatever of it differs."""
    if parent is None and unit.parent is not None:
        raise Refused(f"{unit} needs a place: choose the unit that it is a part of.")
    if name != unit.name:
        rename_unit(unit=unit, name=name, actor=actor, at=at)
    if manager != unit.manager:
        appoint_manager(unit=unit, person=manager, actor=actor, at=at)
    if parent is not None and parent != unit.parent:
        move_unit(unit=unit, parent=parent, actor=actor, at=at)
    return unit


@verb
def found_team(
    *,
    name: str,
    unit: Unit,
    lead: Person | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Team:
    """Found a team inside a unit; no other team has its name."""
    _ask_keeper(actor)
    if Team.objects.filter(name=name).exists():
        raise Refused(f"There is a team “{name}” already.")
    return _stored(Team(name=name, unit=unit, lead=lead))


@verb
def join_team(*, person: Person, team: Team, actor: Account, at: datetime) -> TeamMembership:  # noqa: ARG001 — the act is dated so
    """Let a person work in a team."""
    _ask_keeper(actor)
    if TeamMembership.objects.filter(person=person, team=team).exists():
        raise Refused(f"{person} is in {team} already.")
    return _stored(TeamMembership(person=person, team=team))


@verb
def leave_team(*, membership: TeamMembership, actor: Account, at: datetime) -> None:  # noqa: ARG001 — the act is dated so
    """End somebody's work in a team; the history keeps that there was any."""
    _ask_keeper(actor)
    membership.delete()


@verb
def add_person(
    *,
    name: str,
    email: str = "",
    unit: Unit | None = None,
    reports_to: Person | None = None,
    external_id: str = "",
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Person:
    """Add a person to the directory; two people may share a name, but not an external id."""
    _ask_keeper(actor)
    if external_id and Person.objects.filter(source="", external_id=external_id).exists():
        raise Refused(f"There is a person with the external id “{external_id}” already.")
    person = Person(
        name=name, email=email, unit=unit, reports_to=reports_to, external_id=external_id
    )
    return _stored(person)


@verb
def add_account(
    *,
    username: str,
    password: str | Password = "",
    person: Person | None = None,
    must_change_password: bool = False,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Account:
    """Add a sign-in, for a person or for none; without a password nobody can use it yet."""
    _ask_keeper(actor)
    if Account.objects.filter(username__iexact=username).exists():
        raise Refused(f"There is an account “{username}” already.")
    if person is not None and Account.objects.filter(person=person).exists():
        raise Refused(f"{person} has an account already.")
    account = Account(username=username, person=person, must_change_password=must_change_password)
    given = password if isinstance(password, Password) else Password.of(password)
    if given.raw:
        _check_password(given.raw, account)
    account.password = given.encoded
    return _stored(account)


@verb
def assign_role(
    *,
    account: Account,
    role: str,
    unit: Unit | None = None,
    team: Team | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> RoleAssignment:
    """Give an account a role: for a team, for a unit with all below it, or for neither."""
    given = Role(role)
    if not may_assign(actor, given):
        raise Refused(f"You may not make anybody {given.label.lower()}.")
    if unit is not None and team is not None:
        raise Refused("A role is for a unit or for a team, not for both.")
    if RoleAssignment.objects.of(account).filter(role=role, unit=unit, team=team).exists():
        raise Refused(f"{account} is {given.label.lower()} there already.")
    return _stored(RoleAssignment(account=account, role=given, unit=unit, team=team))


@verb
def withdraw_role(*, assignment: RoleAssignment, actor: Account, at: datetime) -> None:  # noqa: ARG001 — the act is dated so
    """Take a role away again; the last administrator stays one."""
    role = Role(assignment.role)
    if not may_assign(actor, role):
        raise Refused(f"You may not take {role.label.lower()} away from anybody.")
    account = assignment.account
    if account.is_builtin:
        raise Refused("Built-in actors keep their roles.")
    if role is Role.ADMINISTRATOR and not can_spare_administrator(account):
        raise Refused(f"{account} is the last administrator; make another one first.")
    assignment.delete()


def _ask_keeper(actor: Account) -> None:
    if not may_keep_directory(actor):
        raise Refused("You may not change the directory.")


def _refuse_second_unit(name: str, parent: Unit | None) -> None:
    if Unit.objects.filter(parent=parent, name=name).exists():
        raise Refused(f"{parent or 'The organisation'} has a unit “{name}” already.")


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from problem


def _stored(noun: N) -> N:
    """Store a noun whose fields hold what they may hold; say which one does not."""
    try:
        noun.full_clean()
    except ValidationError as problem:
        told = (f"{name}: {' '.join(texts)}" for name, texts in problem.message_dict.items())
        raise Refused(" ".join(told)) from problem
    noun.save()
    return noun
