"""The desk's pages in a real browser: filters, pages, menus, and accessibility in both themes."""

import re
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core.sessions import SessionStore
from quarterdeck.desk.tests.web_cast import Desk, add_tickets, open_desk

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(live_server: LiveServer, page: Page, client: Client) -> Desk:
    """A desk with 60 tickets, and a browser in which its administrator has signed in."""
    opened = open_desk()
    add_tickets(opened, 60)
    client.force_login(opened.ada)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert SessionStore(cookie).exists(cookie)
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return opened


def rows(page: Page) -> int:
    return page.locator("#list tbody tr").count()


@pytest.mark.usefixtures("desk")
def test_filters_and_pages_change_the_list_and_the_address(
    live_server: LiveServer, page: Page
) -> None:
    page.goto(f"{live_server.url}/desk/tickets/")

    page.get_by_role("link", name="Next", exact=True).click()
    page.wait_for_url(re.compile("after="))
    assert rows(page) == 10

    page.get_by_role("searchbox").fill("INC60")
    page.wait_for_url(re.compile(r"\?q=INC60$"))
    assert rows(page) == 1

    page.get_by_role("link", name="Search: INC60").click()
    page.wait_for_url(re.compile(r"/desk/tickets/$"))
    page.locator("summary", has_text="State").click()
    page.get_by_role("checkbox", name="On hold").check()
    page.get_by_text("Nothing matches").wait_for()
    assert page.url.endswith("?state=on_hold")

    page.go_back()
    page.get_by_role("link", name="Next", exact=True).wait_for()
    assert rows(page) == 50


@pytest.mark.usefixtures("desk")
def test_a_slow_click_after_a_search_is_not_lost(live_server: LiveServer, page: Page) -> None:
    """Leaving the box asks nothing again: its answer would replace what is being clicked."""
    page.goto(f"{live_server.url}/desk/tickets/")
    page.get_by_role("searchbox").fill("INC60")
    page.wait_for_url(re.compile(r"\?q=INC60$"))

    page.get_by_role("link", name="Search: INC60").hover()
    page.mouse.down()
    page.wait_for_timeout(1500)
    page.mouse.up()

    page.wait_for_url(re.compile(r"/desk/tickets/$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_accessible_in_both_themes_and_widths(
    live_server: LiveServer,
    page: Page,
    desk: Desk,
    theme: Literal["light", "dark"],
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    ticket = add_tickets(desk, 1)[0]

    found = {}
    for path in ("/desk/tickets/", f"/desk/tickets/{ticket.pk}/", "/ui/components"):
        page.goto(f"{live_server.url}{path}")
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[path] = [each["id"] for each in Axe().run(page).response["violations"]] + (
            ["wider than the screen"] if wide else []
        )

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.usefixtures("desk")
def test_a_list_reads_as_cards_on_a_phone_and_is_still_sorted_and_chosen(
    live_server: LiveServer, page: Page
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/desk/tickets/")
    states = page.locator("td[data-label=State]")
    expect(states).to_have_count(50)

    page.get_by_role("link", name="Opened").click()
    page.wait_for_url("**sort=reversed")
    expect(states).to_have_count(50)
    page.get_by_role("checkbox", name="Select all of this page").check()

    assert page.locator("input[name=row]:checked").count() == 50
    assert page.locator(".q-table-box").evaluate("box => box.scrollWidth <= box.clientWidth")


@pytest.mark.usefixtures("desk")
def test_all_bodies_and_rows_that_come_later_are_labelled_by_the_column_they_stand_in(
    live_server: LiveServer, page: Page
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/desk/tickets/")
    head = "<thead><tr><th>Name</th><th>Size</th><th>Kind</th></tr></thead>"
    wide = f"<td>{'x' * 90}</td>"
    rows = (
        f"<tbody><tr>{wide}<td>1</td><td>a</td></tr></tbody>"
        "<tbody><tr><td colspan=2>all</td><td>b</td></tr></tbody>"
    )
    tables = (f"<table>{head}</table>", f"<table class=q-table id=told>{head}{rows}</table>")
    boxes = "".join(f"<div class=q-table-box>{each}</div>" for each in tables)
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    shown = page.locator("#told td")

    def swap(place: str, html: str) -> list[str | None]:
        page.evaluate(
            """([place, html]) => {
                document.querySelector(place).insertAdjacentHTML("beforeend", html);
                document.dispatchEvent(new CustomEvent("htmx:after:swap"));
            }""",
            [place, html],
        )
        return [each.get_attribute("data-label") for each in shown.all()]

    labels = [swap("main", boxes), swap("#told", "<tbody><tr><td>c</td></tr></tbody>")]

    first = ["Name", "Size", "Kind", None, "Kind"]
    assert (labels, faults) == ([first, [*first, "Name"]], [])


@pytest.mark.usefixtures("desk")
def test_the_menu_of_a_phone_opens_by_keyboard_and_closes_by_escape(
    live_server: LiveServer, page: Page
) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{live_server.url}/desk/tickets/")

    page.get_by_role("button", name="Menu").press("Enter")
    page.get_by_role("link", name="Services").wait_for()
    page.keyboard.press("Escape")

    assert not page.get_by_role("link", name="Services").is_visible()


@pytest.mark.usefixtures("desk")
def test_the_theme_is_chosen_in_the_account_menu(live_server: LiveServer, page: Page) -> None:
    page.goto(f"{live_server.url}/desk/tickets/")

    page.get_by_role("button", name="Ada").click()
    page.get_by_role("button", name="Dark").click()

    expect(page.locator("body")).to_have_css("background-color", "rgb(15, 18, 22)")


@pytest.mark.usefixtures("desk")
def test_a_menu_at_the_right_edge_opens_within_the_window(
    live_server: LiveServer, page: Page
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/scorecard/measures/desk.reopen_rate/")

    page.locator(".q-scope > summary").click()

    box = page.locator(".q-scope > .q-box")
    expect(box.get_by_role("link", name="The organisation")).to_be_visible()
    expect(page.locator(".q-scope.q-menu-end")).to_have_count(1)
    assert box.evaluate("box => box.getBoundingClientRect().right <= innerWidth")
