"""Two real logs go in, and the figures that were computed without us come out.

The figures stand in GOLDEN.json, whose `_about` defines them. The log of incidents is read once for
all tests of this module, in a transaction that is rolled back at the end; each test writes in a
savepoint of its own.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from quarterdeck.core.measures import Reading, State
from quarterdeck.core.models import Account
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.queries.facts import effective_changes, header_of, latest_records
from quarterdeck.desk.queries.projection import project
from quarterdeck.desk.tests.incident_log import (
    AT,
    INCIDENTS,
    counts,
    examine,
    golden_figures,
    reading,
    take_in,
    told,
)
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.vocabulary import BatchState

pytestmark = [pytest.mark.shared, pytest.mark.django_db]

MONTHS = ("2016-03", "2016-04", "2016-05")
MOVES = ("last_fix_in_{}_moderate_and_low", "first_fix_in_{}_routine")
DURATIONS = [
    ("desk.cycle_time", MOVES[0], "business"),
    ("desk.cycle_time_calendar", MOVES[0], "calendar"),
    ("desk.first_fix_time", MOVES[1], "business"),
    ("desk.first_fix_time_calendar", MOVES[1], "calendar"),
]
SHARES = [
    ("desk.reopen_rate", "reopened"),
    ("desk.reassignment_rate", "reassigned"),
    ("desk.sla_recorded", "sla_recorded_true"),
]
EVENTS, INCIDENT_COUNT = 90_268, 14_950


@pytest.fixture(scope="module")
def incidents(shared: Path) -> Path:
    """The log of an IT company's incidents."""
    return shared / "itsm" / "uci_A_shared.csv.gz"


@pytest.fixture(scope="module")
def golden(shared: Path) -> Mapping[str, Any]:
    """What was computed of this log independently."""
    return golden_figures(shared)


@pytest.fixture(scope="module")
def batch(
    incidents: Path,
    django_db_setup: None,  # noqa: ARG001 — the database must be there
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[ImportBatch]:
    """The log of incidents, taken in once."""
    with django_db_blocker.unblock(), transaction.atomic():
        batch = take_in(incidents, Account.objects.get(username="operator"))
        # Else each test would check every foreign key anew at its end.
        connection.check_constraints()
        yield batch
        transaction.set_rollback(True)


def figures(month: str, golden: Mapping[str, Any]) -> dict[str, tuple[int, float, float]]:
    """n, median and 90th percentile of each duration in a month, as computed independently."""
    known = golden["servicenow_uci_A"]
    found = {}
    for key, name, time in DURATIONS:
        one = known[name.format(month)]
        found[key] = (one["n"], one[f"{time}_median_s"], one[f"{time}_p90_s"])
    return found


def ours(month: str) -> dict[str, tuple[int, float, float]]:
    """The same by our own measures."""
    readings = {key: reading(key, month) for key, _, _ in DURATIONS}
    return {
        key: (one.n, float(one.median or 0), float(one.p90 or 0)) for key, one in readings.items()
    }


def near(known: dict[str, tuple[int, float, float]]) -> dict[str, tuple[int, Any, Any]]:
    """Equal numbers of tickets, and seconds within half a second."""
    return {
        key: (n, pytest.approx(middle, abs=0.5), pytest.approx(p90, abs=0.5))
        for key, (n, middle, p90) in known.items()
    }


def withdrawn(one: Reading) -> list[tuple[str, int]]:
    """What a reading leaves out because it was taken back."""
    return [(each.reason, each.n) for each in one.excluded if each.reason.startswith("Withdrawn")]


def row_counts() -> dict[str, int]:
    """How many rows each table of a domain has."""
    models = [
        m
        for label in ("office", "services", "desk")
        for m in apps.get_app_config(label).get_models()
    ]
    return {model._meta.label: model._default_manager.count() for model in models}


def test_every_event_and_every_incident_comes_in(batch: ImportBatch) -> None:
    assert (counts(batch), told(batch), Ticket.objects.count(), StateChange.objects.count()) == (
        (INCIDENT_COUNT, 0, 0, 0),
        [],
        INCIDENT_COUNT,
        EVENTS,
    )


def test_the_batch_covers_the_span_of_its_log(batch: ImportBatch) -> None:
    assert (batch.covers_from, batch.covers_until) == (
        datetime(2016, 2, 29, 1, 23, tzinfo=UTC),
        datetime(2017, 2, 15, 15, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.usefixtures("batch")
def test_the_durations_of_a_month_are_the_known_ones(month: str, golden: Mapping[str, Any]) -> None:
    assert ours(month) == near(figures(month, golden))


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.usefixtures("batch")
def test_the_value_of_a_duration_is_its_median(month: str) -> None:
    one = reading("desk.cycle_time", month)

    assert (one.state, one.value, float(one.coverage)) == (State.VALUE, one.median, 1.0)


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.usefixtures("batch")
def test_the_shares_of_a_month_are_the_known_ones(month: str, golden: Mapping[str, Any]) -> None:
    readings = {name: reading(key, month) for key, name in SHARES}

    known = golden["servicenow_uci_A"][f"routine_shares_{month}"]
    assert {name: (one.numerator, one.denominator, one.n) for name, one in readings.items()} == {
        name: (known[name], known["n"], known["n"]) for _, name in SHARES
    }


@pytest.mark.usefixtures("batch")
def test_history_finds_the_reopened_incidents_that_the_source_counted(
    golden: Mapping[str, Any],
) -> None:
    by_history = set(Ticket.objects.filter(reopen_count__gt=0).values_list("number", flat=True))
    by_source = Ticket.objects.filter(recorded_reopen_count__gt=0)

    assert (len(by_history), by_source.count()) == (
        golden["servicenow_uci_A"]["reopened_by_history"],
        golden["servicenow_uci_A"]["recorded_reopen_count_positive"],
    )


@pytest.mark.parametrize("month", ["2016-03", "2016-04"])
@pytest.mark.usefixtures("batch")
def test_the_age_of_the_backlog_is_what_brute_force_finds(month: str, incidents: Path) -> None:
    instant = datetime(2016, int(month[-2:]) + 1, 1, tzinfo=UTC)
    ages = sorted(business_seconds(opened, instant) for opened in open_in_file(incidents, instant))

    one = reading("desk.backlog_age", month)

    assert (one.n, one.median, one.numerator) == (
        len(ages),
        Fraction(median(ages)),
        Fraction(sum(ages)),
    )


def open_in_file(path: Path, instant: datetime) -> list[datetime]:
    """When each ticket was opened that the log, read up to an instant, leaves in no fixed state."""
    state: dict[str, str] = {}
    opened: dict[str, datetime] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            opened[row["number"]] = moment(row["opened_at"])
            if moment(row["sys_updated_at"]) < instant:
                state[row["number"]] = row["incident_state"]
    return [
        at
        for number, at in opened.items()
        if at < instant and state.get(number) not in {"Resolved", "Closed"}
    ]


def moment(text: str) -> datetime:
    """Read the source's form of an instant."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def business_seconds(start: datetime, end: datetime) -> int:
    """Count the seconds from Monday to Friday, 08:00 to 18:00 UTC, day by day."""
    total = timedelta()
    day = start.replace(hour=0, minute=0)
    while day < end:
        if day.weekday() < 5:
            opens, closes = day + timedelta(hours=8), day + timedelta(hours=18)
            total += max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds())


def test_a_second_import_changes_nothing(
    batch: ImportBatch, incidents: Path, operator: Account
) -> None:
    before = row_counts()

    again = take_in(incidents, operator)

    assert (counts(again), again.pk > batch.pk, row_counts()) == (
        (0, 0, INCIDENT_COUNT, 0),
        True,
        {**before, "office.ImportBatch": 2, "office.ImportProgress": 2},
    )


@pytest.mark.usefixtures("batch")
def test_a_dry_run_leaves_its_own_batch_and_nothing_else(
    incidents: Path, operator: Account
) -> None:
    before = row_counts()

    dry = examine(incidents, operator, dry_run=True)

    assert (dry.state, counts(dry), row_counts()) == (
        BatchState.TRIED,
        (0, 0, INCIDENT_COUNT, 0),
        {**before, "office.ImportBatch": 2, "office.ImportProgress": 2},
    )


def test_after_undo_the_readings_say_what_was_withdrawn(
    batch: ImportBatch, operator: Account, golden: Mapping[str, Any]
) -> None:
    withdraw_import(batch=batch, actor=operator, at=AT)

    one = reading("desk.cycle_time", "2016-03")

    fixed = golden["servicenow_uci_A"]["last_fix_in_2016-03"]["n"]
    assert (one.state, one.value, one.n, float(one.coverage), withdrawn(one)) == (
        State.NOT_ENOUGH_EVIDENCE,
        None,
        0,
        0.0,
        [(f"Withdrawn with Batch {batch.pk}: uci_A_shared.csv.gz", fixed)],
    )


def test_an_import_after_undo_gives_the_figures_again(
    batch: ImportBatch, incidents: Path, operator: Account, golden: Mapping[str, Any]
) -> None:
    withdraw_import(batch=batch, actor=operator, at=AT)

    again = take_in(incidents, operator)

    assert (counts(again), ours("2016-03")) == (
        (INCIDENT_COUNT, 0, 0, 0),
        near(figures("2016-03", golden)),
    )


@pytest.mark.usefixtures("batch")
def test_what_is_derived_of_each_ticket_can_be_rebuilt_from_its_history() -> None:
    tickets = list(Ticket.objects.select_related("team").order_by("pk"))
    logs = effective_changes([ticket.pk for ticket in tickets])
    headers = latest_records(INCIDENTS, [ticket.external_id for ticket in tickets])

    wrong = [
        ticket.number
        for ticket in tickets
        if stored(ticket)
        != project(
            header_of(headers[ticket.external_id].facts),
            [change for _, change in logs[ticket.pk]],
        )._asdict()
    ]

    assert (wrong, len(tickets)) == ([], INCIDENT_COUNT)


def stored(ticket: Ticket) -> dict[str, Any]:
    """The derived columns of a ticket, as they are stored."""
    names = (
        "state",
        "pause_reason",
        "priority",
        "assignee_name",
        "assignee_id",
        "service_name",
        "service_id",
        "changed_at",
        "first_fix_at",
        "last_fix_at",
        "ended_at",
        "reopen_count",
        "oddities",
    )
    team = ticket.team.name if ticket.team else ""
    return {"team": team, **{name: getattr(ticket, name) for name in names}}


@pytest.mark.usefixtures("batch")
def test_what_is_odd_in_the_log_is_kept_and_flagged(incidents: Path) -> None:
    flagged = {ticket.number: ticket.oddities for ticket in Ticket.objects.exclude(oddities=[])}

    assert flagged == odd_in_file(incidents)


def odd_in_file(path: Path) -> dict[str, list[str]]:
    """The tickets with an event before their report, or a log that steps back in time."""
    odd: dict[str, set[str]] = {}
    last: dict[str, datetime] = {}
    final: dict[str, datetime] = {}
    rows: list[tuple[str, datetime]] = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number, at = row["number"], moment(row["sys_updated_at"])
            if at < last.get(number, at):
                odd.setdefault(number, set()).add("log_steps_back")
            last[number], final[number] = at, moment(row["opened_at"])
            rows.append((number, at))
    for number, at in rows:
        if at < final[number]:
            odd.setdefault(number, set()).add("event_before_report")
    return {number: sorted(found) for number, found in odd.items()}
