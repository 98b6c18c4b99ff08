"""A newcomer's first day: a log comes in through the browser, and its number leads to a ticket."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.config.tests import cast
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 — of an account that lives as long as the test
# A day that February does not have.
BROKEN = ("INC0000009", "New", 0, "31/2/2016 10:00", *cast.LOG[0][4:])


@pytest.fixture
def manager(operator: Account) -> Account:
    account = add_account(username="manager", password=PASSWORD, actor=operator, at=cast.AT)
    assign_role(account=account, role=Role.IT_MANAGER, actor=operator, at=cast.AT)
    return account


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Write the cast's log with one more ticket, whose date does not exist."""
    return cast.write_log(tmp_path, BROKEN)


def sign_in(page: Page, server: LiveServer, account: Account) -> None:
    page.goto(f"{server.url}/")
    page.get_by_label("Username").fill(account.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def upload(page: Page, server: LiveServer, path: Path) -> None:
    page.goto(f"{server.url}/office/import/")
    page.get_by_label("File").set_input_files(path)
    page.get_by_label("Format").select_option("servicenow-incident-events")
    page.get_by_role("button", name="Upload and examine").click()
    expect(page.get_by_text("Reading the file").first).to_be_visible()


def test_a_log_comes_in_and_its_number_leads_down_to_a_ticket(
    page: Page, live_server: LiveServer, manager: Account, log: Path
) -> None:
    sign_in(page, live_server, manager)
    upload(page, live_server, log)

    run_worker(until_idle=True)
    expect(page.get_by_text("Waiting for a decision")).to_be_visible()
    expect(page.get_by_role("row", name="31/2/2016 10:00")).to_contain_text("10")
    assert not Ticket.objects.exists()

    page.get_by_role("button", name=re.compile("Take in the valid records")).click()
    run_worker(until_idle=True)
    expect(page.get_by_text("Applied", exact=True).first).to_be_visible()

    page.goto(f"{live_server.url}/scorecard/?period=2016-03")
    page.get_by_role("link", name="Cycle time of routine tickets", exact=True).first.click()
    expect(page.get_by_role("heading", name="Cycle time of routine tickets")).to_be_visible()
    page.get_by_role("link", name=cast.OF_NETWORK).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(cast.OF_NETWORK)
