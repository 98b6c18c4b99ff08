"""One person who is given seats in two sessions at the same moment, on both databases."""

import pytest

from quarterdeck.people.models import Enrolment
from quarterdeck.people.tests.house import open_house
from quarterdeck.people.tests.test_review_at_once import at_once
from quarterdeck.people.tests.test_training import AT, planned, planned_of
from quarterdeck.people.verbs.training import enrol

pytestmark = pytest.mark.usefixtures("fresh_database")


def test_of_two_sessions_at_one_time_a_person_is_given_a_seat_in_one() -> None:
    house = open_house()
    session = planned(house)
    person, other = house.ben.person, planned_of(session.course, house)
    assert person is not None

    ends = at_once(
        lambda: enrol(session=session, person=person, actor=house.iris, at=AT),
        lambda: enrol(session=other, person=person, actor=house.iris, at=AT),
    )

    assert (ends, Enrolment.objects.count()) == (["done", "refused"], 1)
