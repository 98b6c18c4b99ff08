"""The journey of a requester on a phone: ask for a laptop, have it approved, report trouble."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core.models import Account
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.portal_cast import (
    DEVICE,
    MEMORY,
    approved_by,
    catalogue_item,
    formed,
    news_arrives,
)
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, staffed_desk

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, live_server: LiveServer, user: Account) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


@pytest.fixture
def desk(live_server: LiveServer, page: Page) -> Desk:
    """A desk with a device on offer that Ada approves; Mona has her phone in her hand."""
    staffed = staffed_desk()
    item = catalogue_item(staffed, approval_policy=approved_by(staffed, "Ada"))
    formed(staffed, item, DEVICE, MEMORY)
    sign_in(page, live_server, account("mona"))
    page.set_viewport_size({"width": 390, "height": 844})
    return staffed


def faults(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    return found + (["wider than the screen"] if wide else [])


@pytest.mark.usefixtures("desk")
def test_a_device_is_asked_for_approved_and_seen_to_be(live_server: LiveServer, page: Page) -> None:
    page.goto(f"{live_server.url}/portal/")
    found = {"home": faults(page)}
    page.get_by_role("link", name="A device").click()
    memory = page.get_by_label("How much memory, in GB?")

    # The question that depends on another is there with the answer that it depends on.
    expect(memory).to_be_hidden()
    page.get_by_label("Which device?").select_option("Laptop")
    expect(memory).to_be_visible()
    page.get_by_role("button", name="Send the request").click()
    page.get_by_text("Please give a number.").wait_for()
    found["form"] = faults(page)
    memory.fill("16")
    page.get_by_role("button", name="Send the request").click()
    page.get_by_text("Somebody has to approve this first").wait_for()
    found["ticket"] = faults(page)
    waiting = Ticket.objects.get().pause_reason

    sign_in(page, live_server, account("ada"))
    page.goto(f"{live_server.url}/office/approvals/")
    page.get_by_role("link", name="A device for Mona").click()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Your decision is recorded.").wait_for()
    found["approval"] = faults(page)
    news_arrives()

    sign_in(page, live_server, account("mona"))
    page.goto(f"{live_server.url}/portal/tickets/")
    page.get_by_role("link", name="A device").click()
    page.get_by_text("Your request is approved").wait_for()
    assert (waiting, Ticket.objects.get().state) == ("approval", "new")
    assert {place: told for place, told in found.items() if told} == {}


@pytest.mark.usefixtures("desk")
def test_trouble_is_reported_and_answered(live_server: LiveServer, page: Page) -> None:
    page.goto(f"{live_server.url}/portal/report")
    page.get_by_label("What does not work?").fill("No mail since this morning")
    page.get_by_label("I cannot work because of it").check()
    found = faults(page)
    page.get_by_role("button", name="Send to the service desk").click()
    page.get_by_text("T-000001 is with the service desk.").wait_for()
    page.get_by_label("Your message").fill("It says E42.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Your message is with the service desk.").wait_for()

    ticket = Ticket.objects.get()
    assert found == []
    assert (ticket.contact_channel, ticket.messages.get().text) == ("Portal", "It says E42.")


def test_questions_are_put_together_and_looked_at(
    live_server: LiveServer, page: Page, desk: Desk
) -> None:
    item = catalogue_item(desk, title="A phone")
    sign_in(page, live_server, account("ada"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/services/catalogue-items/{item.pk}/questions")

    page.get_by_label("Question").first.fill("Which number?")
    page.get_by_role("button", name="Look at it").click()
    page.locator("aside").get_by_text("Which number?").wait_for()
    found = faults(page)
    page.get_by_role("button", name="Ask this from now on").click()
    page.get_by_text("This is asked from now on").wait_for()

    form = item.form
    assert form is not None
    assert [(each.key, each.label) for each in form.asked] == [("which_number", "Which number?")]
    assert found == []
