"""Commands on accounts: who may sign in, as what, and with which password."""

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.commands.output import note, say, say_json, say_table
from quarterdeck.core import clock
from quarterdeck.core.accounts import (
    give_one_time_password,
    lock_account,
    set_password,
    unlock_account,
)
from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person, RoleAssignment, Team, Unit
from quarterdeck.core.vocabulary import Role

M = TypeVar("M", bound=Model)


def user(chosen: argparse.Namespace) -> int:
    """Do what the word after `user` says."""
    return _ACTS[chosen.act](chosen)


def _add(chosen: argparse.Namespace) -> int:
    """Add an account, wholly or not at all; a person of that name is found or added."""
    actor, at = operator(), clock.now()
    if (chosen.unit or chosen.team) and not chosen.role:
        raise Refused("A unit or a team says how far a role reaches: name the --role too.")
    with transaction.atomic():
        person = _person(chosen.person) if chosen.person else None
        account = add_account(username=chosen.username, person=person, actor=actor, at=at)
        if chosen.role:
            assign_role(
                account=account,
                role=_role(chosen.role),
                unit=_named(Unit.objects.all(), "unit", chosen.unit),
                team=_named(Team.objects.all(), "team", chosen.team),
                actor=actor,
                at=at,
            )
    say(f"The account {account.username} is added.")
    note(f"Nobody can use it before it has a password: quarterdeck user password {chosen.username}")
    return 0


def _password(chosen: argparse.Namespace) -> int:
    account = _account(chosen.username)
    if chosen.generate:
        say(give_one_time_password(account=account, actor=operator(), at=clock.now()))
        note("It is shown this once, and has to be changed at the next sign-in.")
        return 0
    set_password(account=account, password=_typed(), actor=operator(), at=clock.now())
    say(f"The password of {account.username} is changed.")
    return 0


def _typed() -> str:
    """Ask twice at a terminal; from a pipe, read one line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("New password: ")
    if getpass.getpass("Once more: ") != password:
        raise Refused("The two passwords differ; nothing is changed.")
    return password


def _list(chosen: argparse.Namespace) -> int:
    rows = [_shown(account) for account in _accounts()]
    if chosen.json:
        say_json(rows)
        return 0
    titles = ("username", "person", "roles", "sign-in")
    say_table(titles, [[row[title] for title in titles] for row in rows])
    return 0


def _accounts() -> QuerySet[Account]:
    people = Account.objects.people().select_related("person").order_by("username")
    return people.prefetch_related("roles__unit", "roles__team")


def _shown(account: Account) -> dict[str, str]:
    return {
        "username": account.username,
        "person": account.person.name if account.person else "",
        "roles": ", ".join(sorted(_told(each) for each in account.roles.all())),
        "sign-in": _state(account),
    }


def _told(assignment: RoleAssignment) -> str:
    reach = assignment.unit or assignment.team
    return f"{assignment.role} ({reach})" if reach else assignment.role


def _state(account: Account) -> str:
    if not account.is_active:
        return "locked"
    if not account.has_usable_password():
        return "no password"
    return "password to be changed" if account.must_change_password else "open"


def _lock(chosen: argparse.Namespace) -> int:
    lock_account(account=_account(chosen.username), actor=operator(), at=clock.now())
    say(f"{chosen.username} cannot sign in any more.")
    return 0


def _unlock(chosen: argparse.Namespace) -> int:
    unlock_account(account=_account(chosen.username), actor=operator(), at=clock.now())
    say(f"{chosen.username} can sign in again.")
    return 0


def _account(username: str) -> Account:
    account = Account.objects.people().filter(username__iexact=username).first()
    if account is None:
        raise Refused(f"There is no account “{username}”; quarterdeck user list shows all.")
    return account


def _person(name: str) -> Person:
    """Return the person of that name; whoever is not known yet is added."""
    found = list(Person.objects.filter(name=name)[:2])
    if len(found) > 1:
        raise Refused(f"There are several people named “{name}”; add the account in the browser.")
    return found[0] if found else add_person(name=name, actor=operator(), at=clock.now())


def _role(text: str) -> Role:
    wanted = text.strip().lower().replace("-", "_").replace(" ", "_")
    if wanted not in Role.values:
        raise Refused(f"There is no role “{text}”. Known: {', '.join(Role.values)}.")
    return Role(wanted)


def _named(rows: QuerySet[M], what: str, name: str) -> M | None:
    if not name:
        return None
    found = list(rows.filter(name=name)[:2])
    if len(found) != 1:
        count = "several" if found else "no"
        raise Refused(f"There {'are' if found else 'is'} {count} {what} “{name}”.")
    return found[0]


_ACTS: dict[str, Callable[[argparse.Namespace], int]] = {
    "add": _add,
    "password": _password,
    "list": _list,
    "lock": _lock,
    "unlock": _unlock,
}
