"""Writes what tickets' histories say of their service-level clocks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from quarterdeck.core.database import insert_rows
from quarterdeck.desk.models import ServiceLevelClock, Ticket
from quarterdeck.desk.queries.clock_rows import COLUMNS, Key, Row, projected_rows, standing_rows
from quarterdeck.desk.queries.columns import due_order
from quarterdeck.desk.queries.facts import Log
from quarterdeck.desk.vocabulary import Agreement


class Due(NamedTuple):
    """What a ticket's clocks give its columns of these names."""

    due_at: datetime | None
    team_due_at: datetime | None
    due_order: datetime

    def changed(self, ticket: Ticket) -> dict[str, datetime | None]:
        """Return the columns that a ticket holds otherwise."""
        return {
            name: value for name, value in self._asdict().items() if getattr(ticket, name) != value
        }


@dataclass(frozen=True)
class ClockProjection:
    """The clocks of some tickets, whose rows the verb around it has locked, at one moment.

    The tickets' requesters and their units should be there already (`select_related`). `known` has
    the logs that have been read already, by the tickets' keys.
    """

    tickets: Sequence[Ticket]
    at: datetime
    known: Mapping[int, Log] = field(default_factory=dict)

    def project(self) -> dict[int, Due]:
        """Write the clocks that differ from their histories; return when each ticket is due."""
        due, _ = self._written()
        return due

    def _written(self) -> tuple[dict[int, Due], set[int]]:
        """Write the clocks that differ; return when each ticket is due, and whose clocks those
        are."""
        keys = [ticket.pk for ticket in self.tickets]
        before, after = standing_rows(keys), projected_rows(self.tickets, self.at, self.known)
        written = _replace(before, after)
        due: dict[tuple[int, str], list[datetime]] = defaultdict(list)
        for row in after.values():
            values = dict(zip(COLUMNS, row, strict=True))
            if values["stopped_at"] is None and values["due_at"] is not None:
                due[values["ticket"], values["agreement"]].append(values["due_at"])
        return {ticket.pk: _due(ticket, due) for ticket in self.tickets}, written

    def follow(self) -> set[int]:
        """Write the clocks that differ, and the tickets' own due times too; return the keys of the
        tickets whose clocks were others.

        That takes no new version of a ticket: nobody has changed what a person may be changing.
        """
        due, written = self._written()
        # What has ended is in order by its priority alone: many tickets change alike.
        alike: dict[tuple[tuple[str, datetime | None], ...], list[int]] = defaultdict(list)
        for ticket in self.tickets:
            alike[tuple(due[ticket.pk].changed(ticket).items())].append(ticket.pk)
        for changed, keys in alike.items():
            if changed:
                Ticket.objects.filter(pk__in=keys).update(**dict(changed))
        return written


def _due(ticket: Ticket, due: dict[tuple[int, str], list[datetime]]) -> Due:
    promised, within = (
        min(due.get((ticket.pk, kind), []), default=None)
        for kind in (Agreement.SERVICE_LEVEL, Agreement.OPERATIONAL_LEVEL)
    )
    return Due(promised, within, due_order(promised, within, ticket.priority))


def _replace(before: dict[Key, Row], after: dict[Key, Row]) -> set[int]:
    """Write what differs; return the keys of the tickets of which something does."""
    gone = {key for key, row in before.items() if after.get(key) != row}
    if gone:
        rows = ServiceLevelClock.objects.filter(ticket__in={key[0] for key in gone})
        places = rows.values_list("pk", "ticket_id", "agreement", "metric", "number")
        doomed = {place[1:]: place[0] for place in places if place[1:] in gone}
        ServiceLevelClock.objects.filter(pk__in=doomed.values()).delete()
        # A clock that goes on otherwise keeps its key: what was counted leads back to it by that.
        changed = [(doomed[key], *after[key]) for key in doomed if key in after]
        if changed:
            insert_rows(ServiceLevelClock, ("id", *COLUMNS), changed)
    new = {key: row for key, row in after.items() if key not in before}
    if new:
        insert_rows(ServiceLevelClock, COLUMNS, list(new.values()))
    return {key[0] for key in (*gone, *new)}
