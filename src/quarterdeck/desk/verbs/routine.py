"""The act on the definition of routine."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import months_marked, touch
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Category, RoutineDefinition
from quarterdeck.desk.models.routine import DOMAIN
from quarterdeck.desk.vocabulary import TicketKind
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.queries.periods import own_start_of
from quarterdeck.office.rules import may_change_settings

_PRIORITIES = range(1, 6)


@verb
def define_routine(
    *,
    valid_from: date,
    kinds: Iterable[str],
    priorities: Iterable[int],
    excluded_categories: Iterable[str] = (),
    excluded_trees: Iterable[Category] = (),
    reason: str = "",
    actor: Account,
    at: datetime,
) -> RoutineDefinition:
    """Say what counts as routine from a day on; periods that begin then are read by it.

    Left out are the texts of `excluded_categories`, as sources say them, and our own categories of
    `excluded_trees` with all below them.
    """
    if not may_change_settings(actor):
        raise Refused("You may not change the settings.")
    chosen = [kind.value for kind in TicketKind if kind in set(kinds)]
    wanted = sorted(set(priorities))
    if not chosen or not wanted or not set(wanted) <= set(_PRIORITIES):
        raise Refused("Routine needs at least one kind, and a priority from 1 to 5.")
    if valid_from < FIRST_DAY:
        raise Refused(f"A definition holds from {FIRST_DAY} at the earliest.")
    starts = own_start_of(valid_from)
    definition = RoutineDefinition.objects.create(
        holds_from=starts,
        valid_from=valid_from,
        kinds=chosen,
        priorities=wanted,
        excluded_categories=sorted({text.strip() for text in excluded_categories} - {""}),
        excluded_trees=_kept(excluded_trees),
        reason=reason,
        defined_by=actor,
        defined_at=at,
    )
    _touch_recorded(starts, at)
    return definition


def _kept(categories: Iterable[Category]) -> list[dict[str, int | str]]:
    ordered = sorted(set(categories), key=lambda each: each.path)
    return [{"key": each.pk, "path": each.path} for each in ordered]


def _touch_recorded(starts: datetime, at: datetime) -> None:
    """Mark the months whose kept readings were counted by another definition.

    Of the months before the first mark nothing is recorded, and a setting is no record.
    """
    first = months_marked(DOMAIN).first()
    if first is not None:
        recorded = datetime.combine(first.month, time(), UTC)
        touch(DOMAIN, max(starts, recorded), max(starts, recorded, at))
