"""Acts on the directory: units, people, teams, accounts and the roles that they hold."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

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
def found_unit(*, name: str, parent: Unit, actor: Account, at: datetime) -> Unit:  # noqa: ARG001 — the act is dated so
    """Found a unit under another one, which has no other of that name."""
    _ask_keeper(actor)
    _refuse_second_unit(name, parent)
    unit = _stored(Unit(name=name, parent=parent))
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
def appoint_manager(*, unit: Unit, person: Person, actor: Account, at: datetime) -> Unit:  # noqa: ARG001 — the act is dated so
    """Let a person manage a unit, in place of whoever did before."""
    _ask_keeper(actor)
    unit.manager = person
    unit.version += 1
    return _stored(unit)


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
    if external_id and Person.objects.filter(external_id=external_id).exists():
        raise Refused(f"There is a person with the external id “{external_id}” already.")
    person = Person(
        name=name, email=email, unit=unit, reports_to=reports_to, external_id=external_id
    )
    return _stored(person)


@verb
def add_account(
    *,
    username: str,
    password: str = "",
    person: Person | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Account:
    """Add a sign-in, for a person or for none; without a password nobody can use it yet."""
    _ask_keeper(actor)
    if Account.objects.filter(username__iexact=username).exists():
        raise Refused(f"There is an account “{username}” already.")
    if person is not None and Account.objects.filter(person=person).exists():
        raise Refused(f"{person} has an account already.")
    account = Account(username=username, person=person)
    if password:
        _check_password(password, account)
    # Django takes None for a password that nothing matches.
    account.password = make_password(password or None)
    return _stored(account)


@verb
def assign_role(
    *,
    account: Account,
    role: Role,
    unit: Unit | None = None,
    team: Team | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> RoleAssignment:
    """Give an account a role: for a team, for a unit with all below it, or for neither."""
    if not may_assign(actor, role):
        raise Refused(f"You may not make anybody {role.label.lower()}.")
    if unit is not None and team is not None:
        raise Refused("A role is for a unit or for a team, not for both.")
    if RoleAssignment.objects.of(account).filter(role=role, unit=unit, team=team).exists():
        raise Refused(f"{account} is {role.label.lower()} there already.")
    return _stored(RoleAssignment(account=account, role=role, unit=unit, team=team))


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
