"""To whom an escalation goes where posts are vacant, or those who fill them are away."""

from datetime import date, timedelta

import pytest

from quarterdeck.core.models import Account
from quarterdeck.desk.tests.escalation_cast import away, gone, led_desk, with_nils
from quarterdeck.desk.tests.work_cast import MONDAY, account
from quarterdeck.desk.verbs.escalations import escalate_ticket
from quarterdeck.desk.vocabulary import EscalationDirection

pytestmark = pytest.mark.django_db
UP = EscalationDirection.HIERARCHICAL


def test_posts_that_nobody_fills_are_passed_over_and_named(operator: Account) -> None:
    ticket = with_nils(led_desk())
    gone("Vera", date(2016, 3, 31), operator)

    row = escalate_ticket(
        ticket=ticket, direction=UP, reason="Needs money", actor=account("nils"), at=MONDAY
    )

    assert (str(row.owner), row.skipped) == (
        "Greta",
        ["lead of Network: Vera left on 2016-03-31"],
    )


def test_who_is_away_until_the_answer_is_due_is_passed_over_and_named(operator: Account) -> None:
    ticket = with_nils(led_desk())
    away("Vera", timedelta(days=15), operator)

    row = escalate_ticket(
        ticket=ticket, direction=UP, reason="Needs money", actor=account("nils"), at=MONDAY
    )

    assert (str(row.owner), row.skipped) == ("Greta", ["lead of Network: Vera is away"])


def test_who_is_back_in_time_to_answer_is_not_passed_over(operator: Account) -> None:
    ticket = with_nils(led_desk())
    away("Vera", timedelta(hours=1), operator)

    row = escalate_ticket(
        ticket=ticket, direction=UP, reason="Needs money", actor=account("nils"), at=MONDAY
    )

    assert (str(row.owner), row.skipped) == ("Vera", [])


def test_where_everybody_is_away_the_nearest_answers(operator: Account) -> None:
    ticket = with_nils(led_desk())
    gone("Vera", date(2016, 3, 31), operator)
    for name in ("Greta", "Boris"):
        away(name, timedelta(days=15), operator)

    row = escalate_ticket(
        ticket=ticket, direction=UP, reason="Needs money", actor=account("nils"), at=MONDAY
    )

    assert (str(row.owner), row.skipped) == (
        "Greta",
        [
            "lead of Network: Vera left on 2016-03-31",
            "line manager of Greta: Boris is away",
            "manager of Our organisation: vacant",
        ],
    )


def test_where_everybody_has_left_it_stands_with_nobody(operator: Account) -> None:
    ticket = with_nils(led_desk())
    for name in ("Vera", "Greta", "Boris"):
        gone(name, date(2016, 3, 31), operator)

    row = escalate_ticket(
        ticket=ticket, direction=UP, reason="Needs money", actor=account("nils"), at=MONDAY
    )

    assert (row.owner, row.skipped) == (
        None,
        [
            "lead of Network: Vera left on 2016-03-31",
            "line manager of Vera: Greta left on 2016-03-31",
            "line manager of Greta: Boris left on 2016-03-31",
            "manager of Our organisation: vacant",
        ],
    )
