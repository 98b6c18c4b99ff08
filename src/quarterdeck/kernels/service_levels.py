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
  (a breach that it had stays noted) and one under the new target begins. It counts from where the
  old one counted, unless the new terms restart: then it counts from the change. Equal targets
  carry on.
- **Response** ends with the first public reply of the desk, or a fix. It never pauses: a ticket put
  on hold without a word is not answered.
- **Update** runs from one public reply to the next; it begins with the first reply, or with the
  report where no response is agreed. A fix ends it.
- **Resolution** ends with a fix. After a reopening it resumes without the time between, or counts
  that too, or starts anew: the terms say which.
- **Pauses.** Time on hold for a reason that the terms name does not count.
- **Cancelled tickets** cancel their clocks; reopened, they resume without the time between.

A log keeps its own order. A line dated before its predecessor counts as simultaneous with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from heapq import merge
from typing import NamedTuple

from quarterdeck.kernels.calendars import WorkingCalendar
from quarterdeck.kernels.clocks import add_seconds, count_seconds

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


class Metric(StrEnum):
    """What is agreed to happen in time."""

    RESPONSE = "response"
    UPDATE = "update"
    RESOLUTION = "resolution"


class Standing(StrEnum):
    """What a line of the log says of the ticket, as far as clocks ask."""

    OPEN = "open"
    ON_HOLD = "on_hold"
    FIXED = "fixed"
    CANCELLED = "cancelled"


class AfterReopening(StrEnum):
    """What becomes of the time for a resolution when the ticket is reopened."""

    RESUMES = "resumes"
    COUNTS = "counts"
    RESTARTS = "restarts"


class Outcome(StrEnum):
    """How a clock stands, by the history alone."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Ending(StrEnum):
    """Why a clock ended."""

    NONE = ""
    ANSWERED = "answered"
    FIXED = "fixed"
    TICKET_CANCELLED = "ticket_cancelled"
    SUBJECT_CHANGED = "subject_changed"
    TERMS_CHANGED = "terms_changed"


_ALIVE = frozenset({Standing.OPEN, Standing.ON_HOLD})
_STOPPED = frozenset({Ending.ANSWERED, Ending.FIXED})


class Line(NamedTuple):
    """One line of the log: what held from an aware instant on.

    `units` holds the keys of the customer's unit and of all above it.
    """

    at: datetime
    standing: Standing
    pause_reason: str = ""
    priority: int | None = None
    service: int | None = None
    units: frozenset[int] = frozenset()

    @property
    def subject(self) -> tuple[int | None, int | None, frozenset[int]]:
        """What terms and targets are chosen by."""
        return self.priority, self.service, self.units


class History(NamedTuple):
    """A ticket: when it was reported, its log in its own order, the desk's public replies."""

    opened_at: datetime
    lines: Sequence[Line]
    replies: Sequence[datetime] = ()
    # Without them (a source that tells no replies) only resolutions can be clocked.
    knows_replies: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """So many seconds for one metric, on a calendar or, without one, around the clock."""

    metric: Metric
    seconds: int
    calendar: WorkingCalendar | None = None
    key: int = 0


@dataclass(frozen=True, kw_only=True)
class Terms:
    """One version of a policy: for whom it holds, from when on, and what it promises.

    `service` and `unit` narrow it; None is for all. `targets` are by priority (None for a ticket
    without one); without any the policy has ended. `pauses` are the reasons for a hold that stop
    the clocks for updates and resolutions. `warning_percent` of a target gives the warning.
    """

    policy: int
    version: int
    rank: int
    holds_from: datetime
    targets: Mapping[int | None, Sequence[Target]]
    service: int | None = None
    unit: int | None = None
    pauses: frozenset[str] = frozenset()
    covers_running: bool = False
    restarts: bool = False
    after_reopening: AfterReopening = AfterReopening.RESUMES
    warning_percent: int = 80

    def fits(self, line: Line) -> bool:
        """Tell whether it is for the line's service and customer."""
        return self.service in {None, line.service} and (
            self.unit is None or self.unit in line.units
        )


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
    """

    metric: Metric
    number: int
    terms: Terms
    target: Target
    priority: int | None
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


@dataclass(slots=True)
class _Spell:
    """A clock while the history is walked."""

    metric: Metric
    target: Target
    terms: Terms
    line: Line
    counted_from: datetime
    began_at: datetime
    ended_at: datetime | None = None
    ending: Ending = Ending.NONE

    def end(self, at: datetime, ending: Ending) -> None:
        self.ended_at, self.ending = at, ending

    def carries_on(self, target: Target | None, terms: Terms) -> bool:
        """Whether another target of other terms asks for the very same."""
        return (
            target is not None
            and (target.seconds, target.calendar) == (self.target.seconds, self.target.calendar)
            and (terms.pauses, terms.after_reopening)
            == (self.terms.pauses, self.terms.after_reopening)
        )


@dataclass(slots=True)
class _Walk:
    """The walk over one ticket's history; `spells` is what comes of it."""

    history: History
    terms: Sequence[Terms]
    now: Line
    spells: list[_Spell] = field(default_factory=list)
    live: dict[Metric, _Spell] = field(default_factory=dict)
    bases: dict[Metric, datetime] = field(default_factory=dict)
    is_answered: bool = False

    def begin(self) -> None:
        """Start what is agreed at the report."""
        self.bases = dict.fromkeys(Metric, self.history.opened_at)
        if self.now.standing in _ALIVE:
            self.settle(self.history.opened_at)

    def move(self, at: datetime, line: Line) -> None:
        """Take the next line of the log."""
        was_alive, is_alive = self.now.standing in _ALIVE, line.standing in _ALIVE
        self.now = line
        if was_alive and not is_alive:
            self._rest(at, line.standing)
        elif is_alive:
            if not was_alive:
                self._wake(at)
            self.settle(at)

    def answer(self, at: datetime) -> None:
        """Take a public reply of the desk."""
        self.is_answered = True
        if self.now.standing not in _ALIVE:
            return
        for metric in (Metric.RESPONSE, Metric.UPDATE):
            if metric in self.live:
                self.live.pop(metric).end(at, Ending.ANSWERED)
        self.bases[Metric.UPDATE] = at
        self.settle(at)

    def renew(self, at: datetime) -> None:
        """Look at terms that begin; what is stopped waits for its reopening."""
        if self.now.standing in _ALIVE:
            self.settle(at)

    def _rest(self, at: datetime, standing: Standing) -> None:
        ending = Ending.FIXED if standing is Standing.FIXED else Ending.TICKET_CANCELLED
        self.is_answered = self.is_answered or standing is Standing.FIXED
        for metric in list(self.live):
            self.live.pop(metric).end(at, ending)

    def _wake(self, at: datetime) -> None:
        """Take up again what the reopening does not start anew."""
        for spell in [each for each in self.spells if each.ended_at is not None]:
            cancelled = spell.ending is Ending.TICKET_CANCELLED
            resumes = spell.terms.after_reopening is not AfterReopening.RESTARTS
            fixed = spell.ending is Ending.FIXED and spell.metric is Metric.RESOLUTION
            if spell.metric not in self.live and (cancelled or (fixed and resumes)):
                spell.ended_at, spell.ending = None, Ending.NONE
                self.live[spell.metric] = spell
        for metric in (Metric.UPDATE, Metric.RESOLUTION):
            if metric not in self.live:
                self.bases[metric] = at

    def settle(self, at: datetime) -> None:
        """Let each clock follow the target that governs now."""
        terms = self._governing(at)
        targets = {} if terms is None else self._wanted(terms)
        for metric in Metric:
            live, target = self.live.get(metric), targets.get(metric)
            if live is not None and terms is not None and live.carries_on(target, terms):
                continue
            base = self.bases[metric]
            if live is not None:
                base = live.counted_from
                same = live.line.subject == self.now.subject
                self.live.pop(metric).end(
                    at, Ending.TERMS_CHANGED if same else Ending.SUBJECT_CHANGED
                )
            if target is not None and terms is not None:
                base = at if terms.restarts else base
                self.live[metric] = _Spell(metric, target, terms, self.now, base, at)
                self.spells.append(self.live[metric])

    def _wanted(self, terms: Terms) -> dict[Metric, Target]:
        """Return the targets whose clocks have something to wait for."""
        agreed = {each.metric: each for each in terms.targets.get(self.now.priority, ())}
        if not self.history.knows_replies:
            agreed.pop(Metric.RESPONSE, None)
            agreed.pop(Metric.UPDATE, None)
        elif self.is_answered:
            agreed.pop(Metric.RESPONSE, None)
        elif Metric.RESPONSE in agreed:
            agreed.pop(Metric.UPDATE, None)
        return agreed

    def _governing(self, at: datetime) -> Terms | None:
        latest: dict[int, Terms] = {}
        for each in self.terms:
            begun = each.holds_from <= self.history.opened_at
            if begun or (each.covers_running and each.holds_from <= at):
                latest[each.policy] = each
        fitting = [each for each in latest.values() if each.targets and each.fits(self.now)]
        return min(fitting, key=lambda each: (each.rank, each.policy), default=None)


def clocks_of(history: History, terms: Sequence[Terms]) -> list[Clock]:
    """Return every clock that ran on a ticket, by metric and in their order.

    `terms` are all versions of all policies, in the order in which they begin (of one policy and
    instant the later one counts). Raises ValueError for a naive datetime, and where a calendar
    never opens for as long as a target asks.
    """
    if not history.lines:
        return []
    moments = _in_order(history)
    walk = _Walk(history, terms, moments[0])
    walk.begin()
    lines = [(line.at, 1, line) for line in moments[1:]]
    replies = [(at, 2, None) for at in sorted(history.replies)]
    begins = sorted({each.holds_from for each in terms if each.covers_running})
    starts = [(at, 0, None) for at in begins if at > history.opened_at]
    for at, kind, line in merge(starts, lines, replies, key=lambda event: event[:2]):
        if line is not None:
            walk.move(at, line)
        elif kind:
            walk.answer(max(at, history.opened_at))
        else:
            walk.renew(at)
    numbers = dict.fromkeys(Metric, 0)
    clocks = []
    for spell in sorted(walk.spells, key=lambda each: list(Metric).index(each.metric)):
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


def _measured(spell: _Spell, number: int, moments: Sequence[Line]) -> Clock:
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
    return Clock(
        metric=spell.metric,
        number=number,
        terms=spell.terms,
        target=spell.target,
        priority=spell.line.priority,
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


def _outcome(spell: _Spell, due: datetime | None, running_since: datetime | None) -> Outcome:
    if spell.ended_at is None:
        return Outcome.PAUSED if running_since is None else Outcome.RUNNING
    if spell.ending not in _STOPPED:
        return Outcome.CANCELLED
    return Outcome.MISSED if due is not None and due < spell.ended_at else Outcome.MET


def _stretches(spell: _Spell, moments: Sequence[Line]) -> Iterator[Stretch]:
    """Yield the parts of a clock's time, from its start to its end; none is empty but the last."""
    for place, line in enumerate(moments):
        start = max(line.at, spell.counted_from)
        following = moments[place + 1].at if place + 1 < len(moments) else None
        end = following
        if spell.ended_at is not None:
            end = spell.ended_at if end is None else min(end, spell.ended_at)
        if end is None or start < end:
            yield Stretch(start, end, _counts(spell, line), line.standing, line.pause_reason)


def _counts(spell: _Spell, line: Line) -> bool:
    if line.standing is Standing.ON_HOLD:
        return spell.metric is Metric.RESPONSE or line.pause_reason not in spell.terms.pauses
    if line.standing is Standing.FIXED:
        return spell.terms.after_reopening is AfterReopening.COUNTS
    return line.standing is Standing.OPEN
