"""In a real browser: what the desk learns and promises, from the page to the figure and back."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core import clock
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Article, ArticleUse, Escalation
from quarterdeck.desk.queries.escalation_letters import verdict_address
from quarterdeck.desk.tests import escalation_cast, written
from quarterdeck.desk.tests.work_cast import account, opened, person
from quarterdeck.desk.verbs.article_use import note_knowledge_visit
from quarterdeck.desk.verbs.escalation_work import Complaint
from quarterdeck.desk.verbs.escalations import complain
from quarterdeck.desk.verbs.tickets import Report, open_ticket, take_ticket
from quarterdeck.desk.vocabulary.knowledge import VisitKind
from quarterdeck.ui.tests.browsing import become, send, visit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)
TITLE = "Connect to the VPN from home"


def writes(page: Page, server: LiveServer) -> None:
    """Let Nils write an article and ask that somebody publishes it."""
    become(account("nils"), page, server)
    visit(page, f"{server.url}/desk/knowledge")
    page.get_by_role("main").get_by_role("link", name="New article").first.click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Text").fill("1. Install the *client*\n2. Type `vpn.example.org`")
    expect(page.locator("#preview").get_by_text("vpn.example.org")).to_be_visible()
    page.get_by_role("button", name="Keep this version").click()
    page.get_by_role("heading", name=TITLE).wait_for()
    send(page, "Submit for review", {})


def publishes(page: Page, server: LiveServer) -> None:
    """Let Vera find it on Today and publish it."""
    become(account("vera"), page, server)
    visit(page, f"{server.url}/today/")
    page.get_by_role("main").get_by_role("link", name=TITLE).click()
    send(page, "Publish", {})


def looked_for_help(number: int, article: Article | None, at: datetime, *, reports: bool) -> None:
    """Somebody looked for help at that time, and perhaps reported it on the next day."""
    with acting(actor=account("ada"), verb_name="test.join", at=at):
        person = Person.objects.create(name=f"Reader {number}", external_id=f"R{number}")
        reader = Account.objects.create(username=f"reader{number}", password="!", person=person)  # noqa: S106 — nothing matches it
        RoleAssignment.objects.create(account=reader, role=Role.REQUESTER)
    note_knowledge_visit(kind=VisitKind.SEARCHED, words="vpn", found=1, actor=reader, at=at)
    if article is not None:
        note_knowledge_visit(kind=VisitKind.VIEWED, article=article, actor=reader, at=at)
    if reports:
        report = Report(title="No VPN", requester=person)
        open_ticket(report=report, actor=account("nils"), at=at + DAY)


def test_an_article_is_written_published_replied_with_and_spares_tickets(
    live_server: LiveServer, page: Page
) -> None:
    desk = written.led_desk()
    ticket = opened(desk, title="How do I get into the VPN from home?", at=clock.now())
    take_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=clock.now())
    writes(page, live_server)
    publishes(page, live_server)

    become(account("nils"), page, live_server)
    visit(page, f"{live_server.url}/desk/tickets/{ticket.pk}/")
    knowledge = page.get_by_role("region", name="Knowledge")
    knowledge.get_by_text("Reply with it", exact=True).click()
    knowledge.get_by_role("button", name="Send the reply").click()
    page.get_by_text("Used on this ticket").wait_for()
    assert ArticleUse.objects.get().ticket_id == ticket.pk

    become(account("mona"), page, live_server)
    visit(page, f"{live_server.url}/desk/knowledge?q=vpn")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Yes", exact=True).click()

    # Of thirty who read it a week ago, six reported something; of thirty who read none, twelve.
    article, week_ago = Article.objects.get(), clock.now() - 7 * DAY
    for number in range(60):
        has_read, place = number < 30, number % 30
        reports = place < (6 if has_read else 12)
        looked_for_help(number, article if has_read else None, week_ago, reports=reports)
    become(account("ada"), page, live_server)
    period = f"{week_ago:%Y-%m-%d}..{clock.now():%Y-%m-%d}"
    visit(page, f"{live_server.url}/scorecard/measures/desk.deflection/?period={period}")
    main = page.get_by_role("main")
    expect(main.get_by_text("20.0 %").first).to_be_visible()
    expect(main.get_by_text("30, of whom 6 reported something")).to_be_visible()


def answers(page: Page, server: LiveServer) -> None:
    """Let Vera find the complaint on Today, promise something, and say what was done."""
    become(account("vera"), page, server)
    visit(page, f"{server.url}/today/")
    page.get_by_role("main").get_by_role("link", name="T-000001").first.click()
    send(page, "Answer", {"What will be done": "Tomorrow at eight."})
    page.get_by_text("The answer is sent.").wait_for()
    send(page, "Resolve", {"What was done about it": "A new roller."})
    page.get_by_text("It is resolved.").wait_for()


def test_a_complaint_is_answered_judged_and_found_below_its_figure(
    live_server: LiveServer, page: Page
) -> None:
    now = clock.now()
    ticket = opened(escalation_cast.led_desk(), at=now)
    take_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=now)
    told = Complaint(reason="Nobody came.", complainant=person("Mona"), channel="Phone")
    complaint = complain(ticket=ticket, complaint=told, actor=account("nils"), at=now)

    answers(page, live_server)
    page.context.clear_cookies()
    page.goto(live_server.url + verdict_address(Escalation.objects.get()))
    page.get_by_label("Anything to add").fill("It prints.")
    page.get_by_role("button", name="It is solved", exact=True).click()
    page.get_by_text("Thank you.").wait_for()

    become(account("ada"), page, live_server)
    today = f"{now:%Y-%m-%d}"
    period = f"{today}..{today}"
    visit(page, f"{live_server.url}/scorecard/measures/desk.complaints_solved/?period={period}")
    main = page.get_by_role("main")
    expect(main.get_by_text("100.0 %").first).to_be_visible()
    main.get_by_role("link", name="T-000001").first.click()
    page.get_by_role("heading", name="Complaint of Mona").wait_for()
    assert Escalation.objects.get(pk=complaint.pk).state == "confirmed"
