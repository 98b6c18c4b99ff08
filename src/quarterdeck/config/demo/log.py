"""The demo's log: tickets as lines in ServiceNow's format, with a hole and some oddities."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from quarterdeck.config.demo.arrivals import arrivals
from quarterdeck.config.demo.cast import WORKPLACE
from quarterdeck.config.demo.lives import CLOSED, RESOLVED, Life, Line, Ticket, callers
from quarterdeck.config.demo.story import Story

SEED = 20
_FIRST_NUMBER = 10_001
_LEVELS = {1: "1 - High", 2: "2 - Medium", 3: "3 - Low"}
_PRIORITIES = {1: "1 - Critical", 2: "2 - High", 3: "3 - Moderate", 4: "4 - Low"}
_REPORTED_LATE, _STEPPED_BACK, _FIXED_BEFORE, _REPEATED = 6, 4, 2, 2
_SWEPT_UP = 0.95

Row = dict[str, str]


@dataclass(frozen=True)
class Export:
    """One file of a log: its rows by column, and up to when it reaches."""

    file_name: str
    until: datetime
    rows: list[Row]


@dataclass(frozen=True)
class History:
    """The other tool's log as it was exported, and the part of one month that turns up late."""

    exports: tuple[Export, ...]
    late: Export

    @property
    def rows(self) -> list[Row]:
        """Return the rows of every file, one after the other."""
        return [row for export in (*self.exports, self.late) for row in export.rows]


def history(story: Story, seed: int = SEED) -> History:
    """Return the log of the story, up to its end.

    A ticket's rows stand together and in the order of its log; tickets stand in order of report.
    The same arguments give the same rows.
    """
    rng = Random(seed)  # noqa: S311 — a story, not a secret
    life = Life(story, rng, callers(rng))
    tickets = [life.of(reported) for reported in arrivals(story, rng)]
    _make_odd(tickets, story, rng)
    spans = story.exports()
    exported: list[list[Row]] = [[] for _ in spans]
    late: list[Row] = []
    for number, ticket in enumerate(tickets, _FIRST_NUMBER):
        is_late = ticket.team == WORKPLACE and story.is_late(ticket.opened, ticket.last)
        latest = story.begins
        for line, row in _rows(number, ticket, rng):
            # A log that steps back in time was still written in its own order.
            latest = max(latest, line.at)
            for (start, end), rows in zip(spans, exported, strict=True):
                if start <= latest < end and not is_late:
                    rows.append(row)
            if is_late:
                late.append(row)
    return History(
        tuple(
            Export(f"incidents-{end:%Y-%m-%d}.csv", end, rows)
            for (_, end), rows in zip(spans, exported, strict=True)
        ),
        Export(f"workplace-{story.month(story.LATE):%Y-%m}.csv", story.late[1], late),
    )


def write(rows: Iterable[Mapping[str, str]], path: Path) -> None:
    """Write rows as CSV (RFC 4180)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = iter(rows)
        first = next(lines)
        writer = csv.DictWriter(file, fieldnames=list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(lines)


def _make_odd(tickets: list[Ticket], story: Story, rng: Random) -> None:
    """Give a handful of finished tickets the oddities that real logs have."""
    a_day = timedelta(days=1)
    finished = [
        ticket
        for ticket in tickets
        if ticket.opened > story.hole[1] + a_day and ticket.lines[-1].at < story.until - a_day
    ]
    odd = iter(rng.sample(finished, _REPORTED_LATE + _STEPPED_BACK + _FIXED_BEFORE + _REPEATED))
    for _, ticket in zip(range(_REPORTED_LATE), odd, strict=False):
        # The report was typed in after the work had begun.
        ticket.opened = ticket.lines[0].at + timedelta(minutes=rng.randrange(20, 90))
    for _, ticket in zip(range(_STEPPED_BACK), odd, strict=False):
        ticket.lines[2] = ticket.lines[2]._replace(at=ticket.lines[1].at - timedelta(minutes=95))
    for _, ticket in zip(range(_FIXED_BEFORE), odd, strict=False):
        fixed = next(line.at for line in ticket.lines if line.state == RESOLVED)
        ticket.opened = fixed + timedelta(minutes=15)
    for _, ticket in zip(range(_REPEATED), odd, strict=False):
        ticket.lines.insert(2, ticket.lines[1])


def _rows(number: int, ticket: Ticket, rng: Random) -> Iterator[tuple[Line, Row]]:
    """Yield what the log recorded of a ticket, each line with its row."""
    modified = -1
    previous: Line | None = None
    for line in ticket.lines:
        # A line that is repeated word for word tells of the same event.
        modified += line is not previous
        previous = line
        if line.at < ticket.story.until and not ticket.story.in_hole(line.at):
            yield line, _row(number, modified, ticket, line)
    swept = _swept_up(ticket, rng)
    if swept is not None:
        yield swept, _row(number, modified + 1, ticket, swept)


def _swept_up(ticket: Ticket, rng: Random) -> Line | None:
    """Return the line that closes by hand a ticket whose end fell into the hole, if any does."""
    last, story = ticket.lines[-1], ticket.story
    was_known = ticket.lines[0].at < story.hole[0]
    if not (was_known and story.in_hole(last.at) and rng.random() < _SWEPT_UP):
        return None
    minutes = rng.randrange(10 * 60, 3 * 24 * 60)
    at = story.calendar.add_business(story.hole[1] + timedelta(minutes=minutes), 60)
    return last._replace(at=at.replace(second=0), state=CLOSED)


def _row(number: int, modified: int, ticket: Ticket, line: Line) -> Row:
    zone = ticket.story.zone
    return {
        "number": f"INC{number:07}",
        "incident_state": line.state,
        "reassignment_count": str(line.reassigned),
        "reopen_count": str(line.reopened),
        "sys_mod_count": str(modified),
        "made_sla": str(line.in_time).lower(),
        "caller_id": ticket.caller,
        "opened_at": local_time(ticket.opened, zone),
        "sys_updated_by": line.by,
        "sys_updated_at": local_time(line.at, zone),
        "contact_type": ticket.channel,
        "category": ticket.category.name,
        "impact": _LEVELS[line.impact],
        "urgency": _LEVELS[line.urgency],
        "priority": _PRIORITIES[line.priority],
        "assignment_group": line.team,
        "assigned_to": line.assignee or "?",
    }


def local_time(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant by the wall clock, which never shows an hour that it skips.

    Of an hour that it shows twice a reader takes the first; the second is written an hour later.
    """
    local = instant.astimezone(zone)
    if local.fold:
        local = (instant + timedelta(hours=1)).astimezone(zone)
    return f"{local.day}/{local.month}/{local.year} {local:%H:%M}"
