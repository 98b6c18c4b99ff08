"""In a real browser: from a test that a manager writes to what its course taught, and to whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core import clock
from quarterdeck.core.acts import acting
from quarterdeck.core.jobs.worker import run_worker
from quarterdeck.core.models import Account
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.records.training import courses, sessions
from quarterdeck.people.tests.house import House, open_house
from quarterdeck.people.tests.test_course_tests import ONE_RIGHT, PAPER, learners
from quarterdeck.people.verbs.course_tests import sit_course_test
from quarterdeck.people.verbs.training import (
    SessionPlan,
    enrol,
    plan_session,
    take_attendance,
)
from quarterdeck.ui.tests.browsing import become, visit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ALL = ("left", "Bowline", "Clove hitch", "at starboard")
TWO_RIGHT = {1: [1], 2: [1, 2]}


def planned(house: House) -> CourseSession:
    """Cyd teaches knots tomorrow, and Ben has a seat."""
    now = clock.now()
    with acting(actor=house.iris, verb_name="tests.course", at=now):
        course = Course.objects.create(title="Knots and splices")
    starts = now + DAY
    plan = SessionPlan(starts, starts + HOUR, "Europe/Berlin", 40, "Quay 1", "", house.cyd.person)
    session = plan_session(course=course, plan=plan, actor=house.iris, at=now)
    assert house.ben.person is not None
    enrol(session=session, person=house.ben.person, actor=house.ben, at=now)
    return session


def at(page: Page, server: LiveServer, who: Account, address: str) -> None:
    become(who, page, server)
    visit(page, server.url + address)


def writes_the_test(page: Page, server: LiveServer, house: House, session: CourseSession) -> None:
    at(page, server, house.iris, reverse(courses.detail_address, args=[session.course_id]))
    page.get_by_role("link", name="Test", exact=True).click()
    page.get_by_role("textbox", name="Items").fill(PAPER)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("The test is published.").wait_for()


def answers(page: Page, server: LiveServer, house: House, moment: str, *chosen: str) -> None:
    """Let Ben find the test among his courses, choose, and send it."""
    at(page, server, house.ben, reverse("people.training"))
    page.get_by_role("link", name=moment).click()
    for choice in chosen:
        page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Send the answers").click()


def is_over(house: House) -> None:
    """Let the session have been two hours ago."""
    now = clock.now()
    with acting(actor=house.operator, verb_name="tests.over", at=now):
        CourseSession.objects.update(starts_at=now - 3 * HOUR, ends_at=now - 2 * HOUR)


def takes_attendance(page: Page, server: LiveServer, house: House, session: CourseSession) -> None:
    """Let Cyd say that Ben was there, and read what he answered."""
    at(page, server, house.cyd, reverse(sessions.detail_address, args=[session.pk]))
    page.get_by_role("link", name="Take attendance").click()
    page.get_by_role("row", name="Ben").get_by_role("radio", name="there").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Answers").click()
    page.get_by_text("Ben, after: 3 of 3").click()
    page.get_by_role("heading", name="Which hold?").last.wait_for()


def sees_level_two(page: Page, server: LiveServer, house: House) -> None:
    """Open the learning gain of the month in which the course was completed."""
    month = Enrolment.objects.filter(completed_on__isnull=False)[0].completed_on
    assert month is not None
    address = reverse("scorecard.measure", args=["people.learning_gain"])
    at(page, server, house.hal, f"{address}?period={month:%Y-%m}")
    run_worker(until_idle=True)


def others_learn_half(house: House, session: CourseSession) -> None:
    """Four more people knew one of three before, and two of three after."""
    session.refresh_from_db()
    before, after = session.starts_at, clock.now()
    others = learners(house, session, 4)
    for account, row in others:
        for moment, known, when in (("pre", ONE_RIGHT, before), ("post", TWO_RIGHT, after)):
            sit_course_test(enrolment=row, moment=moment, answers=known, actor=account, at=when)
    were_there = {row.pk: True for _, row in others}
    take_attendance(session=session, attended=were_there, actor=house.cyd, at=after)


def test_a_test_is_written_sat_twice_and_counted_for_who_was_there(
    live_server: LiveServer, page: Page
) -> None:
    house = open_house()
    session = planned(house)
    writes_the_test(page, live_server, house, session)

    answers(page, live_server, house, "Test before", "left")
    expect(page.get_by_text("of 3 right")).to_have_text("1 of 3 right")
    expect(page.get_by_text("is right")).to_have_count(0)
    is_over(house)
    answers(
        page, live_server, house, "Test after", "left", "Bowline", "Clove hitch", "at starboard"
    )
    expect(page.get_by_text("of 3 right")).to_have_text("3 of 3 right")

    takes_attendance(page, live_server, house, session)
    sees_level_two(page, live_server, house)
    page.get_by_role("link", name="Too few participants 1").wait_for()
    others_learn_half(house, session)
    sees_level_two(page, live_server, house)

    # Ben learnt all that he did not know, and four half of it: 3/5. The spread is 0.2236, its error
    # 0.1, and Student's t at four degrees of freedom 2.776.
    value = page.get_by_role("region", name="Value")
    expect(value).to_contain_text("60.0 %")
    expect(value).to_contain_text("32.2 % to 87.8 %")
    expect(page.get_by_role("link", name="Counted 5")).to_be_visible()
    page.get_by_role("table").get_by_role("link", name="Ben").click()
    page.get_by_role("heading", name="Ben").wait_for()
