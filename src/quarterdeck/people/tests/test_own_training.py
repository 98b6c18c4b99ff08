"""What of training waits for its learner, and the one reminder of a test."""

from datetime import datetime, timedelta

import pytest
import time_machine

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person
from quarterdeck.core.waiting import waiting_for
from quarterdeck.office.models import Organisation, OutgoingMail, WaitingLetter
from quarterdeck.office.verbs.letters import keep_mail_template, send_digest, wish_mail
from quarterdeck.office.verbs.period_rules import correct_zone
from quarterdeck.people.jobs import remind_of_tests
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.queries.own_training import due_test_reminders
from quarterdeck.people.tests.house import AT, House, open_house
from quarterdeck.people.verbs.course_tests import publish_course_test, sit_course_test
from quarterdeck.people.verbs.training import (
    SessionPlan,
    enrol,
    plan_session,
    take_attendance,
    withdraw_enrolment,
)

BEGINS = AT + timedelta(days=20)
ENDS = BEGINS + timedelta(hours=2)
DAY = timedelta(days=1)
REMINDER = "people.test-reminder"

pytestmark = pytest.mark.django_db


@pytest.fixture(name="house")
def _house() -> House:
    house = open_house()
    with acting(actor=house.iris, verb_name="tests.addresses", at=AT):
        for account in (house.ben, house.cyd):
            assert account.person is not None
            account.person.email = f"{account.username}@example.org"
            account.person.save()
    return house


@pytest.fixture(name="session")
def _session(house: House) -> CourseSession:
    with acting(actor=house.iris, verb_name="tests.course", at=AT):
        course = Course.objects.create(title="Knots")
    publish_course_test(course=course, text="Port is\n* left\n- right", actor=house.iris, at=AT)
    plan = SessionPlan(BEGINS, ENDS, "Europe/Berlin", 9, "Quay 1")
    return plan_session(course=course, plan=plan, actor=house.iris, at=AT)


def seat(session: CourseSession, account: Account) -> Enrolment:
    assert account.person is not None
    return enrol(session=session, person=account.person, actor=account, at=AT)


def told(account: Account, at: datetime) -> list[tuple[str, str]]:
    return [(each.kind, each.title) for each in waiting_for(account, at)]


def reminded(*moments: datetime) -> list[str]:
    """Let the worker look at these moments, and return whom it has written to in all."""
    for at in moments:
        with time_machine.travel(at, tick=False):
            remind_of_tests.call()
    mails = OutgoingMail.objects.filter(kind=REMINDER).order_by("pk")
    return list(mails.values_list("recipient", flat=True))


def test_open_tests_and_sessions_of_the_next_fortnight_wait_for_the_learner(
    house: House, session: CourseSession
) -> None:
    row = seat(session, house.ben)
    test, coming = ("Test", "Test before: Knots"), ("Session", "Knots")

    found = [told(house.ben, at) for at in (AT, BEGINS - 14 * DAY, BEGINS - 13 * DAY)]
    sit_course_test(enrolment=row, moment="pre", answers={1: [1]}, actor=house.ben, at=BEGINS)
    found += [told(house.ben, at) for at in (BEGINS, ENDS, ENDS + 31 * DAY)]

    assert found == [[test], [test], [test, coming], [coming], [("Test", "Test after: Knots")], []]
    assert told(house.cyd, BEGINS - DAY) == []


def test_nothing_waits_of_what_is_given_back_or_was_missed(
    house: House, session: CourseSession
) -> None:
    gone, absent = seat(session, house.ben), seat(session, house.cyd)
    withdraw_enrolment(enrolment=gone, actor=house.ben, at=AT)
    take_attendance(session=session, attended={absent.pk: False}, actor=house.iris, at=ENDS)

    waiting = [told(account, ENDS) for account in (house.ben, house.cyd)]

    assert (waiting, due_test_reminders(ENDS + 4 * DAY, 9)) == ([[], []], [])


def test_each_open_test_is_reminded_of_once(house: House, session: CourseSession) -> None:
    """Two days before the session, and three days after it."""
    row = seat(session, house.ben)
    seat(session, house.cyd)
    sit_course_test(enrolment=row, moment="pre", answers={1: [1]}, actor=house.ben, at=AT)
    minute = timedelta(minutes=1)

    early = reminded(BEGINS - 2 * DAY - minute)
    first = reminded(BEGINS - 2 * DAY, BEGINS - DAY, ENDS, ENDS + 3 * DAY - minute)
    both = reminded(ENDS + 3 * DAY, ENDS + 4 * DAY, ENDS + 31 * DAY)

    cyd, ben = "cyd@example.org", "ben@example.org"
    assert (early, first, sorted(both)) == ([], [cyd], sorted([cyd, ben, cyd]))


def test_a_run_reads_so_many_who_are_due_and_nobody_whose_course_has_no_test_now(
    house: House, session: CourseSession
) -> None:
    with acting(actor=house.iris, verb_name="tests.course", at=AT):
        tested, gone = Course.objects.create(title="Charts"), session.course
    plan = SessionPlan(BEGINS + DAY, ENDS + DAY, "Europe/Berlin", 9, "Quay 1")
    later = plan_session(course=tested, plan=plan, actor=house.iris, at=AT)
    publish_course_test(course=tested, text="Up is\n* north\n- south", actor=house.iris, at=AT)
    seat(session, house.ben)
    due = [seat(later, house.ben), seat(later, house.cyd)]
    publish_course_test(course=gone, text="", actor=house.iris, at=AT)

    found = [due_test_reminders(BEGINS - DAY, most) for most in (1, 2, 9)]

    assert found == [[(row, "pre") for row in rows] for rows in (due[:1], due, due)]


def test_nobody_is_reminded_after_the_last_day_of_their_own_zone(
    house: House, session: CourseSession
) -> None:
    row = seat(session, house.ben)
    correct_zone(
        organisation=Organisation.objects.get(),
        zone="Asia/Tokyo",
        valid_from=AT.date(),
        reason="We are in Tokyo",
        actor=house.operator,
        at=AT,
    )
    evening = (BEGINS - DAY).replace(hour=14)
    with acting(actor=house.iris, verb_name="tests.leaving", at=AT):
        Person.objects.filter(pk=row.person_id).update(ends_on=evening.date())

    found = [due_test_reminders(evening + timedelta(hours=hours), 9) for hours in (0, 2)]

    assert found == [[(row, "pre")], []]


def test_the_reminder_is_worded_by_the_organisation_and_waits_for_a_digest(
    house: House, session: CourseSession
) -> None:
    row = seat(session, house.ben)
    seat(session, house.cyd)
    keep_mail_template(
        kind=REMINDER,
        subject="Before you moor",
        text="{{test}} {{session}}, until {{until}}",
        seen=0,
        actor=house.operator,
        at=AT,
    )
    for account in (house.ben, house.cyd):
        wish_mail(timings={REMINDER: "digest"}, actor=account, at=AT)

    sent = reminded(BEGINS - DAY)
    sit_course_test(enrolment=row, moment="pre", answers={1: [1]}, actor=house.ben, at=BEGINS)
    digests = [
        send_digest(account=account, actor=house.operator, at=BEGINS + DAY)
        for account in (house.ben, house.cyd)
    ]

    assert (sent, WaitingLetter.objects.count(), digests[0]) == ([], 0, None)
    assert digests[1] is not None
    news = "before Knots, 2026-03-22 10:00, until 2026-03-22 10:30 (Europe/Berlin)"
    assert f"* Before you moor\n    {news}" in digests[1].text
