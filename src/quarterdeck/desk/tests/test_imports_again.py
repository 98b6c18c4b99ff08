"""A later export of the same source: what it changes, what it never does, what undo restores."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.core.errors import Refused, Unsettled
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.measures import ORGANISATION, State, Terms, measure_of, take
from quarterdeck.core.models import Account
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.tests.incident_log import (
    AT,
    counts,
    event,
    examine,
    history,
    log_of,
    silent,
    take_in,
    ticket,
    told,
    write_log,
)
from quarterdeck.desk.verbs import settled_tickets
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries import period_named
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.import_run import apply_batch
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.django_db

Log = Callable[..., Path]


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Write events as an export of that name."""
    return lambda name, *events: write_log(tmp_path / f"{name}.csv", events)


@pytest.fixture
def first(log: Log, operator: Account) -> ImportBatch:
    """The first export: two tickets, each reported, worked on and resolved."""
    return take_in(log("first", *history("INC1"), *history("INC2")), operator)


def later_events() -> list[dict[str, str]]:
    """INC1 with a corrected event, another category and two new events; INC2 as it was."""
    known = history("INC1", category="Category 9")
    known[1]["assignment_group"] = "Group 7"
    new = [
        event("INC1", 3, "4/3/2016 09:00", "Active", category="Category 9"),
        event("INC1", 4, "7/3/2016 09:00", "Closed", category="Category 9", priority="2 - High"),
    ]
    return [*known, *new, *history("INC2")]


def columns(number: str) -> Mapping[str, Any]:
    """Every column of a ticket except its version."""
    row = Ticket.objects.filter(number=number).values().get()
    return {name: value for name, value in row.items() if name != "version"}


@pytest.mark.usefixtures("first")
def test_a_dry_run_shows_the_differences_of_each_ticket_and_applies_none(
    log: Log, operator: Account
) -> None:
    before = columns("INC1"), log_of("INC1")

    dry = examine(log("later", *later_events()), operator)

    assert (counts(dry), told(dry), (columns("INC1"), log_of("INC1"))) == (
        (0, 1, 1, 0),
        [
            (6, "INC1", "category", "Category 9", "was Category 1"),
            (6, "INC1", "log", "2 new events", "3|4/3/2016 09:00, 4|7/3/2016 09:00"),
            (6, "INC1", "log", "1|2/3/2016 09:00", "team was Group 1"),
        ],
        before,
    )


@pytest.mark.usefixtures("first")
def test_a_dry_run_stops_no_import_and_can_never_come_in(log: Log, operator: Account) -> None:
    path = log("later", *later_events())
    dry = examine(path, operator, dry_run=True)

    assert (
        apply_batch(batch=dry, report=silent, actor=operator, at=AT).state,
        counts(take_in(path, operator)),
    ) == (BatchState.TRIED, (0, 1, 1, 0))


@pytest.mark.usefixtures("first")
def test_a_later_export_updates_its_tickets_and_repeats_none(log: Log, operator: Account) -> None:
    take_in(log("later", *later_events()), operator)

    one = ticket("INC1")
    assert (Ticket.objects.count(), one.category, one.priority, one.state, one.reopen_count) == (
        2,
        "Category 9",
        2,
        "closed",
        1,
    )


@pytest.mark.usefixtures("first")
def test_a_ticket_that_is_reopened_later_loses_its_old_last_fix(
    log: Log, operator: Account
) -> None:
    take_in(log("later", *later_events()), operator)

    one = ticket("INC1")
    assert (one.first_fix_at, one.last_fix_at) == (
        AT.replace(year=2016, month=3, day=3, hour=9),
        AT.replace(year=2016, month=3, day=7, hour=9),
    )


def test_the_history_keeps_the_row_that_a_correction_supersedes(
    first: ImportBatch, log: Log, operator: Account
) -> None:
    later = take_in(log("later", *later_events()), operator)

    rows = StateChange.objects.filter(ticket__number="INC1").in_log_order()
    assert list(rows.values_list("sequence", "batch", "team__name")) == [
        (0, first.pk, "Group 1"),
        (1, first.pk, "Group 1"),
        (1, later.pk, "Group 7"),
        (2, first.pk, "Group 1"),
        (3, later.pk, "Group 1"),
        (4, later.pk, "Group 1"),
    ]


@pytest.mark.usefixtures("first")
def test_a_change_of_a_ticket_raises_its_version(log: Log, operator: Account) -> None:
    before = [ticket(number).version for number in ("INC1", "INC2")]

    take_in(log("later", *later_events()), operator)

    after = [ticket(number).version for number in ("INC1", "INC2")]
    assert [new - old for old, new in zip(before, after, strict=True)] == [1, 0]


@pytest.mark.usefixtures("first")
def test_the_later_export_taken_in_twice_changes_nothing_more(log: Log, operator: Account) -> None:
    path = log("later", *later_events())
    take_in(path, operator)
    rows = StateChange.objects.count()

    again = take_in(path, operator)

    assert (counts(again), StateChange.objects.count()) == ((0, 0, 2, 0), rows)


def reading() -> State | str:
    """What the cycle time of March is, or why it cannot be read."""
    march = period_named("2016-03").span
    try:
        return take(measure_of("desk.cycle_time"), march, ORGANISATION, Terms(AT)).state
    except Unsettled as refusal:
        return str(refusal)


def test_while_changed_tickets_catch_up_no_reading_is_taken_of_them(
    log: Log, operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settled_tickets, "TICKETS_A_CHUNK", 1)
    numbers = ("INC1", "INC2", "INC3")
    take_in(log("first", *(line for each in numbers for line in history(each))), operator)
    changed = (line for each in numbers for line in history(each, category="Category 8"))
    later = examine(log("later", *changed), operator)
    seen = [reading()]

    def look(what: str, _done: int, _of: int) -> None:
        if what == "changed records caught up":
            seen.extend([later.state, reading()])

    apply_batch(batch=later, report=look, actor=operator, at=AT)
    withdrawn = withdraw_import(batch=later, actor=operator, at=AT)
    seen += [withdrawn.state, reading()]
    run_worker(until_idle=True)

    later.refresh_from_db()
    told = f"{later} is being brought in or taken back. Ask again in a moment."
    assert seen == [
        *(State.VALUE, BatchState.SETTLING, told, BatchState.APPLIED, State.VALUE),
        *(BatchState.WITHDRAWING, told),
    ]
    assert (later.state, reading(), columns("INC3")["category"]) == (
        BatchState.WITHDRAWN,
        State.VALUE,
        "Category 1",
    )


def test_what_a_killed_command_left_catching_up_is_brought_to_its_end_by_a_worker(
    log: Log, operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settled_tickets, "TICKETS_A_CHUNK", 1)
    numbers = ("INC1", "INC2", "INC3")
    take_in(log("first", *(line for each in numbers for line in history(each))), operator)
    changed = (line for each in numbers for line in history(each, category="Category 8"))
    later = examine(log("later", *changed), operator)

    def die(what: str, _done: int, _of: int) -> None:
        if what == "changed records caught up":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply_batch(batch=later, report=die, actor=operator, at=AT)
    later.refresh_from_db()
    left = later.state
    run_worker(until_idle=True)

    later.refresh_from_db()
    assert (left, later.state, reading(), columns("INC3")["category"]) == (
        BatchState.SETTLING,
        BatchState.APPLIED,
        State.VALUE,
        "Category 8",
    )


@pytest.mark.usefixtures("first")
def test_undo_of_the_later_batch_restores_every_column_and_the_log(
    log: Log, operator: Account
) -> None:
    before = columns("INC1"), columns("INC2"), log_of("INC1"), log_of("INC2")
    later = take_in(log("later", *later_events()), operator, at=AT + timedelta(days=1))

    withdraw_import(batch=later, actor=operator, at=AT + timedelta(days=2))

    after = columns("INC1"), columns("INC2"), log_of("INC1"), log_of("INC2")
    assert after == before


@pytest.mark.usefixtures("first")
def test_the_later_export_comes_in_again_after_its_undo(log: Log, operator: Account) -> None:
    path = log("later", *later_events())
    withdraw_import(batch=take_in(path, operator), actor=operator, at=AT)

    again = take_in(path, operator)

    assert (counts(again), ticket("INC1").state, ticket("INC1").reopen_count) == (
        (0, 1, 1, 0),
        "closed",
        1,
    )


def test_undo_of_the_first_batch_is_refused_while_the_later_stands(
    first: ImportBatch, log: Log, operator: Account
) -> None:
    later = take_in(log("later", *later_events()), operator)

    with pytest.raises(Refused) as refusal:
        withdraw_import(batch=first, actor=operator, at=AT)

    assert str(refusal.value) == (
        f"Batch {later.pk}: later.csv builds on Batch {first.pk}: first.csv: it changed 1 records "
        "and left 1 as told before, without rows of its own. "
        f"Withdraw it first (undo {later.pk}); its file can be imported again."
    )


def test_both_batches_can_be_undone_one_after_the_other(
    first: ImportBatch, log: Log, operator: Account
) -> None:
    later = take_in(log("later", *later_events()), operator)

    for batch in (later, first):
        withdraw_import(batch=batch, actor=operator, at=AT)

    assert (Ticket.objects.standing().count(), StateChange.objects.standing().count()) == (0, 0)


@pytest.mark.usefixtures("first")
def test_an_export_without_known_events_takes_none_away(log: Log, operator: Account) -> None:
    new = event("INC1", 3, "4/3/2016 09:00", "Closed")

    take_in(log("latest", history("INC1")[2], new), operator)

    assert [state for _, state, _ in log_of("INC1")] == ["New", "Active", "Resolved", "Closed"]


@pytest.mark.usefixtures("first")
def test_an_event_inserted_before_known_ones_is_rejected_with_its_line(
    log: Log, operator: Account
) -> None:
    new, active, resolved = history("INC1")
    inserted = event("INC1", 9, "1/3/2016 10:00", "Awaiting Vendor")

    batch = take_in(log("later", new, inserted, active, resolved), operator, accept="valid")

    expected = (
        "the order of the log as imported before, new events last; or withdraw that batch first"
    )
    assert (counts(batch), told(batch)) == (
        (0, 0, 0, 1),
        [(3, "INC1", "(order)", "9|1/3/2016 10:00", expected)],
    )


@pytest.mark.usefixtures("first")
def test_known_events_in_another_order_are_rejected_with_the_line_that_comes_too_late(
    log: Log, operator: Account
) -> None:
    new, active, resolved = history("INC1")

    batch = take_in(log("later", new, resolved, active), operator, accept="valid")

    assert [finding[:4] for finding in told(batch)] == [(4, "INC1", "(order)", "1|2/3/2016 09:00")]


@pytest.mark.usefixtures("first")
def test_a_ticket_rejected_in_a_later_export_stays_as_it_was(log: Log, operator: Account) -> None:
    before = columns("INC1")
    bad = event("INC1", 3, "4/3/2016 09:00", "Frozen")

    take_in(log("later", *history("INC1"), bad, *history("INC3")), operator, accept="valid")

    assert (columns("INC1"), Ticket.objects.standing().count()) == (before, 3)
