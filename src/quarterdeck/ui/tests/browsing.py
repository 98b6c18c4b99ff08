"""How a test uses the pages in a real browser: as whom, and not before a page stands still."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core.models import Account

# What a page still asks for once it is there, and what is just being put into it.
_MOVING = "[hx-trigger=load], .htmx-request, .htmx-swapping, .htmx-settling"


def become(who: Account, page: Page, server: LiveServer) -> None:
    """Let the browser be somebody who has signed in."""
    client = Client()
    client.force_login(who)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}]
    )


def visit(page: Page, address: str) -> None:
    """Open a page and wait until all its parts are there.

    Parts that come later move what stands below them, and a click would land elsewhere.
    """
    page.goto(address)
    settle(page)


def settle(page: Page) -> None:
    """Wait until all parts of the page are there, and none is being put into it."""
    expect(page.locator(_MOVING)).to_have_count(0)


def panel(page: Page, title: str) -> Locator:
    """Open the folded form of an act and return it, so that buttons are sought in it alone."""
    folded = page.locator("details.q-act").filter(
        has=page.locator("summary").get_by_text(title, exact=True)
    )
    folded.locator("summary").click()
    return folded.locator("form")


def send(page: Page, title: str, answers: dict[str, str]) -> None:
    """Fill in the folded form of an act, field by field by its label, and wait for the answer."""
    form = panel(page, title)
    for label, text in answers.items():
        field = form.get_by_label(label)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=text)
        else:
            field.fill(text)
    with page.expect_navigation():
        form.get_by_role("button", name=title, exact=True).click()
