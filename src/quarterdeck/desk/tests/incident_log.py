"""Incident logs for tests of imports: lines of a small log, and files taken in by the verbs."""

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from quarterdeck.core.mapping import ColumnMapping
from quarterdeck.core.measures import ORGANISATION, Reading, Scope, Terms, measure_of, take
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import profile_of
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.office.gateways.delimited import digest_of
from quarterdeck.office.models import ImportBatch, ImportFinding
from quarterdeck.office.queries import period_named
from quarterdeck.office.verbs.import_run import apply_batch, examine_file
from quarterdeck.office.verbs.imports import begin_import

INCIDENTS, PROBLEMS = "servicenow-incident-events", "bpic2013"
# Long after the logs end.
AT = datetime(2017, 6, 1, 12, tzinfo=UTC)

COLUMNS = {
    "number": "INC1",
    "incident_state": "New",
    "reassignment_count": "0",
    "reopen_count": "0",
    "sys_mod_count": "0",
    "made_sla": "true",
    "caller_id": "Caller 1",
    "opened_at": "1/3/2016 08:55",
    "sys_updated_by": "Updated by 1",
    "sys_updated_at": "1/3/2016 09:00",
    "contact_type": "Phone",
    "category": "Category 1",
    "impact": "2 - Medium",
    "urgency": "2 - Medium",
    "priority": "3 - Moderate",
    "assignment_group": "Group 1",
    "assigned_to": "Resolver 1",
}


def event(number: str, count: int, at: str, state: str, **cells: str) -> dict[str, str]:
    """One line: update `count` of a ticket, which was then in `state`."""
    told = {"number": number, "sys_mod_count": str(count), "sys_updated_at": at}
    return {**COLUMNS, **told, "incident_state": state, **cells}


def history(number: str = "INC1", **cells: str) -> list[dict[str, str]]:
    """A ticket that is reported on the 1st of March 2016, worked on, and resolved on the 3rd."""
    return [
        event(number, 0, "1/3/2016 09:00", "New", **cells),
        event(number, 1, "2/3/2016 09:00", "Active", **cells),
        event(number, 2, "3/3/2016 09:00", "Resolved", **cells),
    ]


def write_log(path: Path, events: Iterable[dict[str, str]]) -> Path:
    """Write a log in the form of the source."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        writer.writerows(events)
    return path


def silent(_what: str, _done: int, _of: int) -> None:
    """Nobody watches how far the work has come."""


def examine(
    path: Path,
    actor: Account,
    *,
    profile: str = INCIDENTS,
    source: str = "",
    accept: str = "all",
    zone: str = "UTC",
    at: datetime = AT,
    dry_run: bool = False,
    mapping: ColumnMapping | None = None,
) -> ImportBatch:
    """Read a log and compare it with what is there."""
    batch = begin_import(
        profile=profile,
        source=source or profile,
        file_name=path.name,
        file_digest=digest_of(path),
        zone=zone,
        accept=accept,
        mapping=getattr(profile_of(profile), "usual", None) if mapping is None else mapping,
        dry_run=dry_run,
        actor=actor,
        at=at,
    )
    return examine_file(batch=batch, path=path, report=silent, actor=actor, at=at)


def take_in(path: Path, actor: Account, *, at: datetime = AT, **terms: Any) -> ImportBatch:
    """Take a log in."""
    batch = examine(path, actor, at=at, **terms)
    return apply_batch(batch=batch, report=silent, actor=actor, at=at)


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return batch.created, batch.updated, batch.unchanged, batch.rejected


def told(batch: ImportBatch) -> list[tuple[int | None, str, str, str, str]]:
    """What was found: line, ticket, column, found, expected."""
    columns = ("line", "external_id", "column", "found", "expected")
    return list(ImportFinding.objects.filter(batch=batch).order_by("pk").values_list(*columns))


def ticket(number: str = "INC1") -> Ticket:
    """The standing ticket of that number."""
    return Ticket.objects.standing().get(number=number)


def log_of(number: str = "INC1") -> list[tuple[int, str, datetime]]:
    """The standing log of a ticket, with superseded rows: sequence, state, time."""
    rows = StateChange.objects.standing().filter(ticket__number=number).in_log_order()
    return list(rows.values_list("sequence", "source_state", "occurred_at"))


def reading(
    key: str, period: str, *, as_of: datetime = AT + timedelta(hours=1), scope: Scope = ORGANISATION
) -> Reading:
    """A measure, over the whole organisation if nothing else is said, long after the fact."""
    return take(measure_of(key), period_named(period).span, scope, Terms(as_of))


def golden_figures(shared: Path) -> Mapping[str, Any]:
    """Read what was computed of the real logs independently."""
    figures: Mapping[str, Any] = json.loads((shared / "GOLDEN.json").read_text(encoding="utf-8"))
    return figures
