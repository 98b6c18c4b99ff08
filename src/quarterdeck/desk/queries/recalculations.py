"""What a recalculation of clocks would make of promises that were kept, before and after."""

from collections import defaultdict
from dataclasses import dataclass

from quarterdeck.desk.models import ClockRecalculation
from quarterdeck.desk.vocabulary import Agreement, ClockOutcome, ServiceLevelMetric

_ENDED = (ClockOutcome.MET, ClockOutcome.MISSED)


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


def effects_of(
    recalculation: ClockRecalculation, *, includes_operational: bool
) -> list[PromiseEffect]:
    """Return each promise with what was kept before and after; what teams promise, for the desk.

    Empty where none of its clocks has ended, and of a recalculation from before this was counted.
    """
    counted = defaultdict[tuple[str, str, str], tuple[int, int]](lambda: (0, 0))
    for tally in recalculation.tallies.filter(outcome__in=_ENDED):
        counted[tally.agreement, tally.metric, tally.outcome] = (tally.before, tally.after)
    told = list(Agreement) if includes_operational else [Agreement.SERVICE_LEVEL]
    effects = []
    for agreement in told:
        for metric in ServiceLevelMetric:
            met, missed = (counted[agreement, metric, outcome] for outcome in _ENDED)
            before, after = (Kept(met[side], met[side] + missed[side]) for side in (0, 1))
            if before.ended or after.ended:
                effects.append(PromiseEffect(agreement, metric, before, after))
    return effects
