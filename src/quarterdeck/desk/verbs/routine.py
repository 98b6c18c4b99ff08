"""The act on the definition of routine."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import months_marked, touch
from quarterdeck.core.models import Account
from quarterdeck.desk.models import RoutineDefinition
from quarterdeck.desk.vocabulary import TicketKind
from quarterdeck.office.queries import organisation
from quarterdeck.office.rules import may_change_settings

_DOMAIN = "desk.tickets"
_PRIORITIES = range(1, 6)
_FIRST_DAY = date(1970, 1, 1)


@verb
def define_routine(
    *,
    valid_from: date,
    kinds: Iterable[str],
    priorities: Iterable[int],
    excluded_categories: Iterable[str] = (),
    reason: str = "",
    actor: Account,
    at: datetime,
) -> RoutineDefinition:
    """Say what counts as routine from a day on; periods that begin then are read by it."""
    if not may_change_settings(actor):
        raise Refused("You may not change the settings.")
    chosen = [kind.value for kind in TicketKind if kind in set(kinds)]
    wanted = sorted(set(priorities))
    if not chosen or not wanted or not set(wanted) <= set(_PRIORITIES):
        raise Refused("Routine needs at least one kind, and a priority from 1 to 5.")
    if valid_from < _FIRST_DAY:
        raise Refused(f"A definition holds from {_FIRST_DAY} at the earliest.")
    starts = datetime.combine(valid_from, time(), organisation().tzinfo)
    definition = RoutineDefinition.objects.create(
        holds_from=starts,
        valid_from=valid_from,
        kinds=chosen,
        priorities=wanted,
        excluded_categories=sorted({text.strip() for text in excluded_categories} - {""}),
        reason=reason,
        defined_by=actor,
        defined_at=at,
    )
    # Readings that are kept of these months were counted by another definition. Of the months
    # before the first mark nothing is recorded, and a setting is no record.
    first = months_marked(_DOMAIN).first()
    if first is not None:
        recorded = datetime.combine(first.month, time(), UTC)
        touch(_DOMAIN, max(starts, recorded), max(starts, recorded, at))
    return definition
