"""The measures of promises kept, against verdicts counted by hand."""

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from quarterdeck.core.measures import Reading, State
from quarterdeck.core.models import Account, EvidenceMark
from quarterdeck.desk.jobs import follow_batch
from quarterdeck.desk.models import ServiceLevelClock, Ticket
from quarterdeck.desk.tests.incident_log import event, reading, take_in, write_log
from quarterdeck.desk.tests.promised import HOUR, RESOLUTION, RESPONSE, promised
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, opened, staffed_desk
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.verbs.tickets import resolve_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2016, 4, day, hour, minute, tzinfo=UTC)


def resolved(ticket: Ticket, when: datetime) -> Ticket:
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Done",
        true_category="Printing",
        actor=account("nils"),
        at=when,
    )


def figure(taken: Reading) -> tuple[State, Fraction | None, int]:
    return taken.state, taken.value, taken.n


def left_out(taken: Reading) -> dict[str, int]:
    return {each.reason: each.n for each in taken.excluded}


def test_a_resolution_is_kept_by_our_own_clocks(desk: Desk, operator: Account) -> None:
    unpromised = opened(desk, at=datetime(2016, 3, 31, 9, tzinfo=UTC))
    promised({RESOLUTION: 10}, actor=operator)
    in_time, late, _open = (opened(desk) for _ in range(3))

    resolved(in_time, at(5, 9))
    resolved(late, at(5, 10))
    resolved(unpromised, at(5, 10))

    taken = reading("desk.sla_resolution_kept", "2016-04")
    assert figure(taken) == (State.VALUE, Fraction(1, 2), 2)
    assert (taken.numerator, taken.denominator) == (Fraction(1), Fraction(2))
    assert left_out(taken) == {"Nothing was promised for it": 1, "Still open and overdue": 1}


def test_an_answer_that_was_never_given_counts_as_missed(desk: Desk, operator: Account) -> None:
    promised({RESPONSE: 2}, actor=operator)
    prompt, slow, _silent = (opened(desk) for _ in range(3))

    reply_publicly(ticket=prompt, text="Yes?", actor=account("nils"), at=at(4, 10))
    reply_publicly(ticket=slow, text="Yes?", actor=account("nils"), at=at(4, 12))

    assert figure(reading("desk.sla_response_kept", "2016-04")) == (
        State.VALUE,
        Fraction(1, 3),
        3,
    )


def test_the_time_to_the_first_response_is_a_median_of_what_was_answered(
    desk: Desk,
    operator: Account,  # noqa: ARG001 — somebody who may is there
) -> None:
    by_reply, by_fix, _silent = (opened(desk) for _ in range(3))

    reply_publicly(ticket=by_reply, text="Hello?", actor=account("mona"), at=at(4, 9, 15))
    reply_publicly(ticket=by_reply, text="Yes?", actor=account("nils"), at=at(4, 10))
    resolved(by_fix, at(5, 9))

    taken = reading("desk.first_response_time", "2016-04")
    # One hour, and ten: nine on Monday and one on Tuesday.
    assert figure(taken) == (State.VALUE, Fraction(11 * HOUR, 2), 2)
    assert left_out(taken) == {"Not answered yet": 1}


def test_a_source_tells_when_it_was_fixed_but_not_when_it_was_answered(
    tmp_path: Path, operator: Account
) -> None:
    promised({RESOLUTION: 10, RESPONSE: 2}, actor=operator, valid_from=date(2016, 1, 1))
    events = [
        event("INC1", 0, "4/4/2016 09:00", "New", opened_at="4/4/2016 09:00"),
        event("INC1", 1, "5/4/2016 08:30", "Resolved", opened_at="4/4/2016 09:00"),
    ]
    batch = take_in(write_log(tmp_path / "log.csv", events), operator)

    before = reading("desk.sla_resolution_kept", "2016-04")
    follow_batch.call(batch_key=batch.pk)

    answered = reading("desk.sla_response_kept", "2016-04")
    assert left_out(before) == {"Nothing was promised for it": 1}
    assert figure(reading("desk.sla_resolution_kept", "2016-04"))[1:] == (Fraction(1), 1)
    assert (answered.state, left_out(answered)) == (
        State.NOT_ENOUGH_EVIDENCE,
        {"Unknown: its source tells no replies": 1},
    )


def test_a_later_log_of_the_same_source_moves_the_clocks_of_tickets_that_stood_before(
    tmp_path: Path, operator: Account
) -> None:
    promised({RESOLUTION: 10}, actor=operator, valid_from=date(2016, 1, 1))
    reported = event("INC1", 0, "4/4/2016 09:00", "New", opened_at="4/4/2016 09:00")
    beside = event("INC2", 0, "4/4/2016 09:00", "New", opened_at="4/4/2016 09:00")
    fixed = event("INC1", 1, "5/4/2016 08:30", "Resolved", opened_at="4/4/2016 09:00")
    first = take_in(write_log(tmp_path / "log.csv", [reported, beside]), operator)
    follow_batch.call(batch_key=first.pk)
    later = take_in(write_log(tmp_path / "later.csv", [reported, fixed, beside]), operator)

    follow_batch.call(batch_key=later.pk)

    clocks = ServiceLevelClock.objects.order_by("ticket__number")
    assert list(clocks.values_list("ticket__number", "stopped_at")) == [
        ("INC1", datetime(2016, 4, 5, 8, 30, tzinfo=UTC)),
        ("INC2", None),
    ]


def test_readings_become_stale_where_a_clock_has_moved_and_nowhere_else(
    tmp_path: Path, operator: Account
) -> None:
    promised({RESOLUTION: 10}, actor=operator, valid_from=date(2016, 1, 1))
    reported = event("INC1", 0, "4/4/2016 09:00", "New", opened_at="4/4/2016 09:00")
    batch = take_in(write_log(tmp_path / "log.csv", [reported]), operator)
    marks = EvidenceMark.objects.filter(domain="desk.tickets", month=date(2016, 4, 1))
    taken_in = marks.get().changes

    follow_batch.call(batch_key=batch.pk)
    followed = marks.get().changes
    follow_batch.call(batch_key=batch.pk)

    assert (followed, marks.get().changes) == (taken_in + 1, taken_in + 1)
