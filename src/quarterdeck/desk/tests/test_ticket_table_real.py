"""Real tables with one row per ticket, against figures that plain Python computes of them here."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from statistics import median

import pytest

from quarterdeck.core.mapping import ColumnMapping, propose
from quarterdeck.core.measures import Reading, Scope, State, Terms, measure_of, take
from quarterdeck.core.models import Account
from quarterdeck.desk.profiles.ticket_table import TICKET_TABLE
from quarterdeck.desk.queries.depths import NO_HISTORY
from quarterdeck.desk.tests.incident_log import counts, golden_figures
from quarterdeck.office.gateways.delimited import digest_of
from quarterdeck.office.gateways.tables import sample_of
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries import period_named
from quarterdeck.office.verbs.import_run import apply_batch, examine_file
from quarterdeck.office.verbs.imports import begin_import

pytestmark = [pytest.mark.shared, pytest.mark.django_db]

# Long after the tables end.
AT = datetime(2026, 1, 1, tzinfo=UTC)
PERIODS = ("2021-09", "2022-03", "2023")
ROUTINE = {"Major": "3", "Minor": "4"}
WORDS = {
    "state": {"Patch Available": "in_progress"},
    "priority": {**ROUTINE, "Trivial": "5"},
}


def take_in(path: Path, source: str, mapping: ColumnMapping, actor: Account) -> ImportBatch:
    batch = begin_import(
        profile=TICKET_TABLE.key,
        source=source,
        file_name=path.name,
        file_digest=digest_of(path),
        zone="UTC",
        accept="all",
        mapping=mapping,
        actor=actor,
        at=AT,
    )
    examine_file(batch=batch, path=path, report=lambda *_: None, actor=actor, at=AT)
    return apply_batch(batch=batch, report=lambda *_: None, actor=actor, at=AT)


def reading(key: str, period: str) -> Reading:
    scope = Scope.parse("organisation")
    return take(measure_of(key), period_named(period).span, scope, Terms(as_of=AT))


@pytest.fixture
def issues(shared: Path) -> Path:
    """The issues of a large open-source project, as its tracker exports them."""
    return shared / "duplicates" / "gitbugs_hadoop.csv.gz"


@pytest.fixture
def mapped(issues: Path) -> ColumnMapping:
    """What is proposed for them, with the words that a person has to explain."""
    proposed = propose(TICKET_TABLE, sample_of(issues))
    return ColumnMapping(proposed.columns, proposed.forms, WORDS, "", proposed.options)


def rows(path: Path) -> Iterator[Mapping[str, str]]:
    usual = csv.field_size_limit(10**8)
    try:
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
    finally:
        csv.field_size_limit(usual)


def seconds_in(path: Path, period: str) -> list[int]:
    """The time from Created to Resolved of each routine issue resolved in a period."""
    found = []
    for row in rows(path):
        if row["Resolved"] and row["Priority"] in ROUTINE:
            opened, fixed = (
                datetime.strptime(row[name], "%d/%b/%y %H:%M").replace(tzinfo=UTC)
                for name in ("Created", "Resolved")
            )
            if fixed.isoformat().startswith(period):
                found.append(int((fixed - opened).total_seconds()))
    return found


def test_heads_and_dates_of_the_tracker_are_recognised(issues: Path) -> None:
    proposed = propose(TICKET_TABLE, sample_of(issues))

    assert (proposed.columns, proposed.forms) == (
        {
            "number": "Issue id",
            "opened_at": "Created",
            "resolved_at": "Resolved",
            "title": "Summary",
            "details": "Description",
            "state": "Status",
            "priority": "Priority",
        },
        {"opened_at": "%d/%b/%y %H:%M", "resolved_at": "%d/%b/%y %H:%M"},
    )


def test_every_issue_comes_in(issues: Path, mapped: ColumnMapping, operator: Account) -> None:
    batch = take_in(issues, "tracker", mapped, operator)

    assert counts(batch) == (len(list(rows(issues))), 0, 0, 0)


def test_cycle_time_is_that_of_the_table_and_reopenings_are_unknown(
    issues: Path, mapped: ColumnMapping, operator: Account
) -> None:
    take_in(issues, "tracker", mapped, operator)

    for key in PERIODS:
        known = seconds_in(issues, key)
        taken, reopened = reading("desk.cycle_time_calendar", key), reading("desk.reopen_rate", key)
        assert known
        assert (taken.n, taken.value) == (len(known), Fraction(median(known)))
        assert (reopened.state, reopened.excluded[-1].reason, reopened.excluded[-1].n) == (
            State.NOT_ENOUGH_EVIDENCE,
            NO_HISTORY,
            len(known),
        )


def reduced(log: Path, path: Path) -> Path:
    """Write the last line of each ticket of a log: number and dates, all of one priority."""
    last: dict[str, Mapping[str, str]] = {row["number"]: row for row in rows(log)}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Incident", "Opened at", "Resolved at", "Priority"))
        for number, row in last.items():
            resolved = row["resolved_at"].replace("?", "")
            writer.writerow((number, row["opened_at"], resolved, "3 - Moderate"))
    return path


def test_a_log_reduced_to_a_table_gives_the_resolution_times_that_it_records(
    shared: Path, tmp_path: Path, operator: Account
) -> None:
    golden = golden_figures(shared)["servicenow_uci_A"]["recorded_resolved_all"]
    path = reduced(shared / "itsm" / "uci_A_shared.csv.gz", tmp_path / "table.csv")

    take_in(path, "reduced", propose(TICKET_TABLE, sample_of(path)), operator)

    for key, time in (
        ("desk.cycle_time_calendar", "calendar"),
        ("desk.cycle_time", "business"),
    ):
        taken = reading(key, "2016-01-01..2017-12-31")
        known = [golden["n"], golden[f"{time}_median_s"], golden[f"{time}_p90_s"]]
        figures = [taken.n, float(taken.median or 0), float(taken.p90 or 0)]
        assert figures == pytest.approx(known)
