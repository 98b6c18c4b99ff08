"""Writes what tickets' histories say of their service-level clocks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.database import insert_rows
from quarterdeck.desk.models import ServiceLevelClock, Ticket
from quarterdeck.desk.queries.clock_rows import COLUMNS, Key, Row, projected_rows, standing_rows


@dataclass(frozen=True)
class ClockProjection:
    """The clocks of some tickets, whose rows the verb around it has locked, at one moment.

    The tickets' requesters and their units should be there already (`select_related`).
    """

    tickets: Sequence[Ticket]
    at: datetime

    def project(self) -> dict[int, datetime | None]:
        """Write the clocks that differ from their histories; return when each ticket is due."""
        keys = [ticket.pk for ticket in self.tickets]
        before, after = standing_rows(keys), projected_rows(self.tickets, self.at)
        _replace(before, after)
        due: dict[int, list[datetime]] = defaultdict(list)
        for row in after.values():
            values = dict(zip(COLUMNS, row, strict=True))
            if values["stopped_at"] is None and values["due_at"] is not None:
                due[values["ticket"]].append(values["due_at"])
        return {key: min(due[key], default=None) for key in keys}

    def follow(self) -> None:
        """Write the clocks that differ, and the tickets' own due times too.

        That takes no new version of a ticket: nobody has changed what a person may be changing.
        """
        due = self.project()
        for ticket in self.tickets:
            if ticket.due_at != due[ticket.pk]:
                Ticket.objects.filter(pk=ticket.pk).update(due_at=due[ticket.pk])


def _replace(before: dict[Key, Row], after: dict[Key, Row]) -> None:
    gone = {key for key, row in before.items() if after.get(key) != row}
    if gone:
        rows = ServiceLevelClock.objects.filter(ticket__in={key[0] for key in gone})
        places = rows.values_list("pk", "ticket_id", "metric", "number")
        doomed = [place[0] for place in places if place[1:] in gone]
        ServiceLevelClock.objects.filter(pk__in=doomed).delete()
    new = [row for key, row in after.items() if before.get(key) != row]
    if new:
        insert_rows(ServiceLevelClock, COLUMNS, new)
