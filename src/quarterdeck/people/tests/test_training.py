"""Sessions and their seats: who gets one, who waits, who moves up, and who was there."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core import clock
from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.queries.occasions import occasion_named
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.queries.learning import course_results, gains
from quarterdeck.people.queries.training import calendar_token, free_seats, sessions_to_fill
from quarterdeck.people.tests.house import House, open_house
from quarterdeck.people.verbs.training import (
    SessionPlan,
    cancel_session,
    enrol,
    fill_free_seats,
    note_test_result,
    plan_session,
    replan_session,
    take_attendance,
    withdraw_enrolment,
)
from quarterdeck.people.vocabulary import EnrolmentState

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BEGINS = AT + timedelta(days=14)
AFTER = BEGINS + timedelta(hours=3)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return open_house()


def planned(house: House, seats: int = 2) -> CourseSession:
    with acting(actor=house.iris, verb_name="tests.course", at=AT):
        course = Course.objects.create(title="Knots")
        for number in range(6):
            email = f"learner{number}@example.org"
            Person.objects.create(name=f"Learner {number}", email=email, unit=house.unit)
    return planned_of(course, house, seats)


def planned_of(course: Course, house: House, seats: int = 2) -> CourseSession:
    """A session of a course, always at the same time."""
    plan = SessionPlan(BEGINS, BEGINS + timedelta(hours=2), "Europe/Berlin", seats, "Quay 1")
    return plan_session(course=course, plan=plan, actor=house.iris, at=AT)


def filled(house: House, session: CourseSession, people: int) -> list[Enrolment]:
    """Enrol some learners a minute apart."""
    learners = Person.objects.filter(name__startswith="Learner").order_by("pk")[:people]
    return [
        enrol(session=session, person=each, actor=house.iris, at=AT + timedelta(minutes=minute))
        for minute, each in enumerate(learners)
    ]


def states(session: CourseSession) -> list[str]:
    return list(session.enrolments.order_by("pk").values_list("state", flat=True))


def test_seats_go_to_those_who_ask_first_and_the_others_wait(house: House) -> None:
    session = planned(house)

    filled(house, session, 4)

    assert states(session) == ["enrolled", "enrolled", "waiting", "waiting"]


def test_who_withdraws_lets_the_first_who_waits_move_up_and_be_told(house: House) -> None:
    session = planned(house)
    first, *_ = filled(house, session, 4)

    withdraw_enrolment(enrolment=first, actor=house.iris, at=AT + timedelta(hours=1))

    last = OutgoingMail.objects.order_by("pk").last()
    assert last is not None
    assert states(session) == ["withdrawn", "enrolled", "enrolled", "waiting"]
    assert (last.recipient, "it is yours" in last.text) == ("learner2@example.org", True)


def test_a_seat_passes_over_who_will_have_left_by_then(house: House) -> None:
    session = planned(house, seats=1)
    first, leaver, _ = filled(house, session, 3)
    with acting(actor=house.iris, verb_name="tests.leaving", at=AT):
        Person.objects.filter(pk=leaver.person_id).update(ends_on=AT.date())

    withdraw_enrolment(enrolment=first, actor=house.iris, at=AT + timedelta(hours=1))

    gone = Person.objects.get(pk=leaver.person_id)
    other = planned_of(session.course, house)
    assert states(session) == ["withdrawn", "waiting", "enrolled"]
    with pytest.raises(Refused, match=r"will have left by then\.$"):
        enrol(session=other, person=gone, actor=house.iris, at=AT)


def test_nobody_has_two_seats_at_one_time(house: House) -> None:
    session = planned(house)
    (seat,) = filled(house, session, 1)
    other = planned_of(session.course, house)

    with pytest.raises(Refused, match="has a seat in “Knots"):
        enrol(session=other, person=seat.person, actor=house.iris, at=AT)
    withdraw_enrolment(enrolment=seat, actor=house.iris, at=AT)
    enrol(session=other, person=seat.person, actor=house.iris, at=AT)

    assert (states(session), states(other)) == (["withdrawn"], ["enrolled"])


def waiting_who_sits_elsewhere(house: House) -> tuple[Enrolment, Enrolment]:
    """The seat of the first of three learners, and the seat elsewhere of the second, who waits."""
    session = planned(house, seats=1)
    first, second, _ = filled(house, session, 3)
    other = planned_of(session.course, house)
    return first, enrol(session=other, person=second.person, actor=house.iris, at=AT)


def test_a_seat_passes_over_who_sits_elsewhere_at_that_time(house: House) -> None:
    first, elsewhere = waiting_who_sits_elsewhere(house)

    withdraw_enrolment(enrolment=first, actor=house.iris, at=AT + timedelta(hours=1))

    assert states(first.session) == ["withdrawn", "waiting", "enrolled"]
    assert states(elsewhere.session) == ["enrolled"]


def test_who_was_passed_over_moves_up_once_the_seat_elsewhere_is_given_back(house: House) -> None:
    session = planned(house, seats=2)
    first, second, _ = filled(house, session, 3)
    other = planned_of(session.course, house)
    withdraw_enrolment(enrolment=second, actor=house.iris, at=AT)
    again = enrol(session=session, person=second.person, actor=house.iris, at=AT)
    elsewhere = enrol(session=other, person=second.person, actor=house.iris, at=AT)
    withdraw_enrolment(enrolment=first, actor=house.iris, at=AT)
    passed = sessions_to_fill(AT)

    withdraw_enrolment(enrolment=elsewhere, actor=house.iris, at=AT)
    for each in (found := sessions_to_fill(AT)):
        fill_free_seats(session=each, actor=house.iris, at=AT)

    again.refresh_from_db()
    assert (passed, found, again.state) == ([], [session], "enrolled")


def moved(house: House, session: CourseSession, begins: datetime) -> CourseSession:
    plan = SessionPlan(begins, begins + timedelta(hours=2), "Europe/Berlin", 2, "Quay 1")
    return replan_session(
        session=session, version=session.version, plan=plan, actor=house.iris, at=AT
    )


def test_a_session_is_not_moved_to_where_somebody_sits_elsewhere(house: House) -> None:
    session = planned(house)
    (seat,) = filled(house, session, 1)
    other = moved(house, planned_of(session.course, house), BEGINS + timedelta(hours=3))
    enrol(session=other, person=seat.person, actor=house.iris, at=AT)

    with pytest.raises(Refused, match=r"^Learner 0 has a seat in “Knots, 2026-03-16 10:00” at"):
        moved(house, other, BEGINS + timedelta(hours=1))
    later = moved(house, other, BEGINS + timedelta(hours=2))

    assert later.starts_at == BEGINS + timedelta(hours=2)


def test_what_is_over_is_not_cancelled(house: House) -> None:
    session = planned(house)

    with pytest.raises(Refused, match=r"is over: what took place is not cancelled\.$"):
        cancel_session(session=session, version=session.version, actor=house.iris, at=AFTER)


def test_who_withdrew_and_asks_again_stands_at_the_end(house: House) -> None:
    session = planned(house)
    first, *_ = filled(house, session, 3)
    withdraw_enrolment(enrolment=first, actor=house.iris, at=AT + timedelta(hours=1))

    again = enrol(
        session=session, person=first.person, actor=house.iris, at=AT + timedelta(hours=2)
    )

    assert (again.pk, again.state) == (first.pk, EnrolmentState.WAITING)


def test_asking_twice_changes_nothing(house: House) -> None:
    session = planned(house)
    first = filled(house, session, 1)[0]

    again = enrol(session=session, person=first.person, actor=house.iris, at=AT)

    assert (again.version, OutgoingMail.objects.count()) == (first.version, 1)


def test_more_seats_let_those_who_wait_move_up_and_taken_seats_stay(house: House) -> None:
    session = planned(house)
    filled(house, session, 4)
    plan = SessionPlan(session.starts_at, session.ends_at, session.zone, 3, session.room)

    replan_session(session=session, version=1, plan=plan, actor=house.iris, at=AT)
    too_few = SessionPlan(session.starts_at, session.ends_at, session.zone, 2, session.room)

    assert states(session) == ["enrolled", "enrolled", "enrolled", "waiting"]
    with pytest.raises(Refused, match="3 seats are taken"):
        replan_session(session=session, version=2, plan=too_few, actor=house.iris, at=AT)


def test_a_moved_session_is_told_to_those_with_a_seat_and_to_calendars(house: House) -> None:
    session = planned(house)
    filled(house, session, 3)
    later = SessionPlan(BEGINS, BEGINS + timedelta(hours=3), "Europe/Berlin", 2, "Quay 2")

    moved = replan_session(session=session, version=1, plan=later, actor=house.iris, at=AT)

    told = OutgoingMail.objects.filter(text__contains="has changed").values_list("recipient")
    assert sorted(told) == [("learner0@example.org",), ("learner1@example.org",)]
    assert moved.revision == 1


def test_a_cancelled_session_is_told_to_all_and_takes_nobody_any_more(house: House) -> None:
    session = planned(house)
    filled(house, session, 3)

    cancel_session(session=session, version=1, reason="Storm.", actor=house.iris, at=AT)

    assert OutgoingMail.objects.filter(text__contains="Storm.").count() == 3
    with pytest.raises(Refused, match="was cancelled"):
        filled(house, session, 4)


def test_of_two_who_change_a_session_at_once_one_is_told(house: House) -> None:
    session = planned(house)
    cancel_session(session=session, version=1, actor=house.iris, at=AT)

    with pytest.raises(Conflict):
        cancel_session(session=session, version=1, actor=house.iris, at=AT)


def test_one_enrols_oneself_and_nobody_else(house: House) -> None:
    session = planned(house)
    learner = Person.objects.get(name="Learner 0")

    own = enrol(session=session, person=_person(house.ben), actor=house.ben, at=AT)

    assert own.state == EnrolmentState.ENROLLED
    with pytest.raises(Refused, match="yourself alone"):
        enrol(session=session, person=learner, actor=house.ben, at=AT)


def _person(account: Account) -> Person:
    assert account.person is not None
    return account.person


def test_attendance_completes_a_course_and_can_be_corrected(house: House) -> None:
    session = planned(house)
    first, second = filled(house, session, 2)
    took = {first.pk: True, second.pk: False}

    with pytest.raises(Refused, match="has not taken place"):
        take_attendance(session=session, attended=took, actor=house.iris, at=AT)
    take_attendance(session=session, attended=took, actor=house.iris, at=AFTER)
    swapped = {first.pk: False, second.pk: True}
    changed = take_attendance(session=session, attended=swapped, actor=house.iris, at=AFTER)

    rows = session.enrolments.order_by("pk").values_list("state", "completed_on")
    assert (changed, list(rows)) == (2, [("absent", None), ("attended", BEGINS.date())])


def test_learning_is_the_part_of_what_could_be_learnt(house: House) -> None:
    session = planned(house, seats=5)
    rows = filled(house, session, 5)
    took = {each.pk: True for each in rows}
    take_attendance(session=session, attended=took, actor=house.iris, at=AFTER)
    # Before, after: three quarters, half, all, knew all before, and one who forgot.
    for each, results in zip(rows, ((2, 8), (6, 8), (0, 10), (10, 10), (5, 0)), strict=True):
        each.refresh_from_db()
        for moment, points in zip(("pre", "post"), results, strict=True):
            note_test_result(
                enrolment=each, moment=moment, points=points, most=10, actor=house.iris, at=AFTER
            )

    found = gains(session.enrolments.all())

    expected = [Fraction(3, 4), Fraction(1, 2), Fraction(1), None, Fraction(-1)]
    assert [found.get(each.pk) for each in rows] == expected
    assert (course_results(session.course).n, course_results(session.course).gain) == (4, None)


def test_who_attended_can_be_asked_how_it_was(house: House) -> None:
    session = planned(house)
    first, second = filled(house, session, 2)
    took = {first.pk: True, second.pk: False}
    take_attendance(session=session, attended=took, actor=house.iris, at=AFTER)

    happened = occasion_named("people.training_attended").happenings(AT, AFTER)

    assert [each.person_key for each in happened] == [first.person_id]


def test_a_colleague_sees_no_enrolment_of_others(house: House) -> None:
    session = planned(house)
    enrol(session=session, person=_person(house.ben), actor=house.ben, at=AT)

    seen = [Enrolment.objects.visible_to(each).count() for each in (house.ben, house.cyd)]

    assert seen == [1, 0]


def test_a_calendar_address_needs_no_sign_in_and_cannot_be_guessed(house: House) -> None:
    session = planned(house)
    first, _ = filled(house, session, 2)
    token = calendar_token(first.person_id)
    address = reverse("people.training.calendar", args=[token])
    forged = reverse("people.training.calendar", args=[f"{first.person_id}-{'a' * 26}"])

    answer = Client().get(address)

    assert ("BEGIN:VEVENT" in answer.content.decode(), answer.headers["Content-Type"]) == (
        True,
        "text/calendar; charset=utf-8",
    )
    assert Client().get(forged).status_code == 404


def test_the_page_of_courses_gives_a_seat_and_shows_it(house: House) -> None:
    session = planned(house)
    begins = clock.now() + timedelta(days=30)
    plan = SessionPlan(begins, begins + timedelta(hours=1), "Europe/Berlin", 1)
    coming = plan_session(course=session.course, plan=plan, actor=house.iris, at=AT)
    client = Client()
    client.force_login(house.ben)

    address = reverse("people.session.act", args=[coming.pk, "enrol"])
    client.post(address, {"back": "training"})
    page = client.get(reverse("people.training")).content.decode()

    assert (free_seats(coming), "Has a seat" in page) == (0, True)


def test_who_waits_reads_in_which_place(house: House) -> None:
    begins = clock.now() + timedelta(days=30)
    plan = SessionPlan(begins, begins + timedelta(hours=1), "Europe/Berlin", 1)
    session = plan_session(course=planned(house).course, plan=plan, actor=house.iris, at=AT)
    filled(house, session, 2)
    assert house.ben.person is not None
    enrol(session=session, person=house.ben.person, actor=house.ben, at=AT + timedelta(days=1))
    client = Client()
    client.force_login(house.ben)

    page = client.get(reverse("people.coursesession.detail", args=[session.pk])).content.decode()

    assert "On the waiting list, in place 2 of 2." in page
