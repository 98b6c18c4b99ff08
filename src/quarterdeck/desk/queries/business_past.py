"""Looking back on a business calendar."""

from datetime import UTC, datetime

from quarterdeck.kernels.calendars import WorkingCalendar

# Twenty years, in seconds: nothing that is older is asked for.
_LONGEST = 20 * 366 * 86_400


def business_time_ago(hours: WorkingCalendar, at: datetime, seconds: int) -> datetime:
    """Return the last second from which so much business time has passed at an instant."""
    high = int(at.timestamp())
    low = high - _LONGEST
    while low < high:
        middle = (low + high + 1) // 2
        if hours.business_seconds(datetime.fromtimestamp(middle, UTC), at) >= seconds:
            low = middle
        else:
            high = middle - 1
    return datetime.fromtimestamp(low, UTC)
