"""Who may keep the list of services."""

from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role


def may_keep_services(user: User) -> bool:
    """Whether this account may add and change services."""
    return holds(user, Role.ADMINISTRATOR, Role.IT_MANAGER)
