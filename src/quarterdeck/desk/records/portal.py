"""Where the portal stands among the places to go."""

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.ui import navigation


def has_person(user: User) -> bool:
    """Whether this account belongs to somebody who could ask for something."""
    return isinstance(user, Account) and user.person_id is not None


navigation.register(
    navigation.Entry("Today", "Get help", "portal.home", "help", has_person, for_requesters=True),
    navigation.Entry(
        "Today", "My tickets", "portal.tickets", "ticket", has_person, for_requesters=True
    ),
)
