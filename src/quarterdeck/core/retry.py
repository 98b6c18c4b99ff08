"""How long to wait before something that failed is tried again, and what is kept of the failure."""

from dataclasses import dataclass
from datetime import timedelta
from traceback import format_exception


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


def failure(error: BaseException) -> str:
    """Return an error with its traceback as text that both databases can store."""
    # PostgreSQL holds no NUL, and a note that cannot be written would stop whoever writes it.
    return "".join(format_exception(error)).replace("\0", "\N{REPLACEMENT CHARACTER}")
