"""The columns of a table, said in a browser faster than it is told what they hold."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import ImportBatch
from quarterdeck.ui.tests.browsing import become, visit

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TABLE = (
    "Personal-Nr,Rufname,Zuname,Postfach,Abteilung,Eintritt\n"
    "1,Ada,Lang,ada@example.org,Netze,2020-01-01\n"
)
SAID = {
    "external_id": "Personal-Nr",
    "first_name": "Rufname",
    "last_name": "Zuname",
    "email": "Postfach",
    "unit": "Abteilung",
    "starts_on": "Eintritt",
}

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_no_answer_is_lost_where_columns_are_said_one_after_another_without_waiting(
    live_server: LiveServer, page: Page, operator: Account, tmp_path: Path
) -> None:
    keeper = add_account(username="keeper", actor=operator, at=AT)
    assign_role(account=keeper, role=Role.ADMINISTRATOR, actor=operator, at=AT)
    become(keeper, page, live_server)
    table = tmp_path / "people.csv"
    table.write_text(TABLE)
    visit(page, f"{live_server.url}/office/import/")
    page.get_by_label("Format").select_option("people-table")
    page.get_by_label("File", exact=True).set_input_files(table)
    with page.expect_navigation():
        page.get_by_role("button", name="Upload and examine").click()

    for name, column in SAID.items():
        page.locator(f"[name=column_{name}]").select_option(column)
    with page.expect_navigation():
        page.get_by_role("button", name="Read and compare").click()

    expect(page.get_by_role("heading", name="What do the columns hold?")).to_have_count(0)
    assert ImportBatch.objects.get().mapping["columns"] == SAID
