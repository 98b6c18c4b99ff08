"""Who may set targets and close months, what a target may be, and when a month can be closed."""

from datetime import datetime
from fractions import Fraction

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Better, Measure, Unit
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import Grain, Period

STEERING_ROLES = (Role.IT_MANAGER, Role.DIRECTOR, Role.ADMINISTRATOR)


def may_set_targets(user: User) -> bool:
    """Whether this account may set and end targets."""
    return holds(user, *STEERING_ROLES)


def may_close_periods(user: User) -> bool:
    """Whether this account may close months, and restate what is closed."""
    return holds(user, *STEERING_ROLES)


def ask_closing(user: User) -> None:
    """Refuse whoever may neither close months nor restate what is closed."""
    if not may_close_periods(user):
        raise Refused("You may not close or restate periods.")


def can_close(period: Period, at: datetime) -> bool:
    """Whether the period is a month that is over."""
    return period.grain is Grain.MONTH and period.span.end <= at


def can_be_target(measure: Measure, value: Fraction) -> bool:
    """Whether the measure could have this value at all."""
    return 0 <= value <= 1 if measure.unit is Unit.SHARE else value >= 0


def is_at_least_as_good(measure: Measure, value: Fraction, limit: Fraction) -> bool:
    """Whether a value lies on the good side of a limit, or on it."""
    return value <= limit if measure.better is Better.LOWER else value >= limit
