"""In a real browser: a complaint from the ticket to the complainant's own verdict."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core import clock
from quarterdeck.desk.models import Escalation, EscalationEvent
from quarterdeck.desk.queries.escalation_letters import verdict_address
from quarterdeck.desk.tests.escalation_cast import led_desk
from quarterdeck.desk.tests.work_cast import account, opened, person
from quarterdeck.desk.verbs.tickets import take_ticket
from quarterdeck.ui.tests.browsing import become, send, visit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def complained(page: Page, address: str) -> Escalation:
    """Write a complaint down on the page of a ticket, and see who answers it by when."""
    visit(page, address)
    page.locator("#escalations").get_by_role("link", name="Complain").click()
    form = page.locator("form").filter(has=page.get_by_label("Who complains"))
    form.get_by_label("What are they dissatisfied with?").fill("Nobody has come.")
    form.get_by_role("button", name="Complain", exact=True).click()
    page.get_by_role("heading", name="Complaint of Mona").wait_for()
    page.get_by_text("with Vera, answer due").wait_for()
    return Escalation.objects.get()


def judge(page: Page, server: LiveServer, verdict: str) -> None:
    """Say what the complainant thinks, by the link of their mail and without signing in."""
    page.context.clear_cookies()
    page.goto(server.url + verdict_address(Escalation.objects.get()))
    page.get_by_role("button", name=verdict, exact=True).click()
    page.get_by_text("Thank you.").wait_for()


def answer_for(page: Page, server: LiveServer, who: str, done: str) -> None:
    """Answer a complaint that waits among one's own, and say what was done."""
    become(account(who), page, server)
    visit(page, f"{server.url}/desk/escalations/mine")
    mine = page.get_by_role("region", name="You answer for")
    mine.get_by_role("link", name="T-000001").click()
    send(page, "Answer", {"What will be done": "Tomorrow at eight."})
    page.get_by_text("The answer is sent.").wait_for()
    send(page, "Resolve", {"What was done about it": done})
    page.get_by_text("It is resolved.").wait_for()


def test_a_complaint_goes_up_the_line_and_ends_with_the_complainants_own_verdict(
    live_server: LiveServer, page: Page
) -> None:
    ticket = opened(led_desk(), at=clock.now())
    take_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=clock.now())
    become(account("nils"), page, live_server)

    first = complained(page, f"{live_server.url}/desk/tickets/{ticket.pk}/")
    answer_for(page, live_server, "vera", "A new roller.")
    judge(page, live_server, "It is not solved")
    again = Escalation.objects.get()

    # Vera leads the team and has had her turn; Greta is above her.
    become(account("vera"), page, live_server)
    visit(page, f"{live_server.url}/desk/escalations/{first.pk}/")
    send(page, "Pass on", {"To": "Greta (line manager of Vera)", "Why": "It needs a new printer."})
    page.get_by_text("It is passed on.").wait_for()
    answer_for(page, live_server, "greta", "A new printer.")
    judge(page, live_server, "It is solved")

    last = Escalation.objects.get()
    assert [(each.owner, each.round) for each in (first, again, last)] == [
        (person("Vera"), 1),
        (person("Vera"), 2),
        (person("Greta"), 2),
    ]
    assert (last.state, last.verdict_proof, last.resolution) == (
        "confirmed",
        "link",
        "A new printer.",
    )
    assert list(EscalationEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        *("raised", "answered", "resolved", "verdict", "reopened"),
        *("passed_on", "answered", "resolved", "verdict"),
    ]


def test_withdrawing_is_quiet_and_asks_before_it_is_done(
    live_server: LiveServer, page: Page
) -> None:
    ticket = opened(led_desk(), at=clock.now())
    take_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=clock.now())
    become(account("nils"), page, live_server)
    complained(page, f"{live_server.url}/desk/tickets/{ticket.pk}/")
    asks = page.locator("summary", has_text="Withdraw …")
    button = page.get_by_role("button", name="Withdraw", exact=True)

    expect(asks).not_to_have_class("btn btn-sm btn-primary")
    expect(button).to_be_hidden()
    asks.click()
    expect(button).to_have_class("btn btn-danger")
    page.get_by_label("Why it is not needed").fill("She called: it prints again.")
    button.click()

    page.get_by_text("It is withdrawn.").wait_for()
    assert Escalation.objects.get().state == "withdrawn"


def test_a_requester_is_asked_before_a_report_is_withdrawn(
    live_server: LiveServer, page: Page
) -> None:
    ticket = opened(led_desk(), at=clock.now())
    become(account("mona"), page, live_server)
    visit(page, f"{live_server.url}/portal/tickets/{ticket.pk}/")
    button = page.get_by_role("button", name="Withdraw it")

    expect(button).to_be_hidden()
    page.locator("summary", has_text="I do not need it any more").click()
    button.click()

    expect(button).to_have_count(0)
    ticket.refresh_from_db()
    assert ticket.state == "cancelled"
