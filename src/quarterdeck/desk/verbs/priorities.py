"""The act on the priority matrix."""

from collections.abc import Sequence
from datetime import date, datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.desk.models import PriorityMatrix
from quarterdeck.desk.vocabulary import Level
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.queries.periods import own_start_of
from quarterdeck.office.rules import may_change_settings

_PRIORITIES = range(1, 6)


@verb
def set_priority_matrix(
    *,
    valid_from: date,
    rows: Sequence[Sequence[int]],
    reason: str = "",
    actor: Account,
    at: datetime,
) -> PriorityMatrix:
    """Say which priority follows from impact and urgency from a day on; no ticket changes.

    `rows` holds a row for each impact from high to low, and in it a priority for each urgency.
    """
    if not may_change_settings(actor):
        raise Refused("You may not change the settings.")
    size = len(Level)
    if len(rows) != size or any(len(row) != size for row in rows):
        raise Refused(f"A matrix has {size} impacts and {size} urgencies.")
    if not all(priority in _PRIORITIES for row in rows for priority in row):
        raise Refused("A priority is a number from 1 to 5.")
    if any(list(line) != sorted(line) for line in [*rows, *zip(*rows, strict=True)]):
        raise Refused("Less impact, or less urgency, cannot come first: priorities would fall.")
    if valid_from < FIRST_DAY:
        raise Refused(f"A matrix holds from {FIRST_DAY} at the earliest.")
    return PriorityMatrix.objects.create(
        holds_from=own_start_of(valid_from),
        valid_from=valid_from,
        rows=[list(row) for row in rows],
        reason=reason,
        defined_by=actor,
        defined_at=at,
    )
