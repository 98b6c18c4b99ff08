"""Who may watch a ticket, and let others watch it."""

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.rules import may_work, sees_notes


def may_watch(user: User) -> bool:
    """Whether this account may watch tickets that it sees: everybody who is signed in."""
    return isinstance(user, Account)


def may_add_watchers(user: User, ticket: Ticket) -> bool:
    """Whether this account may let others watch the ticket: whoever leads those who work on it."""
    leads = holds(user, Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR)
    return leads and may_work(user, ticket)


def sees_ticket(account: Account, ticket: Ticket) -> bool:
    """Whether this account may see the ticket now."""
    visible = Ticket.objects.visible_to(account)
    return account.is_active and visible.filter(pk=ticket.pk).exists()


def reads_notes(account: Account, ticket: Ticket) -> bool:
    """Whether this account may see the ticket and read what the desk notes on it."""
    return sees_notes(account, ticket) and sees_ticket(account, ticket)
