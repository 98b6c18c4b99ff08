"""Every page of the table of routes in a furnished house: judged by axe in light and in dark, and
held to the width of a desk and of a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.config.tests.cast import OF_NETWORK, Cast, arrange_cast
from quarterdeck.config.tests.route_tables import ANONYMOUS, Row
from quarterdeck.config.tests.test_routes import arguments, rows
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.office.verbs.remarks import write_comment
from quarterdeck.services.models import Service

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

GRAVE = {"serious", "critical"}
OF_COLOURS = ["color-contrast", "link-in-text-block"]
# What a page fetches by itself once it is there, and for how many milliseconds we wait for it.
FETCHING = "[hx-trigger^=load]"
# A phone; what does not fit there is a box that scrolls by itself, or a fault.
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=720)
WIDER = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  const beyond = [...document.querySelectorAll("body *")].filter(
    (each) => each.getBoundingClientRect().right > edge
  );
  return beyond.slice(0, 3).map((each) => each.outerHTML.slice(0, 120));
}"""
# So many tests share the pages, each a few minutes' work of a browser at most.
PARTS = 6


def pages() -> Iterator[Row]:
    """Return the rows of the table that show somebody something."""
    for row in rows():
        if row.method == "GET" and "200" in row.answers.values():
            yield row


def furnish(cast: Cast) -> None:
    """Give pages that would be empty something to show."""
    manager = cast.accounts[Role.IT_MANAGER]
    ticket = Ticket.objects.get(pk=cast.tickets[OF_NETWORK])
    at = ticket.changed_at
    reply_publicly(ticket=ticket, text="We are looking into it.", actor=manager, at=at)
    service = Service.objects.get(pk=cast.service)
    write_comment(row=service, text="New devices come **in May**.", actor=manager, at=at)


def signed_in(reader: str, cast: Cast) -> Client:
    client = Client()
    if reader != ANONYMOUS:
        client.force_login(cast.accounts[Role(reader)])
    return client


def is_page(client: Client, address: str) -> bool:
    """Say whether there is a whole page: no part of one, no file, no answer to a program."""
    answer = client.get(address)
    if answer.streaming:
        # Read to its end, the file behind it is closed.
        list(answer)
        return False
    if answer.status_code != 200 or "Content-Disposition" in answer.headers:
        return False
    return answer.content.lstrip().lower().startswith(b"<!doctype html")


def hand_over(page: Page, client: Client, server: LiveServer) -> None:
    """Let the browser be who the client is."""
    page.context.clear_cookies()
    if settings.SESSION_COOKIE_NAME in client.cookies:
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}]
        )


def reader_of(row: Row) -> str:
    """Return who is shown the page, whoever may do more before whoever may do less."""
    return next(
        reader
        for reader in (Role.ADMINISTRATOR, Role.IT_MANAGER, *row.answers, ANONYMOUS)
        if row.answers[reader] == "200"
    )


def faults(page: Page) -> list[Any]:
    """Judge a page in light, and its colours once more in dark: nothing else differs there."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    in_light = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    colours = {"runOnly": {"type": "rule", "values": OF_COLOURS}}
    in_dark = Axe().run(page, options=colours).response["violations"]
    broken = [
        (each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in (*in_light, *in_dark)
        if each["impact"] in GRAVE
    ]
    return [*broken, *(("wider than the window", wide) for wide in overflows(page))]


def overflows(page: Page) -> list[list[str]]:
    """Return what makes a page wider than its window, at a desk and on a phone."""
    found = [page.evaluate(WIDER)]
    page.set_viewport_size(PHONE)
    found.append(page.evaluate(WIDER))
    page.set_viewport_size(DESK)
    return [wide for wide in found if wide]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_has_a_serious_fault(
    page: Page, live_server: LiveServer, tmp_path: Path, part: int
) -> None:
    cast = arrange_cast(tmp_path)
    furnish(cast)

    known, found = arguments(cast), {}
    for row in sorted(list(pages())[part::PARTS], key=reader_of):
        client = signed_in(reader_of(row), cast)
        address = reverse(row.route, args=known[row.record])
        if not is_page(client, address):
            continue
        hand_over(page, client, live_server)
        page.goto(live_server.url + address)
        expect(page.locator(FETCHING)).to_have_count(0)
        if broken := faults(page):
            found[row.route, row.record] = broken

    assert found == {}


def test_what_is_wider_than_a_phone_is_found(page: Page) -> None:
    page.set_viewport_size(DESK)
    page.set_content('<p style="width: 600px">Too wide for a phone</p>')

    [wide] = overflows(page)

    assert "Too wide for a phone" in " ".join(wide)
