"""Who may report for whom."""

from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import User
from quarterdeck.desk.rules import may_open


def may_report_for(user: User, requester: Person | None) -> bool:
    """Whether this account may report for this person: the desk for anybody, others for oneself."""
    is_own = requester is not None and isinstance(user, Account) and user.person_id == requester.pk
    return is_own or may_open(user)
