"""How one ticket of the demo lives: logged, assigned, handed on, held, fixed, reopened, closed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from quarterdeck.config.demo.cast import (
    CREWS,
    OVERLOADED,
    REQUESTER,
    SERVERS,
    SERVICE_DESK,
    people,
)
from quarterdeck.config.demo.catalogue import CATEGORIES, OUTAGE_SHARES, Category
from quarterdeck.config.demo.story import Story

NEW, ACTIVE, RESOLVED, CLOSED = "New", "Active", "Resolved", "Closed"
_FOR_USER, _FOR_VENDOR, _FOR_PROBLEM = "Awaiting User Info", "Awaiting Vendor", "Awaiting Problem"
_SYSTEM = "Automatic closing"

_HOUR = 3_600
_WORKDAY = 9.5 * _HOUR
_WAIT_BEFORE_CLOSING = timedelta(days=5)
_CLOSING_TIME = time(22, 30)

# Priority: how often, usual working hours from report to fix, hours within which it is to be fixed.
_PRIORITIES = (1, 2, 3, 4)
_PRIORITY_SHARES = (1, 6, 60, 33)
_OUTAGE_PRIORITY_SHARES = (6, 34, 50, 10)
_WORK_HOURS = {1: 2.5, 2: 5.0, 3: 9.0, 4: 19.0}
_TARGET_HOURS = {1: 4, 2: 9, 3: 28, 4: 57}
# Impact and urgency that make a priority.
_MATRIX = {
    1: ((1, 1),),
    2: ((1, 2), (2, 1)),
    3: ((2, 2), (1, 3), (3, 1)),
    4: ((2, 3), (3, 2), (3, 3)),
}

_CHANNELS = ("Phone", "Self service", "Email", "Direct opening")
_CHANNEL_SHARES = (52, 27, 17, 4)

_FIRST_AT_DESK, _ESCALATED, _WAITS_FOR_USER, _WAITS_FOR_PROBLEM = 0.13, 0.03, 0.16, 0.015
_FORGOTTEN, _NEVER_FIXED_AGAIN = 0.2, 0.02
_MOST_HANDOVERS, _LOADED = 4, 0.7

# First and last names of those who call, paired by chance.
_GIVEN = (
    *("Ada", "Amara", "Anton", "Beryl", "Bilal", "Carys", "Cosmin", "Dafydd", "Delphine", "Edith"),
    *("Emeka", "Fiona", "Goran", "Greta", "Hari", "Imani", "Ivor", "Jasna", "Joaquin", "Keziah"),
    *("Lars", "Lowri", "Magda", "Malik", "Noor", "Orla", "Pavel", "Rhona", "Sanjay", "Tove"),
)
_FAMILY = (
    *("Ashdown", "Bakare", "Birchall", "Cazacu", "Danforth", "Eklund", "Fairweather", "Gunawar"),
    *("Hathersage", "Ibekwe", "Jurado", "Kestrelwood", "Lindhurst", "Morwenna", "Nakagome"),
    *("Ostrander", "Penhaligan", "Quarmby", "Rostami", "Sandoval", "Thistlewood", "Underhay"),
)
_CALLERS = 190


class Line(NamedTuple):
    """One line of the log: when, and what the ticket then was."""

    at: datetime
    state: str
    priority: int
    impact: int
    urgency: int
    team: str
    assignee: str
    by: str
    reopened: int
    reassigned: int
    in_time: bool


@dataclass
class Ticket:
    """A ticket with its log, as it grows."""

    story: Story
    opened: datetime
    category: Category
    caller: str
    channel: str
    priority: int
    impact: int
    urgency: int
    team: str
    assignee: str = ""
    reopened: int = 0
    reassigned: int = 0
    paused: int = 0
    fixed: datetime | None = None
    lines: list[Line] = field(default_factory=list)

    @property
    def last(self) -> datetime:
        """The moment of the last line, or of the report."""
        return self.lines[-1].at if self.lines else self.opened

    def write(self, at: datetime, state: str, by: str = "") -> None:
        """Add a line at an instant, by the assignee unless it says by whom."""
        at = at.replace(second=0, microsecond=0)
        self.fixed = (self.fixed or at) if state in {RESOLVED, CLOSED} else None
        ends = max(self.fixed or at, self.opened)
        worked = self.story.calendar.business_seconds(self.opened, ends)
        in_time = worked - self.paused <= _TARGET_HOURS[self.priority] * _HOUR
        who = by or self.assignee or self.caller
        self.lines.append(
            Line(
                at,
                state,
                self.priority,
                self.impact,
                self.urgency,
                self.team,
                self.assignee,
                who,
                self.reopened,
                self.reassigned,
                in_time,
            )
        )

    def after(self, business_seconds: float) -> datetime:
        """Return the moment so much business time after the last line."""
        return self.story.calendar.add_business(self.last, round(business_seconds))


@dataclass(frozen=True)
class Life:
    """Lets tickets live, with one stream of chance for all of them."""

    story: Story
    rng: Random
    callers: Sequence[str]

    def of(self, reported: datetime) -> Ticket:
        """Return the ticket of one report, lived to its end, which may lie beyond the story's."""
        ticket = self._reported(reported)
        stalls = self._chance(ticket.category.stalls)
        work = self._seconds(self._usual_work(ticket), spread=0.85)
        self._start(ticket, work)
        self._hand_on(ticket, work)
        self._hold(ticket, stalls=stalls)
        if stalls and self._chance(_FORGOTTEN):
            return ticket
        ticket.write(ticket.after(work * self.rng.uniform(0.3, 0.6)), RESOLVED)
        while self._chance(ticket.category.comes_back) and ticket.reopened < _MOST_HANDOVERS:
            if not self._fixed_again(ticket, work):
                return ticket
        zone = self.story.zone
        day = (ticket.last + _WAIT_BEFORE_CLOSING).astimezone(zone).date()
        ticket.write(datetime.combine(day, _CLOSING_TIME, zone).astimezone(UTC), CLOSED, _SYSTEM)
        return ticket

    def _reported(self, reported: datetime) -> Ticket:
        outage = self.story.in_outage(reported)
        category = self._category(outage=outage)
        shares = _OUTAGE_PRIORITY_SHARES if outage else _PRIORITY_SHARES
        priority = self.rng.choices(_PRIORITIES, shares)[0]
        impact, urgency = self.rng.choice(_MATRIX[priority])
        at_desk = self._chance(_FIRST_AT_DESK)
        ticket = Ticket(
            story=self.story,
            opened=reported,
            category=category,
            # Some call often and many seldom.
            caller=self.callers[int(len(self.callers) * self.rng.random() ** 1.7)],
            channel=self.rng.choices(_CHANNELS, _CHANNEL_SHARES)[0],
            priority=priority,
            impact=impact,
            urgency=urgency,
            team=SERVICE_DESK if at_desk else category.team,
        )
        logged = reported + timedelta(minutes=self.rng.randrange(1, 9))
        ticket.write(logged, NEW)
        return ticket

    def _category(self, *, outage: bool) -> Category:
        shares = [
            OUTAGE_SHARES.get(category.name, 0) if outage else category.share
            for category in CATEGORIES
        ]
        return self.rng.choices(CATEGORIES, cum_weights=list(accumulate(shares)))[0]

    def _usual_work(self, ticket: Ticket) -> float:
        hours = _WORK_HOURS[ticket.priority] * ticket.category.effort
        return hours * _HOUR * self.story.pace(ticket.opened)

    def _start(self, ticket: Ticket, work: float) -> None:
        """Assign the ticket, and then begin the work; a few prove more urgent than they seemed."""
        ticket.assignee = self._member(ticket.team)
        ticket.write(ticket.after(work * self.rng.uniform(0.03, 0.2)), ACTIVE)
        if ticket.priority > 1 and self._chance(_ESCALATED):
            ticket.priority -= 1
            ticket.impact, ticket.urgency = self.rng.choice(_MATRIX[ticket.priority])
        ticket.write(ticket.after(work * self.rng.uniform(0.05, 0.25)), ACTIVE)

    def _hand_on(self, ticket: Ticket, work: float) -> None:
        """Send the ticket from team to team; it always comes home to the team of its category."""
        handovers = 0
        while self._chance(ticket.category.handed_on) and handovers < _MOST_HANDOVERS:
            handovers += 1
            self._reassign(ticket, self._other_team(ticket.team), work)
        if ticket.team != ticket.category.team:
            self._reassign(ticket, ticket.category.team, work)

    def _reassign(self, ticket: Ticket, team: str, work: float) -> None:
        ticket.team, before = team, ticket.assignee
        ticket.assignee = ""
        ticket.reassigned += 1
        ticket.write(ticket.after(work * self.rng.uniform(0.05, 0.2)), ACTIVE, before)
        ticket.assignee = self._member(team)
        ticket.write(ticket.after(work * self.rng.uniform(0.1, 0.35)), ACTIVE)

    def _hold(self, ticket: Ticket, *, stalls: bool) -> None:
        """Let the ticket wait for its requester, a vendor, a known problem, or nobody at all."""
        if self._chance(_WAITS_FOR_USER):
            self._pause(ticket, _FOR_USER, self._seconds(_WORKDAY, spread=0.8))
        if self._chance(ticket.category.vendor):
            self._pause(ticket, _FOR_VENDOR, self._seconds(3.5 * _WORKDAY, spread=0.7))
        if self._chance(_WAITS_FOR_PROBLEM):
            self._pause(ticket, _FOR_PROBLEM, self._seconds(8 * _WORKDAY, spread=0.7))
        if stalls:
            reason = self.rng.choice((_FOR_VENDOR, _FOR_USER, _FOR_PROBLEM, ACTIVE))
            self._pause(ticket, reason, self._seconds(70 * _WORKDAY, spread=0.8))

    def _pause(self, ticket: Ticket, state: str, seconds: float) -> None:
        ticket.write(ticket.after(_HOUR * self.rng.uniform(0.2, 1.5)), state)
        if state != ACTIVE:
            ticket.paused += round(seconds)
        ticket.write(ticket.after(seconds), ACTIVE)

    def _fixed_again(self, ticket: Ticket, work: float) -> bool:
        """Reopen a fixed ticket; return whether it was fixed again."""
        ticket.reopened += 1
        ticket.write(ticket.after(_WORKDAY * self.rng.uniform(0.05, 2.5)), ACTIVE, ticket.caller)
        if self._chance(_NEVER_FIXED_AGAIN):
            return False
        ticket.write(ticket.after(work * self.rng.uniform(0.4, 1.2)), RESOLVED)
        return True

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _seconds(self, usual: float, *, spread: float) -> float:
        """Return a lognormal time whose median is the usual one, and at least a few minutes."""
        return max(usual * math.exp(self.rng.gauss(0, spread)), 300)

    def _member(self, team: str) -> str:
        # Who leads works on fewer tickets; in one team a single person works on most of them.
        lead, *others = next(crew.members for crew in CREWS if crew.team == team)
        if team == SERVERS and self._chance(_LOADED):
            return OVERLOADED
        return self.rng.choice([lead, *others, *others])

    def _other_team(self, team: str) -> str:
        return self.rng.choice([crew.team for crew in CREWS if crew.team != team])


def callers(rng: Random) -> list[str]:
    """Return the names of those who call, nobody of the department among them."""
    known = set(people())
    names = [f"{given} {family}" for given in _GIVEN for family in _FAMILY]
    return [REQUESTER, *rng.sample([name for name in names if name not in known], _CALLERS)]
