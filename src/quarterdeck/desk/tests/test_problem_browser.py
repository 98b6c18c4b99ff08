"""In a real browser: from the candidates that a search has found to the rate after the fix."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core import clock
from quarterdeck.core.jobs.worker import run_worker
from quarterdeck.desk.models import CandidateProblem, Problem
from quarterdeck.desk.records.problems import candidate_problems
from quarterdeck.desk.tests.work_cast import account, opened, staffed_desk
from quarterdeck.ui.tests.browsing import become, send, visit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
SPILLS, DARK = "Toner spills from the printer", "The lift stays dark"
INCIDENTS, EVERY, FIXED = 13, timedelta(days=2), timedelta(days=30)


def found_by_a_search(page: Page, server: LiveServer) -> None:
    """Ask for a search, let a worker do it, and open the dearest candidate."""
    visit(page, f"{server.url}/desk/candidates")
    page.get_by_role("button", name="Search now").click()
    page.get_by_text("A worker is searching").wait_for()
    run_worker(until_idle=True)
    visit(page, f"{server.url}/{candidate_problems.path}")
    table = page.get_by_role("main").get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(3)
    table.get_by_role("row").nth(1).get_by_role("link", name=SPILLS).click()


def analysed(page: Page) -> None:
    """Ask why, say what contributed, and declare the error known with its workaround."""
    send(page, "Investigate", {})
    why = {"Because": "The seal of the drum is worn", "Evidence": "Seen on two drums"}
    send(page, "Add an answer", why)
    page.get_by_text("Evidence: Seen on two drums").wait_for()
    known = {
        "What the cause is": "The seals of this make wear out in a year.",
        "What it truly is": "Supplies",
        "Workaround": "Use the printer next door.",
    }
    send(page, "Declare known error", known)
    page.get_by_role("heading", name="Workaround").wait_for()


def test_a_candidate_becomes_a_problem_that_is_mended_and_comes_less_often(
    live_server: LiveServer, page: Page
) -> None:
    desk, now = staffed_desk(), clock.now()
    for number in range(INCIDENTS):
        opened(desk, title=SPILLS, at=now - FIXED - (INCIDENTS - number) * EVERY)
    for number in range(3):
        opened(desk, title=DARK, at=now - number * EVERY)
    become(account("ada"), page, live_server)

    found_by_a_search(page, live_server)
    words = page.get_by_role("region", name="Words, table")
    expect(words.get_by_role("rowheader", name="toner")).to_have_count(1)
    members = page.get_by_role("region", name="Incidents, table").get_by_role("row")
    expect(members).to_have_count(1 + INCIDENTS)
    send(page, "Accept as a problem", {"Owner": "Ada"})
    page.get_by_text(f"P-000001 explains {INCIDENTS} incidents.").wait_for()
    expect(members).to_have_count(1 + INCIDENTS)
    analysed(page)
    fixed = f"{now - FIXED:%Y-%m-%dT%H:%M}"
    send(page, "Resolve", {"What was done": "Drums of another make", "Fixed since": fixed})

    rate = page.get_by_role("region", name="Since the fix")
    rate.get_by_text("Comes less often").wait_for()
    rate.get_by_text("0.00 times as often as before").wait_for()
    problem = Problem.objects.get()
    told = (problem.category, problem.true_category, problem.links.count())
    assert told == ("Printing", "Supplies", INCIDENTS)
    assert list(CandidateProblem.objects.order_by("pk").values_list("title", "state")) == [
        (SPILLS, "accepted"),
        (DARK, "proposed"),
    ]
