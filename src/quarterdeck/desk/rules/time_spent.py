"""Who may record time on a ticket, and take it back."""

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket, TimeEntry
from quarterdeck.desk.models.kept import DESK_READERS
from quarterdeck.desk.rules import may_work


def may_record_time(user: User, ticket: Ticket) -> bool:
    """Whether this account may record its own work on the ticket."""
    return isinstance(user, Account) and user.person_id is not None and may_work(user, ticket)


def may_correct_time(user: User, entry: TimeEntry) -> bool:
    """Whether this account may correct an entry: its own, or as a lead those of its tickets."""
    if not may_work(user, entry.ticket):
        return False
    is_own = isinstance(user, Account) and user.person_id == entry.person_id
    return is_own or holds(user, Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR)


def can_correct_time(entry: TimeEntry) -> bool:
    """Whether the entry counts: it takes nothing back, and nothing has taken it back."""
    return entry.reverses_id is None and not TimeEntry.objects.filter(reverses=entry).exists()


def sees_weeks(user: User) -> bool:
    """Whether this account may read how much was recorded in a week, its own at least."""
    return holds(user, *DESK_READERS)
