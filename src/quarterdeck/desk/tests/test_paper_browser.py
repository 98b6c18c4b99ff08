"""What a browser prints of the desk's pages: what is told, and nothing that is typed into."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.desk.tests.web_cast import add_tickets, open_desk

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_a_printed_ticket_shows_its_files_and_no_form_that_is_closed_or_to_be_filled_in(
    live_server: LiveServer, page: Page, client: Client
) -> None:
    opened = open_desk()
    ticket = add_tickets(opened, 1)[0]
    client.force_login(opened.ada)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/")
    expect(page.locator("aside [hx-trigger=load]")).to_have_count(0)
    closed = page.locator(".q-main details:not([open])")
    assert closed.count() > 0

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    for each in (*closed.all(), *page.locator(".q-main form").all()):
        expect(each).to_be_hidden()
    # Nobody watches it, no time was spent on it, and it is linked to nothing.
    expect(page.locator("aside .q-card h2:visible")).to_have_text(
        ["Ticket", "Times", "As the source recorded it"]
    )


def test_a_picture_beside_a_text_of_several_lines_stays_square(
    live_server: LiveServer, page: Page
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/sign-in")

    box = page.evaluate(
        """() => {
          document.querySelector("main, body").insertAdjacentHTML("afterbegin",
            '<div class="q-message"><span class="q-icon" id="own"></span>'
            + '<span>One<br>two<br>three</span></div>');
          const found = document.getElementById("own").getBoundingClientRect();
          return [found.width, found.height];
        }"""
    )

    assert box[0] == box[1] > 0
