"""A ticket's own clocks: how long it took, on calendar and on business time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.desk.models import Ticket
from quarterdeck.office.queries import calendar_named, working_calendar


@dataclass(frozen=True)
class ClockFigure:
    """One stretch from the report to an instant, in seconds of calendar and of business time.

    Both are None, and `missing` says why, where the ticket's history does not give the stretch.
    """

    label: str
    until: datetime | None
    calendar_seconds: int | None
    business_seconds: int | None
    calendar_name: str
    missing: str = ""


def clocks_of(ticket: Ticket, at: datetime) -> list[ClockFigure]:
    """Return the time to the first and to the last fix, and the age of what is still open."""
    calendar = calendar_named("")
    count, name = working_calendar(calendar).business_seconds, calendar.name
    figures = [
        _figure(ticket, "To the first fix", ticket.first_fix_at, "Not fixed yet", name, count),
        _figure(
            ticket, "To the last fix", ticket.last_fix_at, "No fix that lasts yet", name, count
        ),
    ]
    if ticket.ended_at is None:
        figures.append(_figure(ticket, "Open for", at, "", name, count))
    return figures


def _figure(  # noqa: PLR0917 — the sides of one figure, called in one place
    ticket: Ticket,
    label: str,
    until: datetime | None,
    missing: str,
    name: str,
    count: Callable[[datetime, datetime], int],
) -> ClockFigure:
    if until is None:
        return ClockFigure(label, None, None, None, name, missing)
    if until < ticket.opened_at:
        return ClockFigure(label, until, None, None, name, "It is dated before the report")
    elapsed = int((until - ticket.opened_at).total_seconds())
    return ClockFigure(label, until, elapsed, count(ticket.opened_at, until), name)
