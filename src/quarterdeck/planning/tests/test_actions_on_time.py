"""The share of corrective actions done on time, against a register written by hand."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from quarterdeck.core.measures import Reading, Scope, State, Terms, measure_of, take
from quarterdeck.core.models import Person, Unit
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.kernels.periods import parse_period
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.vocabulary import ActionState

pytestmark = pytest.mark.django_db

OPENED = datetime(2026, 1, 1, tzinfo=UTC)
JULY = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def owner(given: Given) -> Person:
    with given():
        return Person.objects.create(name="Nkechi Baptiste", unit=Unit.objects.get(parent=None))


def action(
    owner: Person,
    due_on: date,
    ended_on: date | None = None,
    state: ActionState = ActionState.DONE,
    opened_at: datetime = OPENED,
) -> None:
    CorrectiveAction.objects.create(
        title=f"Due {due_on}",
        owner=owner,
        due_on=due_on,
        ended_on=ended_on,
        state=state if ended_on else ActionState.OPEN,
        opened_at=opened_at,
    )


def read(period: str = "2026-06", at: datetime = JULY, scope: str = "organisation") -> Reading:
    wanted = measure_of("planning.actions_on_time")
    return take(wanted, parse_period(period).span, Scope.parse(scope), Terms(at))


def test_done_on_the_due_day_is_on_time_and_a_day_later_is_not(owner: Person, given: Given) -> None:
    with given():
        action(owner, date(2026, 6, 1), date(2026, 5, 20))
        action(owner, date(2026, 6, 10), date(2026, 6, 10))
        action(owner, date(2026, 6, 20), date(2026, 6, 21))
        action(owner, date(2026, 6, 30))

    reading = read()

    assert (reading.value, reading.n) == (Fraction(1, 2), 4)


def test_only_what_was_due_in_the_period_counts(owner: Person, given: Given) -> None:
    with given():
        action(owner, date(2026, 5, 31), date(2026, 5, 31))
        action(owner, date(2026, 7, 1), date(2026, 6, 15))

    assert read().state is State.NOT_APPLICABLE


def test_cancelled_and_unripe_actions_are_left_out_with_their_reasons(
    owner: Person, given: Given
) -> None:
    with given():
        action(owner, date(2026, 6, 5), date(2026, 6, 2), ActionState.CANCELLED)
        action(owner, date(2026, 6, 28))

    reading = read(at=datetime(2026, 6, 15, tzinfo=UTC))

    assert {each.reason: each.n for each in reading.excluded} == {
        "It was cancelled": 1,
        "Its day is not over yet": 1,
    }


def test_an_empty_register_is_no_evidence() -> None:
    assert read().state is State.NOT_ENOUGH_EVIDENCE


def test_before_the_first_action_nothing_was_recorded(owner: Person, given: Given) -> None:
    with given():
        action(
            owner,
            date(2026, 6, 30),
            date(2026, 6, 30),
            opened_at=datetime(2026, 6, 16, tzinfo=UTC),
        )

    assert read().coverage == Fraction(1, 2)


def test_a_unit_is_read_by_the_people_in_it(owner: Person, given: Given) -> None:
    with given():
        action(owner, date(2026, 6, 1), date(2026, 6, 1))
        outside = Person.objects.create(name="Owen Tregarth")
        action(outside, date(2026, 6, 1))
    root = Unit.objects.get(parent=None)

    assert read(scope=f"unit:{root.name}").value == 1
