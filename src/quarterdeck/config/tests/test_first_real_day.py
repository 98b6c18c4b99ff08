"""The first day on an empty installation: from the first sign-in to a month that is closed."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.config.tests import cast
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 — of accounts that live as long as the test
ADA, IDA = "Ada Lindqvist", "Ida Berg"


@pytest.fixture
def administrator(operator: Account) -> Account:
    """The account that a new installation begins with."""
    account = add_account(username="admin", password=PASSWORD, actor=operator, at=cast.AT)
    assign_role(account=account, role=Role.ADMINISTRATOR, actor=operator, at=cast.AT)
    return account


def sign_in(page: Page, server: LiveServer, username: str, password: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{server.url}/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def follow_step(page: Page, server: LiveServer, title: str) -> None:
    page.goto(f"{server.url}/today/")
    page.get_by_role("link", name=title).click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def set_up(page: Page, server: LiveServer) -> str:
    """Follow the first steps from the first page on; return the password that Ada is handed."""
    follow_step(page, server, "Name your organisation")
    page.get_by_label("Name", exact=True).fill("Town of Alderford")
    press(page, "Save")
    follow_step(page, server, "When does your desk work?")
    press(page, "Yes, these are our hours")
    follow_step(page, server, "Add the people of your department")
    page.get_by_label("Name", exact=True).fill(IDA)
    press(page, "Save")
    follow_step(page, server, "Say who you are")
    page.get_by_label("Person (optional)").select_option(label=IDA)
    page.get_by_role("region", name="Whose account it is").get_by_role("button").click()
    page.goto(f"{server.url}/core/people/add")
    page.get_by_label("Name", exact=True).fill(ADA)
    press(page, "Save")
    follow_step(page, server, "Make a team, and put people into it")
    page.get_by_label("Name", exact=True).fill("Service Desk")
    page.get_by_label("Unit", exact=True).select_option(label="Town of Alderford")
    press(page, "Save")
    page.get_by_role("link", name="new team membership").click()
    page.get_by_label("Person", exact=True).select_option(label=ADA)
    press(page, "Save")
    follow_step(page, server, "Let your colleagues sign in")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Person (optional)").select_option(label=ADA)
    page.get_by_label("Role").select_option(label="IT manager")
    press(page, "Add the account")
    expect(page.get_by_role("heading", name="One-time password for ada")).to_be_visible()
    return page.locator("main code").inner_text().strip()


def choose_password(page: Page, present: str) -> None:
    page.get_by_label("Present password").fill(present)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password, once more").fill(PASSWORD)
    press(page, "Change the password")
    expect(page.get_by_text("Your password is changed")).to_be_visible()


def work_a_ticket(page: Page, server: LiveServer) -> None:
    """Write one down while on the phone, take it, and resolve it."""
    page.goto(f"{server.url}/desk/new")
    page.get_by_label("What is it about?").fill("Cannot print the minutes")
    press(page, "Open and assign to me")
    page.locator("summary", has_text="Resolve").click()
    page.locator("details[open] textarea").fill("Restarted the print queue.")
    page.get_by_label("What it truly was").select_option("Printing")
    page.locator("details[open]").get_by_role("button").click()
    expect(page.get_by_text("T-000001 is resolved.")).to_be_visible()


def close_the_last_month(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/scorecard/periods/")
    page.get_by_role("button", name=re.compile(r"^Close \d{4}-\d{2}$")).first.click()
    page.wait_for_load_state()
    run_worker(until_idle=True)
    page.reload()
    expect(page.get_by_role("cell", name="Closed", exact=True).first).to_be_visible()


def sort_tickets(page: Page, server: LiveServer) -> None:
    """Say which team gets tickets, add a category, and look at the matrix of priorities."""
    follow_step(page, server, "Say which team gets what belongs to nobody else")
    page.get_by_label("Team for what belongs to nobody else").select_option(label="Service Desk")
    press(page, "Save")
    follow_step(page, server, "Say what tickets may be about")
    page.get_by_label("Name", exact=True).fill("Printing")
    press(page, "Save")
    page.goto(f"{server.url}/office/organisation/")
    page.get_by_role("link", name="Which priority follows from impact and urgency").click()
    page.get_by_label("Impact low, urgency low").select_option("4")
    page.get_by_label("From", exact=True).fill("2016-05-01")
    page.get_by_label("Reason").fill("We plan no work of priority 5.")
    press(page, "Set it so")
    expect(page.get_by_role("row", name="We plan no work of priority 5.")).to_contain_text(
        "In force"
    )


def set_a_target(page: Page, server: LiveServer) -> None:
    """Let routine tickets be fixed within a day."""
    follow_step(page, server, "Set a first target")
    page.get_by_role("link", name="Cycle time of routine tickets", exact=True).first.click()
    page.get_by_role("link", name="Set a target").click()
    page.get_by_label("Target (hours)").fill("8")
    page.get_by_label("Owner").select_option(label=ADA)
    page.get_by_label("From", exact=True).fill("2016-05-01")
    press(page, "Set the target")
    expect(page.get_by_role("table").filter(has_text=ADA)).to_contain_text("8 h")


def find_nothing_more(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/today/")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()


def test_a_department_is_set_up_works_a_ticket_and_closes_a_month(
    page: Page, live_server: LiveServer, administrator: Account
) -> None:
    sign_in(page, live_server, administrator.username, PASSWORD)
    handed_over = set_up(page, live_server)
    sign_in(page, live_server, "ada", handed_over)
    choose_password(page, handed_over)
    sort_tickets(page, live_server)
    set_a_target(page, live_server)
    work_a_ticket(page, live_server)
    find_nothing_more(page, live_server)

    close_the_last_month(page, live_server)
