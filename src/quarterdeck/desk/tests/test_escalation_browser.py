"""In a real browser: a complaint from the ticket to the complainant's verdict, and a day's work."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Escalation, EscalationEvent, Ticket
from quarterdeck.desk.queries.escalation_letters import verdict_address
from quarterdeck.desk.tests.escalation_cast import led_desk
from quarterdeck.desk.tests.promised import RESOLUTION, promised
from quarterdeck.desk.tests.work_cast import account, opened
from quarterdeck.desk.verbs.tickets import take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def become(who: Account, page: Page, server: LiveServer) -> None:
    """Let the browser be somebody who has signed in."""
    client = Client()
    client.force_login(who)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}]
    )


def act(page: Page, name: str, field: str, text: str) -> None:
    """Open an act of a page, fill its field in, and send it."""
    page.locator("summary", has_text=name).click()
    page.get_by_label(field).fill(text)
    page.locator("details[open]").get_by_role("button", name=name).click()


def test_a_complaint_goes_from_the_ticket_to_the_complainants_own_verdict(
    live_server: LiveServer, page: Page
) -> None:
    desk = led_desk()
    ticket = opened(desk, at=clock.now())
    take_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=clock.now())
    become(account("nils"), page, live_server)
    page.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/")

    page.get_by_role("link", name="Complain").click()
    page.get_by_label("What are they dissatisfied with?").fill("Nobody has come.")
    page.get_by_role("button", name="Complain").click()
    page.get_by_role("heading", name="Complaint of Mona").wait_for()

    become(account("vera"), page, live_server)
    page.goto(f"{live_server.url}/desk/escalations/mine")
    page.get_by_role("link", name=ticket.number).click()
    act(page, "Answer", "What will be done", "Tomorrow at eight.")
    page.get_by_text("The answer is sent.").wait_for()
    act(page, "Resolve", "What was done about it", "A new roller.")
    page.get_by_text("It is resolved.").wait_for()

    page.context.clear_cookies()
    page.goto(live_server.url + verdict_address(Escalation.objects.get()))
    page.get_by_role("button", name="It is solved").click()
    page.get_by_text("Thank you.").wait_for()

    kinds = EscalationEvent.objects.order_by("pk").values_list("kind", flat=True)
    told = (Escalation.objects.get().state, list(kinds))
    assert told == ("confirmed", ["raised", "answered", "resolved", "verdict"])


def test_a_technician_works_through_what_breaches_next(live_server: LiveServer, page: Page) -> None:
    desk = led_desk()
    promised({RESOLUTION: 10}, actor=desk.operator)
    late = opened(desk, at=clock.now())
    become(account("nils"), page, live_server)
    page.goto(f"{live_server.url}/desk/unassigned")

    page.get_by_role("button", name=f"Take {late.number}").click()
    page.get_by_text(f"{late.number} is yours now.").wait_for()
    page.goto(f"{live_server.url}/desk/due?scope=mine")
    page.get_by_role("link", name=late.number).click()
    page.get_by_role("button", name="Start").click()
    page.locator("summary", has_text="Reply to the requester").click()
    page.locator("#reply textarea").fill("Which printer is it?")
    page.locator("#reply").get_by_role("button", name="Reply to the requester").click()
    page.get_by_text("has a reply").wait_for()
    page.locator("summary", has_text="Put on hold").click()
    page.get_by_label("Waits for").select_option("Waiting for the requester")
    page.locator("#hold").get_by_role("button", name="Put on hold").click()
    page.get_by_role("button", name="Resume").click()
    page.locator("summary", has_text="Resolve").click()
    page.get_by_label("What was done").fill("A new roller.")
    page.get_by_label("What it truly was").fill("Printing")
    page.locator("#resolve").get_by_role("button", name="Resolve").click()
    page.get_by_text(f"{late.number} is resolved.").wait_for()

    page.goto(f"{live_server.url}/desk/due?scope=mine")
    page.get_by_text("No clock is running out").wait_for()
    assert Ticket.objects.get().state == "resolved"
