"""The ticket that an address names."""

from quarterdeck.core.permission import User
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.records import tickets
from quarterdeck.ui.details import find_visible

# What nearly every page of a ticket shows or asks for. Few are merged or follow another one, and a
# ticket is so wide that a second and a third in the same row cost more than to ask for them then.
_SHOWN = ("batch", "requester", "team", "service")


def find_ticket(key: int, user: User) -> Ticket:
    """Return the ticket of that key; 404 where the reader may not see it."""
    found: Ticket = find_visible(tickets, key, user, _SHOWN)
    return found
