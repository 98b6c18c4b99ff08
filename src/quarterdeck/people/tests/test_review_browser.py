"""A real description from import to the scorecard, and the review by keyboard, in a browser."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from quarterdeck.core.models import Account
from quarterdeck.people.models import DraftedRecord, JobClass
from quarterdeck.people.tests.house import AT, House, drafted, open_house
from quarterdeck.people.verbs.review import accept_record
from quarterdeck.people.vocabulary import RecordState

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

RESULTS_FOCUSED = "002"
SHORTEST_MEASURE = "Adherence to budget (%)"


@pytest.fixture
def house() -> House:
    return open_house()


def sign_in(page: Page, server: LiveServer, account: Account) -> None:
    client = Client()
    client.force_login(account)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}]
    )


@pytest.mark.shared
def test_a_real_description_becomes_a_class_whose_measures_stand_on_the_scorecard(
    live_server: LiveServer, page: Page, house: House, shared: Path
) -> None:
    sign_in(page, live_server, house.iris)
    (document,) = (shared.parent / "jobs").glob(f"{RESULTS_FOCUSED}_*.txt")
    page.goto(f"{live_server.url}{reverse('people.draft.import')}")
    page.get_by_label("Document").set_input_files(document)
    page.get_by_role("button", name="Read it").click()
    page.wait_for_load_state("networkidle")

    # The target whose sign looks inverted is read as meant, by a person.
    expect(page.locator("#progress")).to_contain_text("1 must be confirmed")
    page.get_by_role("button", name="Read as ≥ 90 %").click()
    expect(page.locator("#progress")).not_to_contain_text("must be confirmed")
    page.get_by_role("button", name="Accept all").click()
    page.get_by_role("link", name="Approve").click()
    page.get_by_label("Job family").fill("Information technology")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("read as ≥ 90 %")).to_be_visible()

    page.get_by_role("link", name="Information technology").first.click()
    expect(page.locator(".q-ladder")).to_contain_text(JobClass.objects.get().title)
    page.goto(f"{live_server.url}/scorecard/")
    waiting = page.get_by_role("region", name="Not yet computable")
    rows = waiting.locator("tbody tr")
    expect(rows).to_have_count(24)
    expect(rows.filter(has_text=SHORTEST_MEASURE)).to_have_count(1)


def focus_first(page: Page) -> DraftedRecord:
    """Wait until the first record that waits for a decision has the focus; return it."""
    page.wait_for_function("document.activeElement.matches('.q-record')")
    key = page.evaluate("document.activeElement.dataset.record")
    return DraftedRecord.objects.get(pk=int(key))


def test_records_are_gone_through_by_keyboard(
    live_server: LiveServer, page: Page, house: House
) -> None:
    draft = drafted(house.iris)
    sign_in(page, live_server, house.iris)
    page.goto(f"{live_server.url}{reverse('people.jobdraft.detail', args=[draft.pk])}")
    page.wait_for_load_state("networkidle")
    first = focus_first(page)

    page.keyboard.press("a")
    expect(page.locator(f"#record-{first.pk}")).to_contain_text("Accepted")
    page.wait_for_function(
        "key => document.activeElement.dataset.record && "
        "document.activeElement.dataset.record !== key",
        arg=str(first.pk),
    )
    second = focus_first(page)
    page.keyboard.press("d")
    expect(page.locator(f"#record-{second.pk}")).to_contain_text("Dropped")
    page.locator(f"#record-{first.pk}").focus()
    page.keyboard.press("e")
    page.get_by_label("Text").fill("Master of the harbour")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(f"#record-{first.pk}")).to_contain_text("Master of the harbour")

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (RecordState.CORRECTED, RecordState.DROPPED)


def test_the_source_and_its_records_lead_to_each_other(
    live_server: LiveServer, page: Page, house: House
) -> None:
    draft = drafted(house.iris)
    lights = draft.records.get(text="Keeps the lights of the pier burning.")
    sign_in(page, live_server, house.iris)
    page.goto(f"{live_server.url}{reverse('people.jobdraft.detail', args=[draft.pk])}")
    page.wait_for_load_state("networkidle")

    page.get_by_role("link", name=lights.text, exact=True).click()

    expect(page.locator(f"#record-{lights.pk}")).to_be_focused()
    expect(page.locator(".q-lit.is-current")).to_have_text(lights.text)


def test_who_decides_second_is_told_and_sees_what_stands(
    live_server: LiveServer, page: Page, house: House
) -> None:
    draft = drafted(house.iris)
    lights = draft.records.get(text="Keeps the lights of the pier burning.")
    sign_in(page, live_server, house.hal)
    page.goto(f"{live_server.url}{reverse('people.jobdraft.detail', args=[draft.pk])}")
    page.wait_for_load_state("networkidle")
    accept_record(record=lights, version=1, actor=house.iris, at=AT)

    page.locator(f"#record-{lights.pk}").get_by_role("button", name="Drop").click()

    expect(page.get_by_text("Somebody else has decided about this record")).to_be_visible()
    expect(page.locator(f"#record-{lights.pk}")).to_contain_text("Accepted")
