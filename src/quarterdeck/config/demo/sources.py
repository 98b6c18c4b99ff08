"""The demo's other sources: a monitor whose clock is wrong, and a copy that was none of our own."""

from datetime import datetime, timedelta
from random import Random

from quarterdeck.config.demo.cast import NETWORK, SERVERS
from quarterdeck.config.demo.log import Export, Row, local_time
from quarterdeck.config.demo.story import MONTHS, Story

MONITOR, TRAINING = "network-monitor", "training-system"
_ALERTS, _LATER_ALERTS, _COPIES = 60, 9, 30
# The monitor is ahead of the tool that answers it, so that answers are dated before the report.
_AHEAD = timedelta(minutes=17)
_MINUTE = timedelta(minutes=1)
_IN_ORDER = ("New", "Active", "Resolved")
_NO_SUCH_PRIORITY, _NO_SUCH_DAY = "0 - Disaster", "31/2/2026 10:00"


def alerts(story: Story, until: datetime, seed: int) -> Export:
    """Return what the monitor reported since the last whole month began, with lines that are wrong.

    Each alert is answered and resolved; of two lines nobody can say what they mean.
    """
    rng = Random(seed)  # noqa: S311 — a story, not a secret
    begins = story.at(story.month(MONTHS - 1), 1, 9)
    rows: list[Row] = []
    for number in range(1, _ALERTS + 1):
        rows += _alert(number, begins + (until - begins) * number / (_ALERTS + 3), story, rng)
    rows[7] |= {"priority": _NO_SUCH_PRIORITY}
    rows[31] |= {"sys_updated_at": _NO_SUCH_DAY}
    return Export("monitor-alerts.csv", until, rows)


def later_alerts(story: Story, known: Export, until: datetime, seed: int) -> Export:
    """Return the monitor's next file: alerts known before, some gone on, new ones, and an error."""
    rng = Random(seed)  # noqa: S311 — a story, not a secret
    rows = known.rows[-6:]
    for place in (2, 5):
        again = rows[place] | {"sys_mod_count": "3", "incident_state": "Active"}
        rows.append(again | {"sys_updated_at": local_time(until - 90 * _MINUTE, story.zone)})
    rows.sort(key=lambda row: row["number"])
    for number in range(_ALERTS + 1, _ALERTS + 1 + _LATER_ALERTS):
        rows += _alert(number, until - timedelta(hours=40 - 3 * (number - _ALERTS)), story, rng)
    rows[-1] |= {"priority": _NO_SUCH_PRIORITY}
    return Export("monitor-alerts-this-week.csv", until, rows)


def copies(story: Story, until: datetime, seed: int) -> Export:
    """Return tickets of a training system, which somebody took for our own."""
    rng = Random(seed)  # noqa: S311 — a story, not a secret
    rows: list[Row] = []
    for number in range(1, _COPIES + 1):
        rows += _alert(number, until - timedelta(hours=9 * number), story, rng, prefix="TRN")
    return Export("tickets-of-the-training-system.csv", until, rows)


def _alert(
    number: int, reported: datetime, story: Story, rng: Random, prefix: str = "MON"
) -> list[Row]:
    """Return the rows of one alert, which is resolved by a person within the hour, or by itself."""
    begins = story.calendar.add_business(reported.replace(second=0, microsecond=0), 60)
    opened = begins + _AHEAD
    team = rng.choice((NETWORK, NETWORK, SERVERS))
    answered = begins + rng.randrange(2, 9) * _MINUTE
    resolved = answered + rng.choice((4, 5, 35, 50, 90)) * _MINUTE
    priority = rng.choice(("2 - High", "3 - Moderate", "4 - Low"))
    return [
        {
            "number": f"{prefix}{number:06}",
            "incident_state": state,
            "reassignment_count": "0",
            "reopen_count": "0",
            "sys_mod_count": str(modified),
            "made_sla": "true",
            "caller_id": "Monitor",
            "opened_at": local_time(opened, story.zone),
            "sys_updated_by": "monitor",
            "sys_updated_at": local_time(at, story.zone),
            "contact_type": "Monitor",
            "category": "Network and Wi-Fi" if team == NETWORK else "File storage",
            "impact": "2 - Medium",
            "urgency": "2 - Medium",
            "priority": priority,
            "assignment_group": team,
            "assigned_to": "?",
        }
        for modified, (state, at) in enumerate(
            zip(_IN_ORDER, (begins, answered, resolved), strict=True)
        )
    ]
