"""Time zones by name, and the stretches of time in which a zone keeps one offset from UTC.

Zone rules come from `zoneinfo`: the operating system's zone database or, where it has none, the
`tzdata` package.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from re import finditer
from zoneinfo import ZoneInfo, available_timezones

__all__ = ["keep_one_time", "offset_segments", "zone_named", "zone_told"]

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Offsets are probed every two days and the change between two probes is found by bisection. In
# the tz database no zone changes its offset twice within three days, so no change is missed.
_PROBE = 2 * _DAY
# Probes stay two days inside the years that datetime can hold in every zone.
_FIRST_PROBE = int((datetime.min.replace(tzinfo=UTC) - _EPOCH).total_seconds()) + _PROBE
_LAST_PROBE = int((datetime.max.replace(tzinfo=UTC) - _EPOCH).total_seconds()) - _PROBE


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of an IANA name.

    Raises ValueError for a name that the zone database does not have.
    """
    try:
        return ZoneInfo(name)
    except (
        KeyError,
        ValueError,
        OSError,
    ) as error:  # zoneinfo has one for each kind of wrong name.
        raise ValueError(
            f"Unknown time zone {name!r}: expected an IANA name such as Europe/Berlin "
            "(where the system has no zone database, the tzdata package supplies it)."
        ) from error


def zone_told(text: str) -> str:
    """Return the IANA name of the zone that a line such as “Timezone: Europe/Berlin” tells, or
    nothing where it tells none.

    Names without a stroke but UTC are countries and letters, which such a line may say otherwise.
    """
    known = {name for name in available_timezones() if "/" in name} | {"UTC"}
    words = (match.group() for match in finditer(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*", text))
    return next((word for word in words if word in known), "")


def keep_one_time(first: ZoneInfo, second: ZoneInfo, since: datetime, until: datetime) -> bool:
    """Tell whether clocks of two zones show the same between two aware instants."""
    bounds = (int(since.timestamp()), int(until.timestamp()))
    return list(offset_segments(first, *bounds)) == list(offset_segments(second, *bounds))


def offset_segments(zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, offset from UTC) in seconds for each stretch of one offset."""
    start, offset = first, _offset(zone, first)
    for probe in range(first, last, _PROBE):
        upper = min(probe + _PROBE, last)
        following = _offset(zone, upper)
        if following != offset:
            change = _first_change(zone, max(start, probe), upper, offset)
            yield start, change, offset
            start, offset = change, following
    yield start, last, offset


def _first_change(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    """Return the first second, after `low` and up to `high`, that has not this offset."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, second: int) -> int:
    """Return the zone's seconds ahead of UTC at an epoch second."""
    probe = min(max(second, _FIRST_PROBE), _LAST_PROBE)
    offset = (_EPOCH + timedelta(seconds=probe)).astimezone(zone).utcoffset() or timedelta()
    return offset.days * _DAY + offset.seconds
