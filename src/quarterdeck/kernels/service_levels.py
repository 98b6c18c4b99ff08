"""Service-level clocks: what was agreed for a ticket, and how much of it is used up.

From a ticket's history (its lines, and the public replies of the desk) and the terms that were
agreed, `clocks_of` returns every clock that ran: for the first response, for updates, for the
resolution. Nothing depends on the present: a clock that still runs has the instant at which it is
used up, and whoever asks compares that with the time.

The rules, where the tools of the field differ (ITIL 4 service level management leaves them to the
agreement):

- **Which terms govern.** Of the versions of each policy the latest one governs that had begun when
  the ticket was reported, or that has begun since and covers running tickets. Of the policies that
  fit the ticket's service and customer, the one of the lowest rank governs, alone.
- **Change of priority, service, customer or terms.** The clock under the old target is cancelled
  (missed, where another priority, service or customer came when it was overdue: what was broken
  already is not mended by calling the ticket less urgent) and one under the new target begins. It
  counts from where the old one counted, unless the new terms restart: then it counts from the
  change. Equal targets carry on.
- **Response** ends with the first public reply of the desk, or a fix. It never pauses: a ticket put
  on hold without a word is not answered.
- **Update** runs from one public reply to the next; it begins with the first reply, or with the
  report where no response is agreed. A fix ends it.
- **Resolution** ends with a fix. After a reopening it resumes without the time between, or counts
  that too, or starts anew: the terms say which.
- **Pauses.** Time on hold for a reason that the terms name does not count.
- **Operational levels** are promised by a team beneath all this. Their clocks count apart, by the
  same rules, from the moment at which the team has the ticket; a response is then the first one
  since. When another team takes it they end: missed where they were overdue, otherwise neither
  kept nor missed. They never go on, also where a reopening brings the ticket back to that team.
- **Cancelled tickets** cancel their clocks; reopened, they resume without the time between.

A log keeps its own order. A line dated before its predecessor counts as simultaneous with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from quarterdeck.kernels.clocks import add_seconds, count_seconds
from quarterdeck.kernels.service_level_terms import (
    AfterReopening,
    Ending,
    History,
    Line,
    Metric,
    Standing,
    Target,
    Terms,
)
from quarterdeck.kernels.service_level_walk import Spell, walked

__all__ = [
    "AfterReopening",
    "Clock",
    "Ending",
    "History",
    "Line",
    "Metric",
    "Outcome",
    "Standing",
    "Stretch",
    "Target",
    "Terms",
    "clocks_of",
]

_PERCENT = 100
_STOPPED = frozenset({Ending.ANSWERED, Ending.FIXED})
# Ends by which a promise is not kept, and is broken where it was overdue.
_UNKEPT = frozenset({Ending.HANDED_ON, Ending.SUBJECT_CHANGED})


class Outcome(StrEnum):
    """How a clock stands, by the history alone."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Stretch(NamedTuple):
    """A part of a clock's time: whether it counted, until when (None: still), why not."""

    start: datetime
    end: datetime | None
    counts: bool
    standing: Standing
    pause_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock that ran on a ticket.

    It counts from `started_at`; `began_at` is when it came about, later where it took another's
    place. `counted_seconds` are those of the stretches that have ended; `running_since` is the
    start of the one that runs. `due_at` is the instant at which the target is used up: None while
    that is put off by a pause. `breached_at` is that instant where the history went beyond it.
    `team` names who had the ticket and promised its part; of a service level it is empty.
    """

    metric: Metric
    number: int
    terms: Terms
    target: Target
    priority: int | None
    team: str
    started_at: datetime
    began_at: datetime
    stopped_at: datetime | None
    outcome: Outcome
    ending: Ending
    stretches: tuple[Stretch, ...]
    counted_seconds: int
    running_since: datetime | None
    due_at: datetime | None
    warning_at: datetime | None

    def breached_at(self, at: datetime) -> datetime | None:
        """Return the instant that the clock went beyond by `at`, or by its end; else None."""
        until = at if self.stopped_at is None else self.stopped_at
        return self.due_at if self.due_at is not None and self.due_at < until else None

    def elapsed_seconds(self, at: datetime) -> int:
        """Return the seconds used up at an instant not before the last of the history."""
        if self.running_since is None or at <= self.running_since:
            return self.counted_seconds
        return self.counted_seconds + count_seconds(self.target.calendar, self.running_since, at)


def clocks_of(history: History, terms: Sequence[Terms]) -> list[Clock]:
    """Return every clock that ran on a ticket: service levels first, by metric and in their order.

    `terms` are all versions of all policies, in the order in which they begin (of one policy and
    instant the later one counts). Raises ValueError for a naive datetime, and where a calendar
    never opens for as long as a target asks.
    """
    if not history.lines:
        return []
    moments = _in_order(history)
    clocks = []
    for by_team in (False, True):
        of_kind = [each for each in terms if each.is_operational is by_team]
        if of_kind:
            clocks += _numbered(walked(history, of_kind, moments, by_team=by_team), moments)
    return clocks


def _numbered(spells: Sequence[Spell], moments: Sequence[Line]) -> list[Clock]:
    """Measure clocks of one kind; each metric counts its own."""
    numbers = dict.fromkeys(Metric, 0)
    clocks = []
    for spell in sorted(spells, key=lambda each: list(Metric).index(each.metric)):
        numbers[spell.metric] += 1
        clocks.append(_measured(spell, numbers[spell.metric], moments))
    return clocks


def _in_order(history: History) -> list[Line]:
    """Return the log with no step back in time, the first line at the report."""
    latest, moments = history.opened_at, []
    for line in history.lines:
        latest = max(latest, line.at)
        moments.append(line._replace(at=latest))
    moments[0] = moments[0]._replace(at=history.opened_at)
    return moments


def _measured(spell: Spell, number: int, moments: Sequence[Line]) -> Clock:
    """Count a clock's stretches on the calendar of its target."""
    stretches = tuple(_stretches(spell, moments))
    counted, running_since, due = 0, None, None
    calendar, target = spell.target.calendar, spell.target.seconds
    warned, warning_after = None, target * spell.terms.warning_percent // _PERCENT
    for stretch in (each for each in stretches if each.counts):
        ran = None if stretch.end is None else count_seconds(calendar, stretch.start, stretch.end)
        if warned is None and (ran is None or counted + ran >= warning_after):
            warned = add_seconds(calendar, stretch.start, warning_after - counted)
        if due is None and (ran is None or counted + ran >= target):
            due = add_seconds(calendar, stretch.start, target - counted)
        if ran is None:
            running_since = stretch.start
        else:
            counted += ran
    if due is None and stretches and stretches[-1].counts and spell.ended_at is not None:
        due = add_seconds(calendar, spell.ended_at, target - counted)
    return Clock(
        metric=spell.metric,
        number=number,
        terms=spell.terms,
        target=spell.target,
        priority=spell.line.priority,
        team=spell.line.team if spell.terms.is_operational else "",
        started_at=spell.counted_from,
        began_at=spell.began_at,
        stopped_at=spell.ended_at,
        outcome=_outcome(spell, due, running_since),
        ending=spell.ending,
        stretches=stretches,
        counted_seconds=counted,
        running_since=running_since,
        due_at=due,
        warning_at=warned,
    )


def _outcome(spell: Spell, due: datetime | None, running_since: datetime | None) -> Outcome:
    if spell.ended_at is None:
        return Outcome.PAUSED if running_since is None else Outcome.RUNNING
    is_late = due is not None and due < spell.ended_at
    if spell.ending in _UNKEPT:
        return Outcome.MISSED if is_late else Outcome.CANCELLED
    if spell.ending not in _STOPPED:
        return Outcome.CANCELLED
    return Outcome.MISSED if is_late else Outcome.MET


def _stretches(spell: Spell, moments: Sequence[Line]) -> Iterator[Stretch]:
    """Yield the parts of a clock's time, from its start to its end; none is empty but the last."""
    for place, line in enumerate(moments):
        start = max(line.at, spell.counted_from)
        following = moments[place + 1].at if place + 1 < len(moments) else None
        end = following
        if spell.ended_at is not None:
            end = spell.ended_at if end is None else min(end, spell.ended_at)
        if end is None or start < end:
            yield Stretch(start, end, _counts(spell, line), line.standing, line.pause_reason)


def _counts(spell: Spell, line: Line) -> bool:
    if line.standing is Standing.ON_HOLD:
        return spell.metric is Metric.RESPONSE or line.pause_reason not in spell.terms.pauses
    if line.standing is Standing.FIXED:
        return spell.terms.after_reopening is AfterReopening.COUNTS
    return line.standing is Standing.OPEN
