"""The measure of what was learnt, with its interval worked out by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.measures import ORGANISATION, Reading, State, Terms, measure_of, take
from quarterdeck.kernels.periods import parse_period
from quarterdeck.people.models import Course, Enrolment
from quarterdeck.people.queries.learning import course_results
from quarterdeck.people.tests.house import House, open_house
from quarterdeck.people.tests.test_training import AFTER, AT, filled, planned, planned_of
from quarterdeck.people.verbs.training import note_test_result, take_attendance

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return open_house()


def reading() -> Reading:
    terms = Terms(datetime(2026, 5, 1, tzinfo=UTC))
    return take(
        measure_of("people.learning_gain"), parse_period("2026-03").span, ORGANISATION, terms
    )


def learnt(house: House, rows: Iterable[Enrolment], points: Iterable[int]) -> None:
    """Let nobody know anything before, and each get these points of ten afterwards."""
    for each, known in zip(rows, points, strict=True):
        each.refresh_from_db()
        for moment, result in (("pre", 0), ("post", known)):
            note_test_result(
                enrolment=each, moment=moment, points=result, most=10, actor=house.iris, at=AFTER
            )


def test_the_interval_of_a_gain_ends_at_all_that_could_be_learnt(house: House) -> None:
    session = planned(house, seats=5)
    rows = filled(house, session, 5)
    took = {each.pk: True for each in rows}
    take_attendance(session=session, attended=took, actor=house.iris, at=AFTER)
    # Afterwards two know half, and three know all.
    learnt(house, rows, (5, 5, 10, 10, 10))

    found, results = reading(), course_results(session.course)

    # Mean 4/5, standard deviation 0.2739, t of 4 degrees of freedom 2.776: 0.8 ± 0.34, cut at 1.
    assert (found.value, found.n) == (Fraction(4, 5), 5)
    assert found.interval == pytest.approx((0.46, 1), abs=0.0005)
    assert (results.gain, results.interval) == (Fraction(4, 5), found.interval)
    assert found.included is not None
    assert set(found.included.values_list("pk", flat=True)) == set(found.amounts)


def test_one_participant_of_five_courses_is_one_and_not_told_of(house: House) -> None:
    first = planned(house)
    with acting(actor=house.iris, verb_name="tests.courses", at=AT):
        courses = [Course.objects.create(title=f"Knots {number}") for number in range(4)]
    for session in (first, *(planned_of(course, house) for course in courses)):
        rows = filled(house, session, 1)
        took = {each.pk: True for each in rows}
        take_attendance(session=session, attended=took, actor=house.iris, at=AFTER)
        learnt(house, rows, (5,))

    found = reading()

    assert (found.state, found.value, found.amounts) == (State.NOT_ENOUGH_EVIDENCE, None, {})
    assert [(each.reason, each.n) for each in found.excluded] == [("Too few participants", 1)]
    assert found.parameters["both tests sat and scored here"] == "not shown"


def test_one_participant_of_five_sessions_is_not_told_of_on_the_page_of_their_course(
    house: House,
) -> None:
    first = planned(house)
    for session in (first, *(planned_of(first.course, house) for _ in range(4))):
        rows = filled(house, session, 1)
        took = {each.pk: True for each in rows}
        take_attendance(session=session, attended=took, actor=house.iris, at=AFTER)
        learnt(house, rows, (5,))

    results = course_results(first.course)

    assert (results.people, results.gain, results.interval) == (1, None, None)
