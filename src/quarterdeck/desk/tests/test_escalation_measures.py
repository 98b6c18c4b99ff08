"""What is read of escalations, complaints and first contacts, counted by hand."""

import re
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.measures import ORGANISATION, Reading, Scope, State, Terms, measure_of, take
from quarterdeck.core.models import Account
from quarterdeck.core.tests.background.house import wait_for
from quarterdeck.desk.models import Escalation, Ticket
from quarterdeck.desk.tests.escalation_cast import complaint, led_desk, with_nils
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, opened
from quarterdeck.desk.verbs.escalations import (
    escalate_ticket,
    give_verdict,
    resolve_escalation,
    withdraw_escalation,
)
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.verbs.tickets import hold_ticket, reopen_ticket, resolve_ticket
from quarterdeck.kernels.spans import Span

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2016, 4, day, hour, tzinfo=UTC)


APRIL = Span(at(1, 0), datetime(2016, 5, 1, tzinfo=UTC))


def read(key: str, as_of: datetime, scope: Scope = ORGANISATION) -> Reading:
    return take(measure_of(key), APRIL, scope, Terms(as_of=as_of))


def left_out(reading: Reading) -> dict[str, int]:
    return {each.reason: each.n for each in reading.excluded}


def resolved(row: Escalation, when: datetime) -> Escalation:
    return resolve_escalation(
        escalation=row,
        version=row.version,
        resolution="Done",
        actor=account("greta"),
        at=when,
    )


@pytest.fixture
def desk() -> Desk:
    return led_desk()


@pytest.fixture
def register(desk: Desk, operator: Account) -> list[Escalation]:
    """Four complaints of Monday the 4th, promised by Friday the 8th, nine o'clock.

    The first is resolved in time and confirmed, the second late and not confirmed, the third in
    time but not solved, the fourth taken back.
    """
    rows = [complaint(with_nils(desk)) for _ in range(4)]
    give_verdict(escalation=resolved(rows[0], at(5)), verdict="solved", actor=operator, at=at(6))
    resolved(rows[1], at(8, 10))
    give_verdict(
        escalation=resolved(rows[2], at(5)), verdict="not_solved", actor=operator, at=at(6)
    )
    withdraw_escalation(
        escalation=rows[3],
        version=rows[3].version,
        reason="A mistake",
        actor=account("nils"),
        at=at(5),
    )
    return rows


@pytest.mark.usefixtures("register")
def test_what_was_not_solved_is_not_resolved_on_time() -> None:
    reading = read("desk.escalations_on_time", at(30))

    assert (reading.value, reading.n) == (Fraction(1, 3), 3)
    assert left_out(reading) == {"It was withdrawn before it was due": 1}


@pytest.mark.usefixtures("register")
def test_before_the_promised_moment_nothing_is_judged() -> None:
    reading = read("desk.escalations_on_time", at(8, 8))

    assert (reading.state, left_out(reading)) == (
        State.NOT_ENOUGH_EVIDENCE,
        {"It was withdrawn before it was due": 1, "It is not due yet": 3},
    )


@pytest.mark.usefixtures("register")
def test_an_answer_counts_by_the_last_one_that_was_promised() -> None:
    # Promised by Monday at 17:00; the first and third came on Tuesday, and the third is promised
    # another by Wednesday at 17:00, which never came. The fourth was withdrawn on Tuesday.
    reading = read("desk.escalations_answered", at(30))

    assert (reading.value, reading.n) == (Fraction(0), 4)


@pytest.mark.usefixtures("register")
def test_two_of_three_complaints_were_judged_and_one_of_two_solved() -> None:
    followed, solved = (read(f"desk.complaints_{key}", at(30)) for key in ("followed_up", "solved"))

    assert (followed.value, solved.value) == (Fraction(2, 3), Fraction(1, 2))


def test_what_is_withdrawn_after_it_was_due_was_not_on_time(desk: Desk) -> None:
    # Promised by Monday 17:00 for the answer, and by Friday, nine o'clock, for the resolution.
    for when in (at(6), at(8, 9), at(8, 10)):
        row = complaint(with_nils(desk))
        withdraw_escalation(
            escalation=row,
            version=row.version,
            reason="She says so",
            actor=account("nils"),
            at=when,
        )

    resolved, answered = (
        read(f"desk.escalations_{key}", at(30)) for key in ("on_time", "answered")
    )

    # Two were withdrawn by Friday, nine o'clock; all three after the answer was due.
    assert (resolved.value, resolved.n, left_out(resolved)) == (
        Fraction(0),
        1,
        {"It was withdrawn before it was due": 2},
    )
    assert (answered.value, answered.n, left_out(answered)) == (Fraction(0), 3, {})


def test_escalations_of_another_team_are_not_counted(desk: Desk) -> None:
    row = escalate_ticket(
        ticket=with_nils(desk),
        direction="hierarchical",
        reason="No",
        actor=account("nils"),
        at=at(4),
    )
    resolved(row, at(5))

    states = {
        name: read("desk.escalations_on_time", at(30), Scope("team", name)).state
        for name in ("Network", "Workplace")
    }

    # The register was not kept in the first days of April.
    assert states == {"Network": State.VALUE, "Workplace": State.NOT_ENOUGH_EVIDENCE}


def test_without_a_register_nothing_is_known() -> None:
    assert read("desk.escalations_on_time", at(30)).state == State.NOT_ENOUGH_EVIDENCE


def done(ticket: Ticket, when: datetime) -> Ticket:
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Done",
        true_category="Printing",
        actor=account("nils"),
        at=when,
    )


def test_a_first_contact_is_no_word_no_hold_no_other_hand_and_no_return(desk: Desk) -> None:
    nils = account("nils")
    done(opened(desk), at(4, 10))
    asked = opened(desk)
    reply_publicly(ticket=asked, text="Which printer?", actor=nils, at=at(4, 10))
    done(asked, at(4, 11))
    held = opened(desk)
    held = hold_ticket(
        ticket=held, version=held.version, pause_reason="vendor", actor=nils, at=at(4, 10)
    )
    done(held, at(4, 12))
    back = done(opened(desk), at(4, 10))
    back = reopen_ticket(ticket=back, version=back.version, reason="No", actor=nils, at=at(5))
    thanked = done(opened(desk), at(4, 10))
    reply_publicly(ticket=thanked, text="You are welcome", actor=nils, at=at(4, 12))

    reading = read("desk.first_contact_resolution", at(30))

    assert (reading.value, reading.n) == (Fraction(2, 5), 5)


def test_the_rows_of_a_figure_lead_to_the_complaints_and_not_to_their_tickets(
    register: list[Escalation], client: Client
) -> None:
    client.force_login(account("greta"))
    address = reverse("scorecard.measure", args=["desk.complaints_solved"])

    def rows() -> str | None:
        """Give the box of rows, which a busy machine may leave to the next look."""
        page = client.get(address, {"period": "2016-04", "rows": "counted"}).content.decode()
        _, found, box = page.partition('id="rows"')
        return box if found else None

    heads = re.findall(r'<th scope="row">(.*?)</th>', wait_for(rows))
    solved = (register[0], register[2])
    assert sorted(re.findall(r'href="?([^"\s>]+)', head) for head in heads) == sorted(
        [reverse("desk.escalation.detail", args=[row.pk])] for row in solved
    )
