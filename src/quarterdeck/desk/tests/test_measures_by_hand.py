"""The desk's measures over tickets that were worked by hand, against hours counted by hand."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from quarterdeck.core.measures import Reading, Scope, State
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.incident_log import reading
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, opened, person, staffed_desk
from quarterdeck.desk.verbs.tickets import (
    assign_ticket,
    cancel_ticket,
    close_ticket,
    hold_ticket,
    reopen_ticket,
    resolve_ticket,
    resume_ticket,
    start_ticket,
    take_ticket,
)

pytestmark = pytest.mark.django_db

HOUR = 3600


def april(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2016, 4, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def worked_through(desk: Desk) -> Ticket:
    """From Monday 09:00 to Wednesday 10:00, with a pause, and a fix that did not last."""
    nils, ticket = account("nils"), opened(desk, at=april(4, 9))
    words = {"resolution": "Changed the roller.", "true_category": "Hardware"}
    for act, at, given in (
        (take_ticket, april(4, 9, 10), {}),
        (start_ticket, april(4, 9, 15), {}),
        (hold_ticket, april(4, 10), {"pause_reason": "requester", "question": "Which floor?"}),
        (resume_ticket, april(4, 14), {}),
        (resolve_ticket, april(4, 17, 30), words),
        (reopen_ticket, april(5, 8, 30), {"reason": "It eats paper again"}),
        (resolve_ticket, april(6, 10), words),
        (close_ticket, april(13, 10), {}),
    ):
        ticket = act(ticket=ticket, version=ticket.version, actor=nils, at=at, **given)
    return ticket


def figure(taken: Reading) -> tuple[State, Fraction | None, int]:
    return taken.state, taken.value, taken.n


def test_cycle_time_runs_from_the_report_to_the_fix_that_lasts(desk: Desk) -> None:
    worked_through(desk)

    # Monday 09:00–18:00, all of Tuesday (ten hours), Wednesday 08:00–10:00; the pause counts.
    taken = reading("desk.cycle_time", "2016-04")
    assert figure(taken) == (State.VALUE, Fraction((9 + 10 + 2) * HOUR), 1)


def test_the_time_to_first_fix_ends_with_the_first_one(desk: Desk) -> None:
    worked_through(desk)

    taken = reading("desk.first_fix_time", "2016-04")

    assert figure(taken) == (State.VALUE, Fraction(17 * HOUR // 2), 1)


def test_calendar_time_counts_the_nights_too(desk: Desk) -> None:
    worked_through(desk)

    taken = reading("desk.cycle_time_calendar", "2016-04")

    assert figure(taken) == (State.VALUE, Fraction(49 * HOUR), 1)


def test_a_reopened_ticket_counts_as_reopened(desk: Desk) -> None:
    worked_through(desk)

    assert figure(reading("desk.reopen_rate", "2016-04")) == (State.VALUE, Fraction(1), 1)


def test_what_is_reopened_and_not_fixed_again_is_left_out_and_told_where_it_counts(
    desk: Desk,
) -> None:
    ticket = resolved(opened(desk, at=april(4, 9)), "nils")
    reopen_ticket(
        ticket=ticket,
        version=ticket.version,
        reason="It eats paper again",
        actor=account("nils"),
        at=april(5, 9),
    )

    def left_out(period: str, scope: str = "organisation") -> dict[str, int]:
        taken = reading("desk.cycle_time", period, scope=Scope.parse(scope))
        return {each.reason: each.n for each in taken.excluded}

    told = {"Fixed in the period, reopened, and not fixed since": 1}
    assert (left_out("2016-04"), left_out("2016-05")) == (told, {})
    own, other = str(ticket.team), str(desk.workplace)
    assert (left_out("2016-04", f"team:{own}"), left_out("2016-04", f"team:{other}")) == (told, {})


def resolved(ticket: Ticket, by: str) -> Ticket:
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Changed the roller.",
        true_category="Hardware",
        actor=account(by),
        at=april(4, 17),
    )


def test_a_ticket_that_one_person_works_through_is_not_reassigned(desk: Desk) -> None:
    worked_through(desk)

    assert figure(reading("desk.reassignment_rate", "2016-04")) == (State.VALUE, Fraction(0), 1)


def test_a_ticket_that_goes_to_another_team_is_reassigned(desk: Desk) -> None:
    ticket = opened(desk, at=april(4, 9))
    handed = assign_ticket(
        ticket=ticket,
        version=ticket.version,
        team=desk.workplace,
        actor=account("nils"),
        at=april(4, 10),
    )
    resolved(handed, "omar")

    assert figure(reading("desk.reassignment_rate", "2016-04")) == (State.VALUE, Fraction(1), 1)


def test_a_ticket_that_goes_to_a_colleague_is_reassigned(desk: Desk) -> None:
    ticket = opened(desk, at=april(4, 9))
    taken = take_ticket(
        ticket=ticket, version=ticket.version, actor=account("nils"), at=april(4, 10)
    )
    handed = assign_ticket(
        ticket=taken,
        version=taken.version,
        assignee=person("Vera"),
        actor=account("nils"),
        at=april(4, 11),
    )
    resolved(handed, "vera")

    assert figure(reading("desk.reassignment_rate", "2016-04")) == (State.VALUE, Fraction(1), 1)


def test_no_source_flags_a_ticket_by_hand_as_kept_in_time(desk: Desk) -> None:
    worked_through(desk)

    taken = reading("desk.sla_recorded", "2016-04")
    assert (taken.state, [each.reason for each in taken.excluded]) == (
        State.NOT_ENOUGH_EVIDENCE,
        ["Its source gives no flag for the agreed time"],
    )


def test_coverage_begins_with_the_first_ticket_by_hand(desk: Desk) -> None:
    worked_through(desk)

    # Of April's thirty days three and nine hours had gone by before the first ticket.
    taken = reading("desk.cycle_time", "2016-04")
    assert taken.coverage == 1 - Fraction(3 * 24 + 9, 30 * 24)


def test_before_the_first_ticket_nothing_is_known(desk: Desk) -> None:
    worked_through(desk)

    assert reading("desk.cycle_time", "2016-03").state == State.NOT_ENOUGH_EVIDENCE


def test_a_month_in_which_nothing_was_fixed_is_not_applicable(desk: Desk) -> None:
    worked_through(desk)

    assert reading("desk.cycle_time", "2016-05").state == State.NOT_APPLICABLE


def test_what_is_cancelled_is_no_cycle_time(desk: Desk) -> None:
    ticket = opened(desk, at=april(4, 9))
    cancel_ticket(
        ticket=ticket,
        version=ticket.version,
        cancelled_as="spam",
        actor=account("nils"),
        at=april(5, 9),
    )

    assert reading("desk.cycle_time", "2016-05").state == State.NOT_APPLICABLE


def test_the_backlog_counts_a_ticket_while_it_was_open_by_its_log(desk: Desk) -> None:
    worked_through(desk)
    opened(desk, at=april(29, 16))

    # At the end of April (a Saturday) the second ticket alone is open, since Friday 16:00.
    taken = reading("desk.backlog_age", "2016-04")
    assert figure(taken) == (State.VALUE, Fraction(2 * HOUR), 1)
