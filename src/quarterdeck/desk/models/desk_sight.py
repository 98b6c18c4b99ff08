"""Who reads what the desk alone reads of a ticket: the one rule, for rows and for a ticket at hand.

Internal notes, who watches, time spent, operational levels, how a ticket was given out and how a
major incident is worked on all follow it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from quarterdeck.core.permission import NounClass, Sight, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models.kept import DESK_READERS

if TYPE_CHECKING:
    from quarterdeck.desk.models.ticket import Ticket

# Whoever answers for the desk above its managers reads how a ticket is worked on.
_READERS = (*DESK_READERS, Role.DIRECTOR)


@dataclass(frozen=True)
class DeskSight:
    """Of which of the tickets that somebody sees they read what the desk alone reads.

    It takes a role at the desk, and a ticket that one did not only report: it is of a team that one
    reaches or of none yet, one works on it, or it is another's.
    """

    is_reader: bool
    sight: Sight

    @classmethod
    def of(cls, user: User) -> Self:
        """Return the sight of an account."""
        return cls(holds(user, *_READERS), sight_of(user, NounClass.ORDINARY))

    def rows(self, prefix: str) -> Q:
        """Return the condition on rows from which `prefix` leads to their ticket."""
        sight = self.sight
        if not self.is_reader:
            return Q(pk__in=())
        if sight.everything or sight.person_key is None:
            return ~Q(pk__in=())
        requester = f"{prefix}requester"
        reached = Q(**{f"{prefix}team__in": sight.team_keys})
        if sight.team_keys:
            reached |= Q(**{f"{prefix}team__isnull": True})
        works = Q(**{f"{prefix}assignee": sight.person_key})
        nobodys = Q(**{f"{requester}__isnull": True})
        return ~Q(**{requester: sight.person_key}) | nobodys | reached | works

    def covers(self, ticket: "Ticket") -> bool:
        """Say the same of one ticket, whose columns of people and team are there."""
        sight = self.sight
        if not self.is_reader:
            return False
        if sight.everything or sight.person_key is None:
            return True
        if ticket.requester_id != sight.person_key or ticket.assignee_id == sight.person_key:
            return True
        reached = sight.team_keys
        return ticket.team_id in reached or (ticket.team_id is None and bool(reached))


def read_at_desk(user: User) -> Q:
    """Return which rows on tickets that one sees the desk alone reads; the rows name a `ticket`."""
    return DeskSight.of(user).rows("ticket__")
