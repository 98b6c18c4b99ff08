"""The scorecard's nouns."""

from quarterdeck.scorecard.models.cached_reading import CachedReading

__all__ = ["CachedReading"]
