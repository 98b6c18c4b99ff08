"""Zones that a line of text tells, and zones whose clocks show the same."""

from datetime import UTC, datetime

import pytest

from quarterdeck.kernels.zones import keep_one_time, zone_named, zone_told


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        ("Timezone: Europe/Berlin", "Europe/Berlin"),
        ("Zeitzone: America/Argentina/Buenos_Aires (UTC-3)", "America/Argentina/Buenos_Aires"),
        ("All times in UTC", "UTC"),
        ("Tickets of Japan and Cuba", ""),
        ("Europe/Atlantis", ""),
        ("", ""),
    ],
)
def test_a_line_tells_a_zone_by_its_name(line: str, zone: str) -> None:
    assert zone_told(line) == zone


@pytest.mark.parametrize(
    ("first", "last", "is_one"),
    [
        # France kept summer time from 1976 on, West Germany from 1980 on (tz database, `europe`).
        (datetime(1979, 1, 1, tzinfo=UTC), datetime(1980, 1, 1, tzinfo=UTC), False),
        (datetime(2006, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), True),
    ],
)
def test_zones_keep_one_time_or_not(first: datetime, last: datetime, *, is_one: bool) -> None:
    berlin, paris = zone_named("Europe/Berlin"), zone_named("Europe/Paris")

    assert keep_one_time(berlin, paris, first, last) is is_one
