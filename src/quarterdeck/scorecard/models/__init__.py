"""The scorecard's nouns."""

from quarterdeck.scorecard.models.cached_reading import CachedReading
from quarterdeck.scorecard.models.closing import (
    ClosedComparison,
    ClosedPeriod,
    ClosedReading,
    ClosingSchedule,
    Restatement,
    StoredReading,
)
from quarterdeck.scorecard.models.target import Target

__all__ = [
    "CachedReading",
    "ClosedComparison",
    "ClosedPeriod",
    "ClosedReading",
    "ClosingSchedule",
    "Restatement",
    "StoredReading",
    "Target",
]
