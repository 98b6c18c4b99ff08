"""What a recalculation of clocks would make of promises that were kept, before and after."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from quarterdeck.desk.models import ClockRecalculation
from quarterdeck.desk.queries.clock_rows import COLUMNS, Key, Row
from quarterdeck.desk.vocabulary import Agreement, ClockOutcome, ServiceLevelMetric

_AGREEMENT, _METRIC, _OUTCOME = (COLUMNS.index(name) for name in ("agreement", "metric", "outcome"))
_BEFORE, _AFTER = "before", "after"


@dataclass(frozen=True)
class Kept:
    """How many of the clocks that ended kept what was promised."""

    kept: int
    ended: int

    @property
    def share(self) -> float | None:
        """Of those that ended, from 0 to 1; None where none did."""
        return self.kept / self.ended if self.ended else None


@dataclass(frozen=True)
class PromiseEffect:
    """One metric of one agreement, as its clocks stood and as they would stand."""

    agreement: Agreement
    metric: ServiceLevelMetric
    before: Kept
    after: Kept


def with_outcomes(
    known: Mapping[str, Mapping[str, int]], before: Mapping[Key, Row], after: Mapping[Key, Row]
) -> dict[str, dict[str, int]]:
    """Return the tallies of outcomes with those of more clocks added to them."""
    found = {_BEFORE: before, _AFTER: after}
    return {
        side: dict(Counter(known.get(side, {})) + _tally(rows.values()))
        for side, rows in found.items()
    }


def _tally(rows: Iterable[Row]) -> Counter[str]:
    return Counter(f"{row[_AGREEMENT]} {row[_METRIC]} {row[_OUTCOME]}" for row in rows)


def effects_of(
    recalculation: ClockRecalculation, *, includes_operational: bool
) -> list[PromiseEffect]:
    """Return each promise with what was kept before and after; what teams promise, for the desk.

    Empty where none of its clocks has ended, and of a recalculation from before this was counted.
    """
    tallies: Any = recalculation.outcomes
    told = list(Agreement) if includes_operational else [Agreement.SERVICE_LEVEL]
    effects = (
        PromiseEffect(
            agreement,
            metric,
            _kept(tallies.get(_BEFORE, {}), agreement, metric),
            _kept(tallies.get(_AFTER, {}), agreement, metric),
        )
        for agreement in told
        for metric in ServiceLevelMetric
    )
    return [each for each in effects if each.before.ended or each.after.ended]


def _kept(tally: Mapping[str, int], agreement: Agreement, metric: ServiceLevelMetric) -> Kept:
    met, missed = (
        tally.get(f"{agreement.value} {metric.value} {outcome.value}", 0)
        for outcome in (ClockOutcome.MET, ClockOutcome.MISSED)
    )
    return Kept(met, met + missed)
