"""Questions about the tickets that a reader sees: one statement for all who see in the same way."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from quarterdeck.core.database import Among
from quarterdeck.core.models import Account
from quarterdeck.core.permission import NounClass, sight_of
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.together import Posed
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.models.ticket import TicketQuerySet, own_of


class _Shape(NamedTuple):
    """In which way somebody sees tickets; the statement is the same for all who do."""

    everything: bool
    reaches_teams: bool
    is_person: bool


class BySight:
    """A question about what `Ticket.objects.visible_to` keeps, with slots of its own.

    It must not depend on anything but the reader's sight and its slots. The names `seen_teams`,
    `seen_person` and `seen_account` are taken.
    """

    def __init__(self, asked: Callable[[TicketQuerySet], "QuerySet[Any, Any]"]) -> None:
        """Keep what makes the question of the tickets that are seen."""
        self._asked = asked
        self._kept: dict[_Shape, Prepared] = {}

    def records(self, reader: Account, **given: Any) -> list[Any]:
        """Return the records for this reader, with a value for each slot."""
        return self._question(reader).records(**_sight(reader), **given)

    def posed(self, reader: Account, **given: Any) -> Posed:
        """Return the question for `read_together`, as `Prepared.posed` does."""
        return self._question(reader).posed(**_sight(reader), **given)

    def _question(self, reader: Account) -> Prepared:
        sight = sight_of(reader, NounClass.ORDINARY)
        shape = _Shape(sight.everything, bool(sight.team_keys), sight.person_key is not None)
        if shape not in self._kept:
            self._kept[shape] = Prepared(lambda: self._asked(_seen(shape)))
        return self._kept[shape]


def _seen(shape: _Shape) -> TicketQuerySet:
    rows = Ticket.objects.all()
    if shape.everything:
        return rows.standing()
    teams = Q(Among("team", Slot("seen_teams"))) if shape.reaches_teams else None
    own = own_of(Slot("seen_person") if shape.is_person else None, Slot("seen_account"))
    return rows.reached(teams, own)


def _sight(reader: Account) -> dict[str, Any]:
    sight = sight_of(reader, NounClass.ORDINARY)
    return {
        "seen_teams": json.dumps(sorted(sight.team_keys)),
        "seen_person": sight.person_key,
        "seen_account": reader.pk,
    }
