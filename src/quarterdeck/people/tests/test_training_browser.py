"""In a real browser: from the portal to a seat, a calendar, attendance and the reaction form."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core import clock
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Person
from quarterdeck.office.models import SurveyAnswer, SurveyInvitation
from quarterdeck.office.queries.surveys import token_of
from quarterdeck.office.verbs.surveys import Question, SurveyTerms, begin_survey, invite_to_survey
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.queries.training import TRAINING_ATTENDED
from quarterdeck.people.records.training import sessions
from quarterdeck.people.tests.house import House, open_house
from quarterdeck.people.verbs.training import SessionPlan, plan_session
from quarterdeck.ui.tests.browsing import become, visit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def one_seat(house: House) -> None:
    """Cyd teaches knots in a fortnight, and one person at a time."""
    now = clock.now()
    with acting(actor=house.iris, verb_name="tests.course", at=now):
        course = Course.objects.create(title="Knots and splices")
        Person.objects.filter(name="Hal").update(email="hal@example.org")
    starts = now + 14 * DAY
    plan = SessionPlan(starts, starts + HOUR, "Europe/Berlin", 1, "Quay 1", "", house.cyd.person)
    plan_session(course=course, plan=plan, actor=house.iris, at=now)


def session_page() -> str:
    return reverse(sessions.detail_address, args=[CourseSession.objects.get().pk])


def offered(page: Page) -> Locator:
    """What stands of the course among those on offer."""
    return page.get_by_role("region", name="Knots and splices", exact=True)


def takes_a_seat(page: Page, server: LiveServer) -> str:
    """Find the course from the portal, take its seat, and return the calendar of the session."""
    visit(page, f"{server.url}/portal/")
    page.get_by_role("searchbox", name="Search").press_sequentially("splices")
    page.locator("#suggestions").get_by_role("link", name="Knots and splices").click()
    offered(page).get_by_role("button", name="Take a seat").click()
    mine = page.get_by_role("region", name="My courses")
    mine.get_by_text("Has a seat").wait_for()
    mine.get_by_role("link", name="Knots and splices").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Into my calendar").click()
    return Path(download.value.path()).read_text(encoding="utf-8")


def moves_up(page: Page, server: LiveServer, house: House) -> None:
    """Let Hal wait for the seat that Ben has, and have it when Ben withdraws."""
    become(house.hal, page, server)
    visit(page, f"{server.url}/people/training/")
    offered(page).get_by_role("button", name="Wait for a seat").click()
    page.get_by_role("region", name="My courses").get_by_text("On the waiting list").wait_for()
    become(house.ben, page, server)
    visit(page, f"{server.url}{session_page()}")
    give_up = page.get_by_role("button", name="Give up the seat")
    expect(give_up).to_be_hidden()
    page.locator("summary", has_text="Withdraw").click()
    give_up.click()
    page.get_by_text("You have withdrawn.").wait_for()


def teaches(page: Page, server: LiveServer, house: House) -> None:
    """Let the session be over, and its trainer say who was there and what was learnt."""
    over = clock.now() - 3 * DAY
    with acting(actor=house.operator, verb_name="tests.over", at=over):
        CourseSession.objects.update(starts_at=over - HOUR, ends_at=over)
    become(house.cyd, page, server)
    visit(page, f"{server.url}{session_page()}")
    page.get_by_role("link", name="Take attendance").click()
    page.get_by_role("row", name="Hal").get_by_role("radio", name="there").check()
    page.get_by_label("Points that the tests give at most").fill("10")
    page.get_by_label("Points before: Hal").fill("2")
    page.get_by_label("Points after: Hal").fill("8")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Attendance is taken.").wait_for()


def says_how_it_was(page: Page, server: LiveServer, house: House) -> None:
    """Answer, by the link of the mail and without signing in, how the course was."""
    survey = begin_survey(
        name="Courses",
        occasion=TRAINING_ATTENDED,
        questions=[Question("scale", "How good was the course?")],
        terms=SurveyTerms(share=100),
        actor=house.iris,
        at=clock.now() - 10 * DAY,
    )
    while invite_to_survey(survey=survey, actor=house.iris, at=clock.now()):
        pass
    page.context.clear_cookies()
    page.goto(server.url + reverse("survey", args=[token_of(SurveyInvitation.objects.get())]))
    question = page.get_by_role("group", name="How good was the course?")
    question.get_by_role("radio", name="5").check()
    page.get_by_role("button", name="Send the answers").click()
    page.get_by_text("You have answered. Thank you!").wait_for()


def test_a_course_is_found_in_the_portal_waited_for_attended_and_judged(
    live_server: LiveServer, page: Page, settings: object
) -> None:
    settings.PUBLIC_URL = live_server.url  # type: ignore[attr-defined]  # Django's settings
    house = open_house()
    one_seat(house)
    become(house.ben, page, live_server)

    calendar = takes_a_seat(page, live_server)
    moves_up(page, live_server, house)
    teaches(page, live_server, house)
    says_how_it_was(page, live_server, house)

    starts = Enrolment.objects.order_by("pk").values_list("person__name", "state")
    assert list(starts) == [("Ben", "withdrawn"), ("Hal", "attended")]
    assert ("SUMMARY:Knots and splices" in calendar, "LOCATION:Quay 1" in calendar) == (True, True)
    assert SurveyAnswer.objects.get().number == 5
