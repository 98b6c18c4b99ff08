"""A ticket's state history as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from quarterdeck.desk.models import StateChange, Ticket


@dataclass(frozen=True)
class LogLine:
    """One change in the source's own order, what it changed, and the time since the line before.

    `elapsed` is in seconds and negative where the log steps back in time; None on the first line.
    """

    change: StateChange
    elapsed: int | None
    is_new_state: bool
    is_new_priority: bool
    is_new_team: bool
    is_new_assignee: bool


def log_of(ticket: Ticket) -> list[LogLine]:
    """Return the standing changes of a ticket, each in the latest batch's version of it."""
    changes = StateChange.objects.standing().filter(ticket=ticket).in_log_order()
    latest = {change.sequence: change for change in changes.select_related("team")}
    lines: list[LogLine] = []
    previous: StateChange | None = None
    for change in latest.values():
        lines.append(_line(change, previous))
        previous = change
    return lines


def _line(change: StateChange, previous: StateChange | None) -> LogLine:
    if previous is None:
        return LogLine(change, None, True, True, True, True)
    return LogLine(
        change,
        elapsed=_seconds(previous.occurred_at, change.occurred_at),
        is_new_state=(change.state, change.source_state) != (previous.state, previous.source_state),
        is_new_priority=change.priority != previous.priority,
        is_new_team=change.team_id != previous.team_id,
        is_new_assignee=change.assignee_name != previous.assignee_name,
    )


def _seconds(earlier: datetime, later: datetime) -> int:
    return int((later - earlier).total_seconds())
