"""Whoever looks at the demo's courses finds one that was given, and one that is full."""

from fractions import Fraction

import pytest

from quarterdeck.config.tests.demo import AT
from quarterdeck.people.models import Course, CourseSession
from quarterdeck.people.queries.learning import course_results
from quarterdeck.people.queries.training import catalogue

pytestmark = pytest.mark.usefixtures("demo")


def test_one_course_was_given_and_shows_what_was_learnt() -> None:
    given = Course.objects.get(sessions__ends_at__lt=AT)

    results = course_results(given)

    assert (results.attended, results.absent, results.n, results.sat) == (5, 1, 5, 5)
    # (3/4 + 1 + 2/4 + 1/2 + 1) / 5, worked out by hand.
    assert results.gain == Fraction(3, 4)


def test_the_coming_session_is_full_and_people_wait() -> None:
    assert CourseSession.objects.coming(AT).count() == 1
    told = [
        (each.seats, each.taken, each.waiting)
        for course in catalogue(AT)
        for each in course.coming  # type: ignore[attr-defined]  # the catalogue adds it
    ]
    assert told == [(4, 4, 2)]
