"""A log of many tickets, for tests that need a file of some size."""

from collections.abc import Iterator
from pathlib import Path

PROFILE = "servicenow-incident-events"
HEADER = (
    "number,incident_state,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,"
    "opened_at,sys_updated_by,sys_updated_at,contact_type,category,impact,urgency,priority,"
    "assignment_group,assigned_to,note"
)
STATES = ("New", "Active", "Awaiting User Info", "Active", "Resolved")


def lines(tickets: int, note: str = "") -> Iterator[str]:
    """A log of many tickets, each with one update an hour through all states on a day of March."""
    yield HEADER
    for number in range(tickets):
        for count, state in enumerate(STATES):
            changed = f"{number % 31 + 1}/3/2016 {9 + count:02}:{number % 60:02}"
            yield (
                f"INC{number:07},{state},0,0,{count},true,Caller {number % 500},29/2/2016 08:55,"
                f"Updated by {number % 300},{changed},Phone,Category {number % 60},2 - Medium,"
                f"2 - Medium,3 - Moderate,Group {number % 80},Resolver {number % 200},{note}"
            )


def write_log(path: Path, tickets: int, note: str = "") -> Path:
    """Write such a log."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines(tickets, note))
    return path
