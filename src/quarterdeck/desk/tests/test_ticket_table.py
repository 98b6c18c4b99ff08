"""Tables with one row per ticket: what their dates tell, and what they cannot tell."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.mapping import ColumnMapping
from quarterdeck.core.measures import Reading, State
from quarterdeck.core.models import Account, EvidenceMark, Person
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.depths import NO_HISTORY, NO_TIME
from quarterdeck.desk.queries.facts import effective_changes
from quarterdeck.desk.tests import incident_log
from quarterdeck.desk.tests.incident_log import AT, counts, reading, told
from quarterdeck.desk.tests.work_cast import person, staffed_desk
from quarterdeck.desk.verbs.ticket_details import set_requester, set_service
from quarterdeck.desk.vocabulary import HistoryDepth, TicketState
from quarterdeck.office.gateways.delimited import digest_of
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.import_run import apply_batch, examine_file
from quarterdeck.office.verbs.imports import begin_import
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.django_db

HEAD = "Case,Created,Resolved,Status,Priority"
COLUMNS = {
    "number": "Case",
    "opened_at": "Created",
    "resolved_at": "Resolved",
    "state": "Status",
    "priority": "Priority",
}
MINUTES = {"opened_at": "%d/%m/%Y %H:%M", "resolved_at": "%d/%m/%Y %H:%M"}
DAYS = {"opened_at": "%d/%m/%Y", "resolved_at": "%d/%m/%Y"}
HOUR = 3600
# With whom and what a ticket is about.
NAMES = {"service": "Service", "requester": "Caller"}


def mapping(
    forms: Mapping[str, str], names: Mapping[str, str], covers: Mapping[str, str]
) -> ColumnMapping:
    return ColumnMapping({**COLUMNS, **names}, forms, options={"kind": "incident", **covers})


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "cases.csv"


def take_in(
    table: Path,
    *lines: str,
    actor: Account,
    forms: Mapping[str, str] = MINUTES,
    accept: str = "all",
    names: Mapping[str, str] = MappingProxyType({}),
    covers: Mapping[str, str] = MappingProxyType({}),
) -> ImportBatch:
    """Take a table with these lines through all passes."""
    head = ",".join((HEAD, *names.values()))
    table.write_text("\n".join((head, *lines, "")), encoding="utf-8")
    batch = begin_import(
        profile="tickets-table",
        source="cases",
        file_name=table.name,
        file_digest=digest_of(table),
        zone="UTC",
        accept=accept,
        mapping=mapping(forms, names, covers),
        actor=actor,
        at=AT,
    )
    examine_file(batch=batch, path=table, report=lambda *_: None, actor=actor, at=AT)
    return apply_batch(batch=batch, report=lambda *_: None, actor=actor, at=AT)


def march(day: int, hour: int = 0) -> datetime:
    return datetime(2016, 3, day, hour, tzinfo=UTC)


def states(ticket: Ticket) -> list[tuple[str, int]]:
    """The log as it stands: state and day of March."""
    log = effective_changes([ticket.pk])[ticket.pk]
    return [(change.state, datetime.fromtimestamp(change.occurred, UTC).day) for _, change in log]


def left_out(taken: Reading) -> list[tuple[str, int]]:
    return [(each.reason, each.n) for each in taken.excluded]


def test_a_row_becomes_a_ticket_with_its_two_dates(table: Path, operator: Account) -> None:
    batch = take_in(table, "A,01/03/2016 09:00,03/03/2016 10:00,Done,P3", actor=operator)

    ticket = Ticket.objects.get()
    assert (counts(batch), ticket.opened_at, ticket.last_fix_at, ticket.priority) == (
        (1, 0, 0, 0),
        march(1, 9),
        march(3, 10),
        3,
    )


def test_what_came_without_history_says_so(table: Path, operator: Account) -> None:
    take_in(table, "A,01/03/2016 09:00,03/03/2016 10:00,Done,P3", actor=operator)

    assert Ticket.objects.get().history_depth == HistoryDepth.DATES


def test_cycle_time_is_counted_from_the_dates(table: Path, operator: Account) -> None:
    take_in(table, "A,01/03/2016 09:00,03/03/2016 10:00,Done,P3", actor=operator)

    # Tuesday 9 hours to 18:00, Wednesday 10, Thursday 2 from 08:00.
    taken = reading("desk.cycle_time", "2016-03-01..2016-03-03")
    assert (taken.state, taken.value, taken.n) == (State.VALUE, Fraction(21 * HOUR), 1)


@pytest.mark.parametrize(
    "key", ["desk.reopen_rate", "desk.first_fix_time", "desk.first_fix_time_calendar"]
)
def test_what_needs_history_is_unknown_and_never_nought(
    table: Path, operator: Account, key: str
) -> None:
    take_in(table, "A,01/03/2016 09:00,03/03/2016 10:00,Done,P3", actor=operator)

    taken = reading(key, "2016-03-01..2016-03-03")
    assert (taken.state, taken.value, taken.coverage, left_out(taken)) == (
        State.NOT_ENOUGH_EVIDENCE,
        None,
        Fraction(49, 72),
        [(NO_HISTORY, 1)],
    )


def test_a_period_that_is_covered_stays_without_evidence_where_history_is_missing(
    table: Path, operator: Account
) -> None:
    take_in(
        table,
        "A,29/02/2016 09:00,01/03/2016 10:00,Done,P3",
        "B,29/02/2016 09:00,05/03/2016 10:00,Done,P3",
        actor=operator,
    )

    taken = reading("desk.reopen_rate", "2016-03-01..2016-03-01")
    assert (taken.state, taken.coverage) == (State.NOT_ENOUGH_EVIDENCE, Fraction(1))


def test_days_without_a_time_give_no_business_time(table: Path, operator: Account) -> None:
    take_in(table, "A,01/03/2016,01/03/2016,Done,P3", actor=operator, forms=DAYS)

    taken = reading("desk.cycle_time", "2016-03")
    assert (taken.state, taken.value, left_out(taken)) == (
        State.NOT_ENOUGH_EVIDENCE,
        None,
        [(NO_TIME, 1)],
    )


def test_a_month_that_a_table_covers_without_a_ticket_had_none(
    table: Path, operator: Account
) -> None:
    whole = {"covers_from": "2016-02-15", "covers_until": "2016-04-30"}
    line = "A,20/02/2016,20/02/2016,Done,P3"

    batch = take_in(table, line, actor=operator, forms=DAYS, covers=whole)

    months = [reading("desk.cycle_time", month) for month in ("2016-03", "2016-04", "2016-05")]
    assert [(each.state, each.coverage) for each in months] == [
        (State.NOT_APPLICABLE, Fraction(1)),
        (State.NOT_APPLICABLE, Fraction(1)),
        (State.NOT_ENOUGH_EVIDENCE, Fraction(0)),
    ]
    # Fifteen of February's twenty-nine days.
    assert reading("desk.cycle_time", "2016-02").coverage == Fraction(15, 29)
    assert (batch.covers_from, batch.covers_until) == (
        datetime(2016, 2, 15, tzinfo=UTC),
        datetime(2016, 5, 1, tzinfo=UTC),
    )
    marked = EvidenceMark.objects.filter(domain="desk.tickets", month__lt=date(2016, 5, 1))
    assert sorted(each.month.month for each in marked) == [2, 3, 4]


def test_what_is_declared_counts_and_not_what_the_dates_reach(
    table: Path, operator: Account
) -> None:
    # A ticket of December is in the table only because it was open for so long.
    old = "A,01/12/2015 09:00,03/03/2016 10:00,Done,P3"

    take_in(table, old, actor=operator, covers={"covers_from": "2016-03-01"})

    covered = [
        reading("desk.cycle_time", day).coverage for day in ("2016-02", "2016-03-01..2016-03-02")
    ]
    assert covered == [0, 1]


def test_a_table_covers_nothing_that_came_after_it(table: Path, operator: Account) -> None:
    line = "A,20/02/2016,20/02/2016,Done,P3"

    batch = take_in(table, line, actor=operator, forms=DAYS, covers={"covers_until": "2030-01-01"})
    slip = take_in(table, "B,21/02/2016,,New,P3\nC,01/01/2030,,New,P3", actor=operator, forms=DAYS)

    assert [each.covers_until for each in (batch, slip)] == [batch.begun_at, slip.begun_at]


@pytest.mark.parametrize(
    ("begin", "end"), [("2016-03-01", "2016-02-01"), ("1969-12-31", ""), ("2200-01-01", "")]
)
def test_a_table_that_covers_no_days_of_a_desk_is_refused(
    table: Path, operator: Account, begin: str, end: str
) -> None:
    reason = "It ends before it begins" if end else f"“{begin}” is no answer; expected a day"
    with pytest.raises(Refused, match=reason):
        take_in(table, actor=operator, covers={"covers_from": begin, "covers_until": end})


def test_tickets_with_history_are_counted_beside_those_without(
    table: Path, operator: Account, tmp_path: Path
) -> None:
    log = incident_log.write_log(tmp_path / "log.csv", incident_log.history())
    incident_log.take_in(log, operator)
    take_in(table, "A,01/03/2016 09:00,03/03/2016 10:00,Done,P3", actor=operator)

    taken = reading("desk.reopen_rate", "2016-03")
    assert (taken.n, left_out(taken)) == (1, [(NO_HISTORY, 1)])


def test_closed_without_a_date_is_refused_with_what_was_expected(
    table: Path, operator: Account
) -> None:
    batch = take_in(
        table,
        "A,01/03/2016 09:00,,Closed,P3",
        "B,01/03/2016 09:00,,Open,P3",
        actor=operator,
        accept="valid",
    )

    assert (counts(batch), told(batch)) == (
        (1, 0, 0, 1),
        [
            (
                2,
                "A",
                "Resolved",
                "Closed, and no date of it",
                "the date on which it was resolved or closed",
            )
        ],
    )


EXPECTED_DATE = "a date and time such as 29/02/2016 13:05 (day/month/year hour:minute)"
EXPECTED_WORD = "a word to which the mapping gives a meaning"


@pytest.mark.parametrize(
    ("line", "told_of_it"),
    [
        ("A,2016-31-03,,Open,P3", ("Created", "2016-31-03", EXPECTED_DATE)),
        ("A,,,Open,P3", ("Created", "", EXPECTED_DATE)),
        ("A,01/03/2016 09:00,,Limbo,P3", ("Status", "Limbo", EXPECTED_WORD)),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_its_place(
    table: Path, operator: Account, line: str, told_of_it: tuple[str, str, str]
) -> None:
    batch = take_in(table, line, actor=operator)

    assert told(batch)[-1:] == [(2, "A", *told_of_it)]


def test_two_lines_of_one_ticket_that_differ_are_refused(table: Path, operator: Account) -> None:
    line = "A,01/03/2016 09:00,,Open,P3"

    batch = take_in(table, line, line, "A,02/03/2016 09:00,,Open,P3", actor=operator)

    assert told(batch) == [
        (4, "A", "Case", "A", "one line for each ticket; line 2 tells of it too, and otherwise")
    ]


def test_the_next_file_brings_the_resolution(table: Path, operator: Account) -> None:
    take_in(table, "A,01/03/2016 09:00,,In progress,P3", actor=operator)

    batch = take_in(table, "A,01/03/2016 09:00,03/03/2016 10:00,Closed,P3", actor=operator)

    ticket = Ticket.objects.get()
    assert (counts(batch), ticket.state, ticket.last_fix_at, states(ticket)) == (
        (0, 1, 0, 0),
        TicketState.RESOLVED,
        march(3, 10),
        [(TicketState.NEW, 1), (TicketState.RESOLVED, 3)],
    )


def test_what_the_next_file_calls_open_again_is_open(table: Path, operator: Account) -> None:
    take_in(table, "A,01/03/2016 09:00,03/03/2016 10:00,Closed,P3", actor=operator)

    take_in(table, "A,01/03/2016 09:00,,Open,P3", actor=operator)

    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.last_fix_at, ticket.ended_at) == (TicketState.NEW, None, None)


def test_the_same_table_again_changes_nothing(table: Path, operator: Account) -> None:
    lines = ("A,01/03/2016 09:00,,Open,P3", "B,01/03/2016 09:00,03/03/2016 10:00,Done,P3")
    take_in(table, *lines, actor=operator)

    assert counts(take_in(table, *lines, actor=operator)) == (0, 0, 2, 0)


def test_undoing_the_next_file_puts_back_what_the_one_before_said(
    table: Path, operator: Account
) -> None:
    take_in(table, "A,01/03/2016 09:00,,In progress,P3", actor=operator)
    batch = take_in(table, "A,01/03/2016 09:00,03/03/2016 10:00,Closed,P3", actor=operator)

    withdrawn = withdraw_import(batch=batch, actor=operator, at=AT)

    ticket = Ticket.objects.get()
    assert (withdrawn.state, ticket.state, ticket.last_fix_at) == (
        BatchState.WITHDRAWN,
        TicketState.IN_PROGRESS,
        None,
    )


def named(source: str = "cases") -> list[tuple[str | None, str, str | None, str]]:
    """The service and the requester of each ticket: the row behind the words, and the words."""
    rows = Ticket.objects.filter(source=source).order_by("number")
    return list(
        rows.values_list("service__name", "service_name", "requester__name", "requester_name")
    )


def test_an_imported_ticket_gets_the_service_and_the_person_that_its_words_mean(
    table: Path,
) -> None:
    desk = staffed_desk()
    with acting(actor=desk.operator, verb_name="test.namesake", at=AT):
        for key in ("4711", "4712"):
            Person.objects.create(name="Kim", external_id=key)

    take_in(
        table,
        "A,01/03/2016 09:00,,New,P3,MAIL,Mona Berg <MONA@example.org>",
        "B,01/03/2016 09:00,,New,P3,Fax,mona",
        "C,01/03/2016 09:00,,New,P3,,4711",
        "D,01/03/2016 09:00,,New,P3,,Somebody Else",
        # Two are called so, and who reads a ticket is not guessed.
        "E,01/03/2016 09:00,,New,P3,,Kim",
        actor=desk.operator,
        names=NAMES,
    )

    assert named() == [
        ("Mail", "MAIL", "Mona", "Mona Berg <MONA@example.org>"),
        (None, "Fax", "Mona", "mona"),
        (None, "", "Kim", "4711"),
        (None, "", None, "Somebody Else"),
        (None, "", None, "Kim"),
    ]


def test_the_same_names_again_change_nothing_and_others_what_they_say(table: Path) -> None:
    desk = staffed_desk()
    line = "A,01/03/2016 09:00,,New,P3,{},Mona"
    take_in(table, line.format("Mail"), actor=desk.operator, names=NAMES)

    again = take_in(table, f"{line.format('Mail')}\n", actor=desk.operator, names=NAMES)
    other = take_in(table, line.format("Fax"), actor=desk.operator, names=NAMES)

    assert (again.unchanged, again.updated, other.updated) == (1, 0, 1)
    assert named() == [(None, "Fax", "Mona", "Mona")]
    withdraw_import(batch=other, actor=desk.operator, at=AT)
    assert named() == [("Mail", "Mail", "Mona", "Mona")]


def test_what_was_set_by_hand_stays_what_an_import_says(table: Path) -> None:
    desk = staffed_desk()
    take_in(table, "A,01/03/2016 09:00,,New,P3,Fax,Nobody", actor=desk.operator, names=NAMES)
    ticket = Ticket.objects.get(source="cases")
    words: dict[str, Any] = {"actor": desk.operator, "at": AT}
    ticket = set_service(ticket=ticket, version=ticket.version, service=desk.mail, **words)
    set_requester(ticket=ticket, version=ticket.version, requester=person("Vera"), **words)

    take_in(table, "A,01/03/2016 09:00,,New,P1,Fax,Nobody", actor=desk.operator, names=NAMES)

    assert named() == [("Mail", "Mail", "Vera", "Nobody")]
