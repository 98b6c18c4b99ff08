"""Who may open, end and hand on corrective actions, and when."""

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.models.corrective_action import STEERING_ROLES
from quarterdeck.planning.vocabulary import ActionState


def may_open_actions(user: User) -> bool:
    """Whether this account may open, hand on and cancel corrective actions."""
    return holds(user, *STEERING_ROLES)


def may_complete(user: User, action: CorrectiveAction) -> bool:
    """Whether this account may say that the action is done: its owner, and those who steer."""
    owns = isinstance(user, Account) and user.person_id == action.owner_id
    return owns or may_open_actions(user)


def can_end(action: CorrectiveAction) -> bool:
    """Whether the action is still open."""
    return action.state == ActionState.OPEN
