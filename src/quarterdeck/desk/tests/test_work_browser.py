"""A phone call in a real browser, from quick entry to resolution, and the pages' accessibility."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core import clock
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, opened, staffed_desk
from quarterdeck.desk.verbs.ticket_messages import note_internally, reply_publicly
from quarterdeck.office.models import OutgoingMail
from quarterdeck.ui.tests.browsing import settle, visit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(live_server: LiveServer, page: Page, client: Client) -> Desk:
    """A desk, and a browser in which Nils of Network has signed in."""
    staffed = staffed_desk()
    client.force_login(staffed.nils)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return staffed


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("width", [1440, 390])
def test_a_call_is_taken_down_worked_on_and_resolved(
    live_server: LiveServer, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{live_server.url}/desk/new")
    # What is typed before the script has looked at the page would be no change to it.
    page.wait_for_load_state("networkidle")

    # The requester's field has the focus, and names come up while they are typed.
    page.keyboard.type("Mo")
    page.locator("#people option").wait_for(state="attached")
    page.get_by_label("Requester").fill(page.locator("#people option").get_attribute("value") or "")
    page.get_by_label("What is it about?").fill("No network on the second floor")
    page.get_by_label("Impact").select_option("High")
    page.locator("#priority", has_text="P2").wait_for()
    page.get_by_label("What is it about?").press("Enter")

    page.get_by_text("T-000001 is assigned to Nils.").wait_for()
    settle(page)
    page.get_by_role("button", name="Start").click()
    page.get_by_text("T-000001 is in progress.").wait_for()
    settle(page)
    page.locator("summary", has_text="Resolve").click()
    page.get_by_label("What was done").fill("Plugged the switch in again.")
    page.get_by_label("What it truly was").fill("Power")
    page.locator("#resolve").get_by_role("button", name="Resolve").click()
    page.get_by_text("T-000001 is resolved.").wait_for()

    ticket = Ticket.objects.get()
    # One mail tells the number, and one that it is resolved.
    mails = OutgoingMail.objects.values_list("recipient", flat=True)
    assert (ticket.state, ticket.true_category, ticket.priority, list(mails)) == (
        "resolved",
        "Power",
        2,
        ["mona@example.org", "mona@example.org"],
    )


def test_a_file_is_added_on_the_page_of_a_ticket(
    live_server: LiveServer, page: Page, desk: Desk
) -> None:
    ticket = opened(desk)
    visit(page, f"{live_server.url}/desk/tickets/{ticket.pk}/")

    screenshot = {"name": "screen.txt", "mimeType": "text/plain", "buffer": b"It says E42."}
    page.get_by_label("Add a file").set_input_files(screenshot)  # type: ignore[arg-type]  # a payload as the driver describes it
    page.locator("#panels").get_by_role("button", name="Add", exact=True).click()

    page.get_by_role("link", name="screen.txt").wait_for()


def test_the_parts_of_a_ticket_that_come_later_leave_the_name_of_its_page(
    live_server: LiveServer, page: Page, desk: Desk
) -> None:
    ticket = opened(desk)

    visit(page, f"{live_server.url}/desk/tickets/{ticket.pk}/")

    assert page.title().startswith(ticket.number)


def test_a_ticket_moves_over_the_board_by_its_buttons(
    live_server: LiveServer, page: Page, desk: Desk
) -> None:
    ticket = opened(desk)
    page.goto(f"{live_server.url}/desk/board")

    page.get_by_role("button", name=f"Take {ticket.number}").click()
    page.locator("section", has_text="Assigned 1").wait_for()
    page.get_by_role("button", name=f"Start {ticket.number}").click()
    page.locator("section", has_text="In progress 1").wait_for()

    assert Ticket.objects.get().state == "in_progress"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_work_are_accessible_in_both_themes_and_widths(
    live_server: LiveServer,
    page: Page,
    desk: Desk,
    theme: Literal["light", "dark"],
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    ticket = opened(desk, title="A very long title of something that happened " * 4)
    for write, text in ((reply_publicly, "We are on our way."), (note_internally, "Cross.")):
        write(ticket=ticket, text=text, actor=account("nils"), at=clock.now())

    found = {}
    for path in (
        "/desk/new",
        "/desk/mine",
        "/desk/unassigned",
        "/desk/board",
        f"/desk/tickets/{ticket.pk}/",
    ):
        page.goto(f"{live_server.url}{path}")
        for closed in page.locator("main details:not([open]) > summary").all()[:1]:
            closed.click()
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[path] = [each["id"] for each in Axe().run(page).response["violations"]] + (
            ["wider than the screen"] if wide else []
        )

    assert {path: faults for path, faults in found.items() if faults} == {}
