"""The only place that asks the machine what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant in UTC, for doors to hand on as `at`."""
    return datetime.now(UTC)
