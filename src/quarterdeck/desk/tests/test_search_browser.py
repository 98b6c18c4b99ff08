"""The palette in a real browser, by keyboard alone and on a phone, judged by axe too."""

import re
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.desk.tests.web_cast import Desk, add_tickets, open_desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(live_server: LiveServer, page: Page, client: Client) -> Desk:
    """A desk with tickets, and a browser in which its administrator looks at their list."""
    opened = open_desk()
    add_tickets(opened, 3, title="The printer is jammed")
    client.force_login(opened.ada)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/desk/tickets/")
    return opened


@pytest.mark.usefixtures("desk")
def test_a_number_and_enter_lead_to_the_ticket(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("INC2")
    expect(page.get_by_role("option", selected=True)).to_contain_text("INC2 The printer")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/desk/tickets/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("INC2")


@pytest.mark.usefixtures("desk")
def test_enter_before_the_answer_leads_there_too(page: Page) -> None:
    page.route("**/palette?**", lambda _route: None)
    page.keyboard.press("Control+k")
    page.keyboard.type("INC2")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/desk/tickets/\d+/$"))


@pytest.mark.usefixtures("desk")
def test_arrows_move_the_choice_while_the_line_keeps_the_focus(page: Page) -> None:
    page.keyboard.press("Control+k")
    line = page.get_by_role("combobox")
    page.keyboard.type("printer")
    page.get_by_role("option", name="INC3").wait_for()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("INC2")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")

    expect(page.get_by_role("option", selected=True)).to_contain_text("Search everything")
    expect(line).to_be_focused()
    expect(line).to_have_attribute("aria-expanded", "true")


@pytest.mark.usefixtures("desk")
def test_escape_gives_the_focus_back(page: Page) -> None:
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.usefixtures("desk")
def test_the_same_words_are_sought_again_when_it_opens_again(page: Page) -> None:
    for _ in range(2):
        page.keyboard.press("Control+k")
        page.keyboard.type("printer")
        page.get_by_role("option", name="INC3").wait_for()
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("fault", ["refused", "lost"])
def test_a_missing_answer_is_told(page: Page, problems: list[str], fault: str) -> None:
    answers = {
        "refused": lambda route: route.fulfill(status=500),
        "lost": lambda route: route.abort(),
    }
    page.route("**/palette?**", answers[fault])
    # A page that was loaded before the route was made has been seen to ask past it.
    page.reload()
    page.keyboard.press("Control+k")

    expect(page.get_by_role("dialog")).to_contain_text("No answer came.")
    problems.clear()


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_palette_on_a_phone_is_accessible(page: Page, theme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("link", name="Search or go to").click()
    page.get_by_role("option", name="New ticket").wait_for()
    page.keyboard.type("printer")
    page.get_by_role("option", name="INC3").wait_for()

    assert Axe().run(page).response["violations"] == []


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_search_page_is_accessible(
    live_server: LiveServer, page: Page, theme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(f"{live_server.url}/search?q=printer")

    assert Axe().run(page).response["violations"] == []
