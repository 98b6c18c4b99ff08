"""Every page of the table of routes, judged by axe in light and in dark, in a furnished house."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from quarterdeck.config.tests.cast import OF_NETWORK, Cast, arrange_cast
from quarterdeck.config.tests.test_routes import ANONYMOUS, Row, arguments, rows
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.office.verbs.remarks import write_comment
from quarterdeck.services.models import Service

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GRAVE = {"serious", "critical"}
# What answers programs, or with a part of a page that another page fetches.
NO_PAGES = {
    *("health", "health.ready", "metrics", "api.nowhere", "office.file"),
    "people.class.export",
    *("desk.people", "desk.categories", "desk.priority", "palette"),
}


def pages() -> Iterator[Row]:
    """Return the rows of the table that ask for a whole page which somebody gets."""
    for row in rows():
        if row.method == "GET" and row.route not in NO_PAGES and "200" in row.answers.values():
            yield row


def furnish(cast: Cast) -> None:
    """Give pages that would be empty something to show."""
    manager = cast.accounts[Role.IT_MANAGER]
    ticket = Ticket.objects.get(pk=cast.tickets[OF_NETWORK])
    at = ticket.changed_at
    reply_publicly(ticket=ticket, text="We are looking into it.", actor=manager, at=at)
    service = Service.objects.get(pk=cast.service)
    write_comment(row=service, text="New devices come **in May**.", actor=manager, at=at)


def sign_in(page: Page, server: LiveServer, account: Account) -> None:
    client = Client()
    client.force_login(account)
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
    found = Axe().run(page).response["violations"]
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in found
        if each["impact"] in GRAVE
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_fault(
    page: Page, live_server: LiveServer, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    cast = arrange_cast(tmp_path)
    furnish(cast)
    page.emulate_media(color_scheme=scheme)

    found = {}
    for row in sorted(pages(), key=reader_of):
        reader = reader_of(row)
        page.context.clear_cookies()
        if reader != ANONYMOUS:
            sign_in(page, live_server, cast.accounts[Role(reader)])
        page.goto(live_server.url + reverse(row.route, args=arguments(row.record, cast)))
        page.wait_for_load_state("networkidle")
        if broken := faults(page):
            found[row.route, row.record] = broken

    assert found == {}
