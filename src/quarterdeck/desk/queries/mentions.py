"""Whom a note names by `@`, and who bears a name that was typed."""

import re
from dataclasses import dataclass

from django.db.models import Q

from quarterdeck.core.models import Account
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.rules.watching import reads_notes, sees_ticket

MOST_NAMED = 20
# More people of one name are looked at no further: the name alone does not tell them apart.
_MOST_OF_A_NAME = 10
# A mail address and a path have something before the sign, so that they name nobody.
_MENTION = re.compile(r"(?<![\w@./+-])@(\w(?:[\w.+-]*\w)?)")


@dataclass(frozen=True)
class Named:
    """Whom a note names; `several` and `unknown` are names of more than one, and of nobody."""

    accounts: tuple[Account, ...] = ()
    several: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def named_in(text: str, ticket: Ticket) -> Named:
    """Return whom a note on a ticket names, among those who may read it.

    A name is that of an account, or a first or last name that one of them alone bears.
    """
    names = list(dict.fromkeys(name.casefold() for name in _MENTION.findall(text)))[:MOST_NAMED]
    found = {name: _readers_called(name, ticket) for name in names}
    accounts = {each.pk: each for some in found.values() if len(some) == 1 for each in some}
    return Named(
        tuple(accounts.values()),
        tuple(name for name, some in found.items() if len(some) > 1),
        tuple(name for name, some in found.items() if not some),
    )


def _readers_called(name: str, ticket: Ticket) -> list[Account]:
    return [each for each in _accounts_called(name) if reads_notes(each, ticket)]


def _accounts_called(name: str) -> list[Account]:
    """Return the account of exactly this name, or those of the people one of whose names it is."""
    rows = Account.objects.people().filter(is_active=True).select_related("person")
    exact = list(rows.filter(username__iexact=name))
    if exact:
        return exact
    words = (
        Q(person__name__iexact=name)
        | Q(person__name__istartswith=f"{name} ")
        | Q(person__name__iendswith=f" {name}")
    )
    return list(rows.filter(words).order_by("username", "pk")[:_MOST_OF_A_NAME])


def seers_called(typed: str, ticket: Ticket) -> list[Account]:
    """Return who bears a typed name, of an account or a person, and may see the ticket."""
    name = typed.strip().removeprefix("@")
    return [each for each in _accounts_called(name) if name and sees_ticket(each, ticket)]


def readers_like(typed: str, ticket: Ticket) -> list[Account]:
    """Return whom a note on a ticket may name, of those whose name begins so."""
    name = typed.strip().removeprefix("@")
    if not name:
        return []
    rows = Account.objects.people().filter(is_active=True).select_related("person")
    words = (
        Q(username__istartswith=name)
        | Q(person__name__istartswith=name)
        | Q(person__name__icontains=f" {name}")
    )
    found = rows.filter(words).order_by("username", "pk")[:_MOST_OF_A_NAME]
    return [each for each in found if reads_notes(each, ticket)]


def unheard_in(text: str, ticket: Ticket) -> str:
    """Say which names of a note have told nobody, or nothing."""
    names = " and ".join(f"@{name}" for name in named_in(text, ticket).unknown)
    if not names:
        return ""
    return f"{names} told nobody: nobody of that name may read notes on {ticket.number}."
