"""The scorecard's nouns."""

from quarterdeck.scorecard.models.cached_reading import CachedReading
from quarterdeck.scorecard.models.target import Target

__all__ = ["CachedReading", "Target"]
