"""Who may keep the list of services."""

from quarterdeck.core.models import Account
from quarterdeck.core.permission import holds
from quarterdeck.core.vocabulary import Role


def may_keep_services(user: Account) -> bool:
    """Whether this account may add and change services."""
    return holds(user, Role.ADMINISTRATOR, Role.IT_MANAGER)
