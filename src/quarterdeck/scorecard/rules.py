"""Who may set targets, and what a target may be."""

from fractions import Fraction

from quarterdeck.core.measures import Better, Measure, Unit
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role

STEERING_ROLES = (Role.IT_MANAGER, Role.DIRECTOR, Role.ADMINISTRATOR)


def may_set_targets(user: User) -> bool:
    """Whether this account may set and end targets."""
    return holds(user, *STEERING_ROLES)


def can_be_target(measure: Measure, value: Fraction) -> bool:
    """Whether the measure could have this value at all."""
    return 0 <= value <= 1 if measure.unit is Unit.SHARE else value >= 0


def is_at_least_as_good(measure: Measure, value: Fraction, limit: Fraction) -> bool:
    """Whether a value lies on the good side of a limit, or on it."""
    return value <= limit if measure.better is Better.LOWER else value >= limit
