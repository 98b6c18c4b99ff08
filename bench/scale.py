"""An invented incident log of any size, in the format of the profile `servicenow-incident-events`.

About six events for each incident, over 36 months, in the columns and the date form of a ServiceNow
audit log. All figures in it are our own. `python -m bench.scale TICKETS FILE` writes one.
"""

import gzip
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple, TextIO

SEED = 20_260_101
BEGINS = datetime(2022, 1, 1)  # noqa: DTZ001 — the file's own zone, which the file does not name
MINUTES = 1_578_240  # The 1,096 days of 2022, 2023 and 2024.
LAST_MONTH = "2024-12"
OPEN_AT_THE_END_SHARE, NEVER_FIXED_SHARE = 0.3, 0.005
END_MINUTES = MINUTES - 30 * 1_440
TEAMS = 40
PROFILE = "servicenow-incident-events"

COLUMNS = (
    "number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,"
    "opened_by,opened_at,sys_created_by,sys_created_at,sys_updated_by,sys_updated_at,contact_type,"
    "location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,assignment_group,"
    "assigned_to,knowledge,u_priority_confirmation,notify,problem_id,rfc,vendor,caused_by,closed_code,"
    "resolved_by,resolved_at,closed_at"
)
PRIORITIES = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")
PRIORITY_SHARES = (0.01, 0.04, 0.75, 0.20)
CHANNELS = ("Phone", "Email", "Self service")
LEVELS = ("1 - High", "2 - Medium", "3 - Low")
HOLDS = ("Awaiting User Info", "Awaiting Vendor", "Awaiting Problem", "Awaiting Evidence")


class Step(NamedTuple):
    """One event: minutes since the log began, the state entered, and whose the ticket then is."""

    minute: int
    state: str
    group: int
    reassigned: int
    reopened: int


def write_log(path: Path, tickets: int, most_bytes: int = 0, seed: int = SEED) -> tuple[int, int]:
    """Write incidents until there are so many, or so many bytes; return incidents and events."""
    rng = Random(seed)  # noqa: S311 — figures are to repeat, not to be secret
    with gzip.open(path, "wt", 1) if path.suffix == ".gz" else path.open("w") as file:
        return _write(file, tickets, most_bytes, rng)


def _write(file: TextIO, tickets: int, most_bytes: int, rng: Random) -> tuple[int, int]:
    file.write(f"{COLUMNS}\n")
    events = size = 0
    for number in range(tickets):
        if most_bytes and size >= most_bytes:
            return number, events
        text, lines = ticket_text(number, tickets, rng)
        file.write(text)
        events, size = events + lines, size + len(text)
    return tickets, events


def ticket_text(number: int, tickets: int, rng: Random) -> tuple[str, int]:
    """Return the lines of the `number`-th incident of `tickets`, and how many they are."""
    opened = int((number + rng.random()) / tickets * MINUTES)
    steps = list(_steps(opened, rng))
    priority = rng.choices(PRIORITIES, PRIORITY_SHARES)[0]
    # The source's flag follows from nothing else here; it is only there to be read.
    kept = "true" if rng.random() < 0.8 else "false"  # noqa: PLR2004 — said above
    place = rng.randrange(1, 400)
    start = stamp(opened)
    identity = f"INC{number:08d}"
    caller = f"Caller {place * 7},Opened by {place % 90},{start},Created by {place % 60},{start}"
    kind = (
        f"{rng.choice(CHANNELS)},Location {place % 200},Category {place % 50},Subcategory {place},"
        f"Symptom {place % 300},?,{rng.choice(LEVELS)},{rng.choice(LEVELS)},{priority}"
    )
    fixed = stamp(steps[-1].minute)
    rest = f"true,false,Do Not Notify,?,?,?,?,code {place % 17},Resolved by {place},{fixed},{fixed}"
    lines = [
        f"{identity},{step.state},{'false' if step.state == 'Closed' else 'true'},"
        f"{step.reassigned},{step.reopened},{change},{kept},{caller},"
        f"Updated by {(place + change) % 500},{stamp(step.minute)},{kind},"
        f"Group {step.group},Resolver {step.group * 5 + change % 5},{rest}\n"
        for change, step in enumerate(steps)
    ]
    return "".join(lines), len(lines)


def _steps(opened: int, rng: Random) -> Iterator[Step]:
    """Yield what happens to it: taken up, handed on, held, fixed, reopened or not, closed."""
    minute, group, reassigned = opened + rng.randrange(1, 10), rng.randrange(TEAMS), 0
    yield Step(minute, "New", group, 0, 0)
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        minute += int(rng.expovariate(1 / 180)) + 1
        if rng.random() < 0.25:  # noqa: PLR2004 — a quarter is handed on
            group, reassigned = rng.randrange(TEAMS), reassigned + 1
        yield Step(minute, "Active", group, reassigned, 0)
    if rng.random() < 0.4:  # noqa: PLR2004 — two of five wait for somebody
        minute += int(rng.expovariate(1 / 240)) + 1
        yield Step(minute, rng.choice(HOLDS), group, reassigned, 0)
        minute += int(rng.expovariate(1 / 1_500)) + 1
        yield Step(minute, "Active", group, reassigned, 0)
    if rng.random() < (OPEN_AT_THE_END_SHARE if opened > END_MINUTES else NEVER_FIXED_SHARE):
        return
    yield from _fixes(minute, group, reassigned, rng)


def _fixes(minute: int, group: int, reassigned: int, rng: Random) -> Iterator[Step]:
    minute += int(rng.expovariate(1 / 900)) + 1
    yield Step(minute, "Resolved", group, reassigned, 0)
    reopened = int(rng.random() < 0.05)  # noqa: PLR2004 — one fix of twenty does not hold
    if reopened:
        minute += int(rng.expovariate(1 / 700)) + 1
        yield Step(minute, "Active", group, reassigned, 1)
        minute += int(rng.expovariate(1 / 900)) + 1
        yield Step(minute, "Resolved", group, reassigned, 1)
    yield Step(minute + 5 * 1_440, "Closed", group, reassigned, reopened)


def stamp(minute: int) -> str:
    """Return a time as the source writes it: day/month/year hour:minute."""
    at = BEGINS + timedelta(minutes=minute)
    return f"{at.day}/{at.month}/{at.year} {at.hour:02d}:{at.minute:02d}"


if __name__ == "__main__":
    print("{:,} incidents, {:,} events".format(*write_log(Path(sys.argv[2]), int(sys.argv[1]))))
