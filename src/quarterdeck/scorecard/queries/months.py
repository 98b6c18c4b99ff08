"""Every reading that the closing of a month stores, taken some at a time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from quarterdeck.core.database import read_only
from quarterdeck.core.measures import ORGANISATION, Measure, Scope, Terms
from quarterdeck.core.memory import remembering
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries.periods import take_over
from quarterdeck.scorecard.queries.closings import payload_of
from quarterdeck.scorecard.queries.readings import Wanted, marks_of

# So many scopes are read from one snapshot, in which what the measures of a scope have in common is
# asked once; between two snapshots progress can be written.
_SCOPES_AT_ONCE = 5

# A measure's key and a scope's name.
Place = tuple[str, str]


@dataclass
class Month:
    """What is stored of the readings of a month, and the marks of the evidence that they rest on.

    `done` of `of` scopes have been looked at. A scope with no rows at all, counted or left out, has
    nothing to store, unless it has a target.
    """

    period: Period
    at: datetime
    aimed: Collection[Place]
    marks: dict[Measure, list[int]]
    of: int
    done: int = 0
    stored: dict[Place, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def moved(self) -> list[Measure]:
        """The measures whose evidence has changed since they were taken."""
        return [measure for measure, marks in self.marks.items() if marks != self._marks(measure)]

    def renewed(self, fresh: "Month") -> dict[Place, Mapping[str, Any]]:
        """Return what is stored where some measures have been taken anew."""
        again = {measure.key for measure in fresh.marks}
        kept = {place: payload for place, payload in self.stored.items() if place[0] not in again}
        return kept | fresh.stored

    def _marks(self, measure: Measure) -> list[int]:
        return marks_of(Wanted(measure, self.period))

    def take(self, measure: Measure, scope: Scope) -> None:
        """Take a measure at a scope, and keep what is stored of it."""
        place = measure.key, str(scope)
        # Where the organisation has no rows no part of it has any.
        if scope != ORGANISATION and place not in self.aimed and self._is_empty(measure):
            return
        reading = take_over(measure, self.period, scope, Terms(self.at))
        if scope == ORGANISATION or place in self.aimed or reading.n or reading.excluded:
            self.stored[place] = payload_of(measure, reading, self.marks[measure])

    def _is_empty(self, measure: Measure) -> bool:
        whole = self.stored[measure.key, str(ORGANISATION)]
        return not whole["figures"]["n"] and not whole["exclusions"]


def take_month(
    measures: Sequence[Measure],
    period: Period,
    scopes: Collection[Scope],
    aimed: Collection[Place],
    at: datetime,
) -> Iterator[Month]:
    """Take measures over a month at the organisation, at these scopes, and where they have a
    target; yield how far it is after each snapshot."""
    parts = {*scopes, *(Scope.parse(name) for _, name in aimed)} - {ORGANISATION}
    ordered = [ORGANISATION, *sorted(parts, key=str)]
    marks = {measure: marks_of(Wanted(measure, period)) for measure in measures}
    month = Month(period, at, aimed, marks, of=len(ordered))
    for first in range(0, len(ordered), _SCOPES_AT_ONCE):
        some = ordered[first : first + _SCOPES_AT_ONCE]
        with read_only(), remembering():
            for scope in some:
                for measure in measures:
                    month.take(measure, scope)
        month.done += len(some)
        yield month
