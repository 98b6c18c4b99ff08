"""Conditions on rows that lead to a ticket: whether it counts, and whether the reader may see it.

They are asked of each row by its ticket's key. With an IN, SQLite first collects the keys of all
tickets that there are, a million for a handful of rows; so does PostgreSQL behind an OR.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.desk.models.ticket import Ticket


def on_ticket(path: str = "ticket", **wanted: Any) -> Q:
    """Return which rows lead by `path` to a ticket whose columns hold this."""
    return Q(Exists(Ticket._base_manager.filter(pk=OuterRef(path), **wanted)))


def on_standing(path: str = "ticket") -> Q:
    """Return which rows lead by `path` to a ticket whose batch counts, or that has none."""
    return Q(Exists(Ticket.objects.standing().filter(pk=OuterRef(path))))


def on_visible(user: User, path: str = "ticket") -> Q:
    """Return which rows lead by `path` to a ticket that the reader may see."""
    seen, sight = Ticket.objects.visible_to(user), sight_of(user, NounClass.ORDINARY)
    if sight.everything or sight.team_keys:
        return Q(Exists(seen.filter(pk=OuterRef(path))))
    # One's own are few: what is on them is found by their keys.
    return Q(**{f"{path}__in": seen})
