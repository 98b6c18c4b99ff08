"""Tests are written by trainers, sat once by whom they concern, and scored by their key."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core import clock
from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.people.models import (
    Course,
    CourseSession,
    CourseTest,
    CourseTestAttempt,
    Enrolment,
    TestResult,
)
from quarterdeck.people.queries.course_tests import (
    asked_test,
    current_test,
    item_results,
    sitting_times,
    sittings,
)
from quarterdeck.people.queries.learning import course_results, gains
from quarterdeck.people.tests.house import House, open_house
from quarterdeck.people.tests.test_training import AFTER, AT, BEGINS
from quarterdeck.people.verbs.course_tests import publish_course_test, sit_course_test
from quarterdeck.people.verbs.training import (
    SessionPlan,
    enrol,
    note_test_result,
    plan_session,
    take_attendance,
)

PAPER = """Port is
* left
- right

Which hold?
* Bowline
* Clove hitch
- Granny knot

Green is shown
- at port
* at starboard
"""
OTHER = "Red is shown\n* at port\n- at starboard"
ALL_RIGHT = {1: [1], 2: [1, 2], 3: [2]}
ONE_RIGHT = {1: [1], 2: [1]}

pytestmark = pytest.mark.django_db


@pytest.fixture(name="house")
def _house() -> House:
    return open_house()


@pytest.fixture(name="session")
def _session(house: House) -> CourseSession:
    """Plan a session of a course with a test; Hal gives it."""
    with acting(actor=house.iris, verb_name="tests.course", at=AT):
        course = Course.objects.create(title="Knots")
    end = BEGINS + timedelta(hours=2)
    plan = SessionPlan(BEGINS, end, "Europe/Berlin", 40, trainer=house.hal.person)
    session = plan_session(course=course, plan=plan, actor=house.iris, at=AT)
    publish_course_test(course=course, text=PAPER, actor=house.iris, at=AT)
    return session


def seat(session: CourseSession, account: Account) -> Enrolment:
    assert account.person is not None
    return enrol(session=session, person=account.person, actor=account, at=AT)


def learners(house: House, session: CourseSession, number: int) -> list[tuple[Account, Enrolment]]:
    with acting(actor=house.iris, verb_name="tests.learners", at=AT):
        accounts = [
            Account.objects.create(
                username=f"learner-{place}", person=Person.objects.create(name=f"Learner {place}")
            )
            for place in range(number)
        ]
    return [(each, seat(session, each)) for each in accounts]


def sit(account: Account, row: Enrolment, moment: str, *right: int) -> CourseTestAttempt:
    """Answer these items right, and leave the others open."""
    at = AT if moment == "pre" else AFTER
    answers = {order: ALL_RIGHT[order] for order in right}
    return sit_course_test(enrolment=row, moment=moment, answers=answers, actor=account, at=at)


def test_a_test_is_scored_by_its_key_and_the_gain_comes_of_it(
    house: House, session: CourseSession
) -> None:
    row = seat(session, house.ben)

    sit_course_test(enrolment=row, moment="pre", answers=ONE_RIGHT, actor=house.ben, at=AT)
    sit_course_test(enrolment=row, moment="post", answers=ALL_RIGHT, actor=house.ben, at=AFTER)

    results = TestResult.objects.order_by("pk").values_list("moment", "points", "most")
    assert list(results) == [("pre", 1, 3), ("post", 3, 3)]
    assert gains(Enrolment.objects.all()) == {row.pk: Fraction(1)}


def test_a_test_is_sat_once_by_who_has_a_seat_and_in_time(
    house: House, session: CourseSession
) -> None:
    row = seat(session, house.ben)
    sit(house.ben, row, "pre", 1)

    for account, moment, answers, at, told in (
        (house.ben, "pre", {}, AT, "answered this test already"),
        (house.cyd, "post", {}, AFTER, "your own tests alone"),
        (house.ben, "post", {}, BEGINS, "cannot be answered now"),
        (house.ben, "post", {}, AFTER + timedelta(days=30), "cannot be answered now"),
        (house.ben, "post", {1: [7]}, AFTER, "has no such choice"),
        (house.ben, "later", {}, AFTER, "expected pre or post"),
    ):
        with pytest.raises(Refused, match=told):
            sit_course_test(enrolment=row, moment=moment, answers=answers, actor=account, at=at)
    take_attendance(session=session, attended={row.pk: False}, actor=house.iris, at=AFTER)
    with pytest.raises(Refused, match="was absent"):
        sit(house.ben, row, "post", 1)


def test_the_first_test_ends_before_the_second_begins(session: CourseSession) -> None:
    """A session of two hours: half an hour at either end. One of forty minutes is halved."""
    before, after = sitting_times(session, "pre")[1], sitting_times(session, "post")[0]
    session.ends_at = BEGINS + timedelta(minutes=40)
    halves = sitting_times(session, "pre")[1], sitting_times(session, "post")[0]

    assert (before, after) == (
        BEGINS + timedelta(minutes=30),
        BEGINS + timedelta(minutes=90),
    )
    assert halves == (BEGINS + timedelta(minutes=20), BEGINS + timedelta(minutes=20))


def test_who_answered_before_answers_the_same_items_after(
    house: House, session: CourseSession
) -> None:
    first, second = seat(session, house.ben), seat(session, house.cyd)
    sit(house.ben, first, "pre", 1)

    other = publish_course_test(course=session.course, text=OTHER, actor=house.iris, at=AT)

    assert other is not None
    asked = [asked_test(row, "post") for row in (first, second)]
    assert [each.number for each in asked if each] == [1, 2]


def test_the_same_items_again_are_no_other_test_and_none_end_it(
    house: House, session: CourseSession
) -> None:
    again = publish_course_test(course=session.course, text=PAPER, actor=house.iris, at=AT)
    publish_course_test(course=session.course, text="", actor=house.iris, at=AT)

    assert (again, CourseTest.objects.count(), current_test(session.course)) == (None, 2, None)
    with pytest.raises(Refused, match="written by the trainers"):
        publish_course_test(course=session.course, text=OTHER, actor=house.ben, at=AT)


def test_nobody_types_what_the_product_scores(house: House, session: CourseSession) -> None:
    row = seat(session, house.ben)

    with pytest.raises(Refused, match="scored by its key"):
        note_test_result(enrolment=row, moment="pre", points=1, most=3, actor=house.iris, at=AFTER)


def test_items_tell_how_hard_they_are_and_not_of_single_people(
    house: House, session: CourseSession
) -> None:
    """Of thirty, all know the first item, half the second, and a third the third; who knows the
    third knows the second, so these two go together."""
    test = current_test(session.course)
    assert test is not None
    few: list[bool] = []
    for place, (account, row) in enumerate(learners(house, session, 30)):
        right = [1, *([2] if place < 15 else []), *([3] if place < 10 else [])]
        sit(account, row, "pre", *right)
        if place == 3:
            few = [each.is_shown for each in item_results(test, "pre")]

    found = item_results(test, "pre")

    assert few == [False, False, False]
    assert [each.share for each in found] == [Fraction(1), Fraction(1, 2), Fraction(1, 3)]
    # Phi of the table 10, 5, 0, 15: (10·15 - 5·0) / √(15·15·10·20).
    phi = 150 / (15 * 15 * 10 * 20) ** 0.5
    assert [each.discrimination for each in found] == [None, pytest.approx(phi), pytest.approx(phi)]
    assert [(each.text, each.n) for each in found[1].choices] == [
        ("Bowline", 15),
        ("Clove hitch", 15),
        ("Granny knot", 0),
    ]


def test_fewer_than_thirty_are_not_enough_to_tell_apart(
    house: House, session: CourseSession
) -> None:
    test = current_test(session.course)
    assert test is not None
    for place, (account, row) in enumerate(learners(house, session, 6)):
        sit(account, row, "pre", *([1, 2, 3] if place % 2 else [1]))

    found = item_results(test, "pre")

    assert [(each.share, each.discrimination) for each in found[1:]] == [(Fraction(1, 2), None)] * 2


def test_answers_are_seen_by_whom_they_concern_and_the_trainer(
    house: House, session: CourseSession
) -> None:
    sit(house.ben, seat(session, house.ben), "pre", 1)

    seen = [
        CourseTestAttempt.objects.visible_to(each).count()
        for each in (house.ben, house.hal, house.iris, house.cyd, house.operator)
    ]

    assert seen == [1, 1, 0, 0, 0]


@pytest.fixture(name="running")
def _running(house: House) -> CourseSession:
    """Let a session be at its beginning, now."""
    now = clock.now()
    with acting(actor=house.iris, verb_name="tests.course", at=now):
        course = Course.objects.create(title="Lights")
    begins = now + timedelta(minutes=5)
    plan = SessionPlan(begins, begins + timedelta(hours=2), "UTC", 9, trainer=house.hal.person)
    session = plan_session(course=course, plan=plan, actor=house.iris, at=now)
    publish_course_test(course=course, text=PAPER, actor=house.iris, at=now)
    return session


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_a_participant_answers_in_the_browser_with_nothing_chosen_beforehand(
    house: House, running: CourseSession
) -> None:
    assert house.ben.person is not None
    enrol(session=running, person=house.ben.person, actor=house.ben, at=clock.now())
    ben, address = client_of(house.ben), reverse("people.session.test", args=[running.pk, "pre"])

    overview = ben.get(reverse("people.training")).content.decode()
    asked = ben.get(address).content.decode()
    ben.post(address, {"item_1": "1", "item_2": ["1", "2"]})
    done = ben.get(address).content.decode()

    assert (address in overview, "checked" in asked) == (True, False)
    assert (asked.count('type="radio"'), asked.count('type="checkbox"')) == (4, 3)
    # What was right is told after the second test alone.
    assert ("2 of 3" in done, "is right" in done) == (True, False)


def test_a_number_that_no_page_sends_chooses_nothing(house: House, running: CourseSession) -> None:
    assert house.ben.person is not None
    enrol(session=running, person=house.ben.person, actor=house.ben, at=clock.now())
    address = reverse("people.session.test", args=[running.pk, "pre"])

    answer = client_of(house.ben).post(address, {"item_1": "1", "item_2": "1" * 5_000})

    chosen = CourseTestAttempt.objects.get().answers.order_by("item__order")
    assert answer.status_code == 302
    assert list(chosen.values_list("chosen", flat=True)) == [[1], [], []]


def test_ones_own_answers_stay_when_the_test_ends(house: House, running: CourseSession) -> None:
    for account in (house.ben, house.cyd):
        assert account.person is not None
        enrol(session=running, person=account.person, actor=account, at=clock.now())
    address = reverse("people.session.test", args=[running.pk, "pre"])
    client_of(house.ben).post(address, {"item_1": "1"})

    publish_course_test(course=running.course, text="", actor=house.hal, at=clock.now())

    answer = client_of(house.ben).get(address)
    assert "1 of 3" in answer.content.decode()
    assert client_of(house.cyd).get(address).status_code == 404


def test_pages_of_tests_are_404_for_whom_they_do_not_concern(
    house: House, running: CourseSession
) -> None:
    wanted = {
        reverse("people.session.test", args=[running.pk, "pre"]): (404, 404, 404),
        reverse("people.session.answers", args=[running.pk]): (404, 200, 404),
        reverse("people.course.test", args=[running.course_id]): (404, 200, 200),
    }

    found = {
        address: tuple(
            client_of(each).get(address).status_code for each in (house.cyd, house.hal, house.iris)
        )
        for address in wanted
    }

    assert found == wanted


def test_a_badly_written_test_is_given_back_with_the_line(
    house: House, running: CourseSession
) -> None:
    address = reverse("people.course.test", args=[running.course_id])

    answer = client_of(house.hal).post(address, {"text": "Port is\n- left"})

    page = answer.content.decode()
    assert (answer.status_code, "Line 1: expected a right choice" in page, "- left" in page) == (
        422,
        True,
        True,
    )
    assert current_test(running.course) is not None


def test_what_was_learnt_comes_of_sat_tests(house: House, session: CourseSession) -> None:
    rows = learners(house, session, 5)
    for place, (account, row) in enumerate(rows):
        sit(account, row, "pre", *([1] if place else []))
        sit(account, row, "post", 1, 2, *([3] if place else []))
    attended = {row.pk: True for _, row in rows}
    take_attendance(session=session, attended=attended, actor=house.iris, at=AFTER)

    results = course_results(session.course)

    # Four learnt all that was left, one two of three.
    assert (results.gain, results.sat) == (Fraction(14, 15), 5)
    assert [each.title for each in sittings(rows[0][1], AFTER)] == ["Test before", "Test after"]
