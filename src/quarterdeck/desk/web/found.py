"""The ticket that an address names."""

from django.http import Http404

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.prepared import Slot
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.queries.by_sight import BySight
from quarterdeck.desk.records import tickets
from quarterdeck.ui.list_cells import keys_among

# What nearly every page of a ticket shows or asks for. Few are merged or follow another one, and a
# ticket is so wide that a second and a third in the same row cost more than to ask for them then.
_SHOWN = ("batch", "requester", "team", "service")


def _named(seen: TicketQuerySet) -> TicketQuerySet:
    leading = seen.select_related(*keys_among(tickets, _SHOWN))
    return leading.filter(pk=Slot("key")).order_by()


_NAMED = BySight(_named)


def find_ticket(key: int, user: User) -> Ticket:
    """Return the ticket of that key; 404 where the reader may not see it."""
    found: list[Ticket] = _NAMED.records(user, key=key) if isinstance(user, Account) else []
    if not found:
        raise Http404
    return found[0]
