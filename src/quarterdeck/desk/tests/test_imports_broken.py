"""Broken and odd ticket logs: what is refused, by line and column, and what is kept and flagged."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.core.models import Account
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.tests.incident_log import (
    PROBLEMS,
    counts,
    event,
    history,
    log_of,
    take_in,
    ticket,
    told,
    write_log,
)
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.django_db

EXAMPLE = "a date and time such as 29/2/2016 01:23 (day/month/year hour:minute)"
STATES = (
    "one of New, Active, In Progress, On Hold, Awaiting User Info, Awaiting Problem, "
    "Awaiting Vendor, Awaiting Evidence, Resolved, Closed, Canceled, -100"
)
Import = Callable[..., ImportBatch]


@pytest.fixture
def import_log(tmp_path: Path, operator: Account) -> Import:
    """Write events as a log, and take it in."""

    def import_log(*events: dict[str, str], accept: str = "all", **terms: Any) -> ImportBatch:
        path = write_log(tmp_path / "log.csv", events)
        return take_in(path, operator, accept=accept, **terms)

    return import_log


@pytest.mark.parametrize(
    ("cells", "column", "found", "expected"),
    [
        ({"sys_updated_at": "30/2/2016 09:00"}, "sys_updated_at", "30/2/2016 09:00", EXAMPLE),
        ({"opened_at": "2/29/2016 09:00"}, "opened_at", "2/29/2016 09:00", EXAMPLE),
        ({"sys_updated_at": ""}, "sys_updated_at", "", EXAMPLE),
        ({"opened_at": "?"}, "opened_at", "?", EXAMPLE),
        ({"reopen_count": "many"}, "reopen_count", "many", "a whole number"),
        ({"reassignment_count": "-1"}, "reassignment_count", "-1", "a whole number"),
        (
            {"assignment_group": "x" * 201},
            "assignment_group",
            "x" * 40 + "…",
            "at most 200 characters",
        ),
        ({"contact_type": "x" * 65}, "contact_type", "x" * 40 + "…", "at most 64 characters"),
        (
            {"made_sla": "maybe"},
            "made_sla",
            "maybe",
            "one of true, false, TRUE, FALSE, True, False",
        ),
    ],
)
def test_a_cell_that_cannot_be_read_rejects_its_ticket_by_line_and_column(
    import_log: Import, cells: dict[str, str], column: str, found: str, expected: str
) -> None:
    bad = {**event("INC2", 1, "2/3/2016 09:00", "Active"), **cells}

    batch = import_log(
        *history("INC1"), event("INC2", 0, "1/3/2016 09:00", "New"), bad, accept="valid"
    )

    assert (counts(batch), told(batch), Ticket.objects.count(), StateChange.objects.count()) == (
        (1, 0, 0, 1),
        [(6, "INC2", column, found, expected)],
        1,
        3,
    )


def test_a_state_that_nobody_knows_rejects_its_ticket_and_waits_to_be_explained(
    import_log: Import,
) -> None:
    bad = event("INC2", 0, "2/3/2016 09:00", "Frozen")

    batch = import_log(*history("INC1"), bad, accept="valid")

    assert (counts(batch), told(batch)) == (
        (1, 0, 0, 1),
        [
            (5, "", "incident_state", "Frozen", "what it means; 1 line waits for that"),
            (5, "INC2", "incident_state", "Frozen", STATES),
        ],
    )


def test_one_bad_event_keeps_the_whole_file_out_unless_valid_tickets_may_come_in(
    import_log: Import,
) -> None:
    batch = import_log(*history("INC1"), event("INC2", 0, "soon", "New"))

    assert (batch.state, batch.failure, Ticket.objects.count(), StateChange.objects.count()) == (
        BatchState.REJECTED,
        "1 records have errors, and all or none were to be accepted.",
        0,
        0,
    )


def test_a_number_too_long_for_a_ticket_is_refused_at_its_line(import_log: Import) -> None:
    batch = import_log(*history("INC1"), *history("I" * 65)[:1], accept="valid")

    assert told(batch) == [
        (5, "", "number", "I" * 40, "the key of a record, of at most 64 characters")
    ]


def test_a_local_time_that_the_clocks_skipped_is_an_error(import_log: Import) -> None:
    batch = import_log(event("INC1", 0, "27/3/2016 02:30", "New"), zone="Europe/Berlin")

    assert told(batch) == [
        (
            2,
            "INC1",
            "sys_updated_at",
            "2016-03-27 02:30:00",
            "a time that the clocks of Europe/Berlin show",
        )
    ]


def test_a_local_time_that_the_clocks_showed_twice_is_the_first(import_log: Import) -> None:
    import_log(event("INC1", 0, "30/10/2016 02:30", "New"), zone="Europe/Berlin")

    assert [at.isoformat() for _, _, at in log_of()] == ["2016-10-30T00:30:00+00:00"]


def test_an_event_told_twice_is_kept_once_and_flagged(import_log: Import) -> None:
    first, second, third = history()

    batch = import_log(first, second, second, third)

    assert (counts(batch), [state for _, state, _ in log_of()], ticket().oddities) == (
        (1, 0, 0, 0),
        ["New", "Active", "Resolved"],
        ["repeated_event"],
    )


def test_an_event_told_in_two_ways_rejects_its_ticket(import_log: Import) -> None:
    first, second, third = history()

    batch = import_log(first, second, {**second, "incident_state": "New"}, third)

    assert told(batch) == [
        (
            4,
            "INC1",
            "(event)",
            "1|2/3/2016 09:00",
            "the same as at line 3, which tells of the same event",
        )
    ]


def test_an_event_before_the_report_is_kept_and_flagged(import_log: Import) -> None:
    import_log(*history(opened_at="1/3/2016 12:00"))

    assert ([state for _, state, _ in log_of()], ticket().oddities) == (
        ["New", "Active", "Resolved"],
        ["event_before_report"],
    )


def test_a_log_that_steps_back_in_time_keeps_its_order_and_is_flagged(import_log: Import) -> None:
    first, second, third = history()
    second["sys_updated_at"] = "4/3/2016 09:00"

    import_log(first, second, third)

    assert ([at.day for _, _, at in log_of()], ticket().state, ticket().oddities) == (
        [1, 4, 3],
        "resolved",
        ["log_steps_back"],
    )


def test_tickets_whose_lines_stand_mixed_are_told_apart(import_log: Import) -> None:
    pairs = zip(history("INC1"), history("INC2"), strict=True)

    batch = import_log(*(line for pair in pairs for line in pair))

    assert (counts(batch), log_of("INC1")) == ((2, 0, 0, 0), log_of("INC2"))


@pytest.mark.parametrize("text", ["=1+1", "<script>alert(1)</script>", '"; DROP TABLE ticket; --'])
def test_what_looks_like_a_formula_or_markup_is_kept_as_text(import_log: Import, text: str) -> None:
    import_log(*history(category=text, caller_id=text, assignment_group=text, assigned_to=text))

    one = ticket()
    team = one.team.name if one.team else ""
    assert [one.category, one.requester_name, one.assignee_name, team] == [text] * 4


def test_what_a_source_does_not_know_stays_unknown(import_log: Import) -> None:
    unknown = ("priority", "impact", "made_sla", "reopen_count", "assignment_group", "caller_id")

    import_log(*history(**dict.fromkeys(unknown, "?")))

    one = ticket()
    assert (
        one.priority,
        one.impact,
        one.recorded_sla_kept,
        one.recorded_reopen_count,
        one.team,
        one.requester_name,
    ) == (None, None, None, None, None, "")


def test_an_unknown_status_of_a_problem_is_refused_with_both_its_words(
    tmp_path: Path, operator: Account
) -> None:
    path = tmp_path / "problems.csv"
    path.write_text(
        "case:concept:name,org:group,org:resource,concept:name,impact,product,"
        "lifecycle:transition,time:timestamp\n"
        "1-1,Line A,Agent,Queued,High,PROD1,In Progress,2012-03-15T11:53:52+01:00\n",
        encoding="utf-8",
    )

    batch = take_in(path, operator, profile=PROBLEMS)

    assert [finding[:4] for finding in told(batch)] == [
        (2, "1-1", "concept:name + lifecycle:transition", "Queued/In Progress")
    ]
