"""The walk over one ticket's history: which service-level clocks begin and end, when and why.

The rules stand in `service_levels`, which measures what comes of the walk.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge

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

__all__ = ["Spell", "walked"]

_ALIVE = frozenset({Standing.OPEN, Standing.ON_HOLD})


@dataclass(slots=True)
class Spell:
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
    """The walk over one ticket's history; `spells` is what comes of it.

    With `by_team`, clocks are those of the team that has the ticket, and end when another takes it.
    """

    history: History
    terms: Sequence[Terms]
    now: Line
    by_team: bool = False
    spells: list[Spell] = field(default_factory=list)
    live: dict[Metric, Spell] = field(default_factory=dict)
    bases: dict[Metric, datetime] = field(default_factory=dict)
    is_answered: bool = False
    # Of the spells those from here on are of the team that has the ticket now.
    handed_on: int = 0
    # Who had the ticket when it was last alive: one that is given away after its fix is nobody's
    # work until it is reopened.
    holder: str = ""

    def begin(self) -> None:
        """Start what is agreed at the report."""
        self.bases = dict.fromkeys(Metric, self.history.opened_at)
        self.holder = self.now.team
        if self.now.standing in _ALIVE:
            self.settle(self.history.opened_at)

    def move(self, at: datetime, line: Line) -> None:
        """Take the next line of the log."""
        was_alive, is_alive = self.now.standing in _ALIVE, line.standing in _ALIVE
        if self.by_team and is_alive and line.team != self.holder:
            self._hand_on(at)
        self.holder = line.team if is_alive else self.holder
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

    def _hand_on(self, at: datetime) -> None:
        """End what the team had promised for good; the time of the next one begins.

        Nobody has heard from that one yet, whatever the earlier one has answered.
        """
        for metric in list(self.live):
            self.live.pop(metric).end(at, Ending.HANDED_ON)
        self.bases = dict.fromkeys(Metric, at)
        self.is_answered, self.handed_on = False, len(self.spells)

    def _rest(self, at: datetime, standing: Standing) -> None:
        ending = Ending.FIXED if standing is Standing.FIXED else Ending.TICKET_CANCELLED
        self.is_answered = self.is_answered or standing is Standing.FIXED
        for metric in list(self.live):
            self.live.pop(metric).end(at, ending)

    def _wake(self, at: datetime) -> None:
        """Take up again what the reopening does not start anew."""
        spells = reversed(self.spells[self.handed_on :])
        for spell in [each for each in spells if each.ended_at is not None]:
            if self.by_team and spell.line.team != self.now.team:
                continue
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
                self.live[metric] = Spell(metric, target, terms, self.now, base, at)
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


def walked(
    history: History, terms: Sequence[Terms], moments: Sequence[Line], *, by_team: bool = False
) -> list[Spell]:
    """Return the clocks that a history gives, in the order in which they began.

    `moments` is its log without steps back in time, beginning at the report. `terms` are all of one
    kind: what the desk promises, or by team what each of its teams does.
    """
    walk = _Walk(history, terms, moments[0], by_team=by_team)
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
    return walk.spells
