"""The measure of what was learnt, with its interval worked out by hand."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from quarterdeck.core.measures import ORGANISATION, Reading, Terms, measure_of, take
from quarterdeck.kernels.periods import parse_period
from quarterdeck.people.queries.learning import course_results
from quarterdeck.people.tests.house import House, open_house
from quarterdeck.people.tests.test_training import AFTER, filled, planned
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


def test_the_interval_of_a_gain_ends_at_all_that_could_be_learnt(house: House) -> None:
    session = planned(house, seats=5)
    rows = filled(house, session, 5)
    took = {each.pk: True for each in rows}
    take_attendance(session=session, attended=took, actor=house.iris, at=AFTER)
    # Nobody knows anything before; afterwards two know half, and three know all.
    for each, points in zip(rows, (5, 5, 10, 10, 10), strict=True):
        each.refresh_from_db()
        for moment, known in (("pre", 0), ("post", points)):
            note_test_result(
                enrolment=each, moment=moment, points=known, most=10, actor=house.iris, at=AFTER
            )

    found, results = reading(), course_results(session.course)

    # Mean 4/5, standard deviation 0.2739, t of 4 degrees of freedom 2.776: 0.8 ± 0.34, cut at 1.
    assert (found.value, found.n) == (Fraction(4, 5), 5)
    assert found.interval == pytest.approx((0.46, 1), abs=0.0005)
    assert (results.gain, results.interval) == (Fraction(4, 5), found.interval)
    assert found.included is not None
    assert set(found.included.values_list("pk", flat=True)) == set(found.amounts)
