"""How long to wait before something that failed is tried again."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class BackOff:
    """Waits that double from `first` after every failure and never exceed `longest`."""

    first: timedelta
    longest: timedelta

    def after(self, attempt: int) -> timedelta:
        """Return the wait after the attempt with this number, counted from 1."""
        wait = self.first
        for _ in range(attempt - 1):
            if wait >= self.longest:
                break
            wait *= 2
        return min(wait, self.longest)
