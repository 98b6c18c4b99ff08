"""The ticket that an address names."""

import json
from functools import cache

from django.db.models import Q
from django.http import Http404

from quarterdeck.core.database import Among
from quarterdeck.core.models import Account
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.models.ticket import TicketQuerySet, own_of
from quarterdeck.desk.records import tickets
from quarterdeck.ui.list_cells import keys_among

# What nearly every page of a ticket shows or asks for. Few are merged or follow another one, and a
# ticket is so wide that a second and a third in the same row cost more than to ask for them then.
_SHOWN = ("batch", "requester", "team", "service")


def find_ticket(key: int, user: User) -> Ticket:
    """Return the ticket of that key; 404 where the reader may not see it."""
    if not isinstance(user, Account):
        raise Http404
    sight = sight_of(user, NounClass.ORDINARY)
    question = _question(
        everything=sight.everything,
        reaches_teams=bool(sight.team_keys),
        is_person=sight.person_key is not None,
    )
    found: list[Ticket] = question.records(
        key=key,
        teams=json.dumps(sorted(sight.team_keys)),
        person=sight.person_key,
        account=user.pk,
    )
    if not found:
        raise Http404
    return found[0]


@cache
def _question(*, everything: bool, reaches_teams: bool, is_person: bool) -> Prepared:
    """Return what `visible_to` asks of one ticket, for all who see in the same way."""
    return Prepared(
        lambda: _asked(everything=everything, reaches_teams=reaches_teams, is_person=is_person)
    )


def _asked(*, everything: bool, reaches_teams: bool, is_person: bool) -> TicketQuerySet:
    if everything:
        seen = Ticket.objects.standing()
    else:
        teams = Q(Among("team", Slot("teams"))) if reaches_teams else None
        own = own_of(Slot("person") if is_person else None, Slot("account"))
        seen = Ticket.objects.all().reached(teams, own)
    return seen.select_related(*keys_among(tickets, _SHOWN)).filter(pk=Slot("key")).order_by()
