"""Programs sign in with tokens, browsers with their session and a CSRF token."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.models import Account, ApiToken
from quarterdeck.core.vocabulary import TokenScope
from quarterdeck.desk.tests.web_cast import Desk, open_desk

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SERVICE = {"name": "Printing"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with time_machine.travel(AT, tick=False):
        yield open_desk()


def read(headers: dict[str, str]) -> HttpResponseBase:
    return Client().get(reverse("api-v1:measures"), headers=headers)


def write(headers: dict[str, str], client: Client | None = None) -> HttpResponseBase:
    address = reverse("api-v1:services.service.list")
    return (client or Client()).post(
        address, SERVICE, content_type="application/json", headers=headers
    )


def told(response: HttpResponseBase) -> tuple[int, str]:
    return response.status_code, response.json()["detail"]  # type: ignore[attr-defined]  # the test client adds it


def test_a_token_opens_the_interface(desk: Desk) -> None:
    assert read(bearer(desk.nils)).status_code == 200


def test_whoever_is_not_known_is_told_how_to_sign_in() -> None:
    response = read({})

    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer qd_0_x", "Basic eDp5", "qd_1"])
def test_what_is_no_token_opens_nothing(value: str) -> None:
    assert read({"Authorization": value}).status_code == 401


def test_an_expired_token_says_so(desk: Desk) -> None:
    headers = bearer(desk.nils)

    with time_machine.travel(AT + timedelta(days=2), tick=False):
        response = read(headers)

    assert told(response) == (401, "This token expired on 2026-03-03.")


def test_a_reading_token_does_not_write(desk: Desk) -> None:
    response = write(bearer(desk.ada, TokenScope.READ))

    assert told(response) == (403, "This token may only read.")


def test_a_writing_token_writes(desk: Desk) -> None:
    assert write(bearer(desk.ada)).status_code == 201


def test_a_token_may_no_more_than_its_account(desk: Desk) -> None:
    assert told(write(bearer(desk.mona))) == (403, "You may not add services.")


def test_a_use_is_noted_once_a_day(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    headers = bearer(desk.nils)
    read(headers)

    # The token with its account and person, and the roles.
    with django_assert_num_queries(2):
        read(headers)

    assert ApiToken.objects.get().last_used_on == AT.date()


def test_a_browser_reads_with_its_session(desk: Desk) -> None:
    client = Client()
    client.force_login(desk.nils)

    assert client.get(reverse("api-v1:measures")).status_code == 200


def test_a_browser_writes_only_with_the_token_against_forged_requests(desk: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.ada)

    assert told(write({}, client)) == (403, "The CSRF token is missing or wrong.")


def test_a_browser_writes_with_that_token(desk: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.ada)
    client.get(reverse("api-tokens"))

    assert write({"X-CSRFToken": client.cookies["csrftoken"].value}, client).status_code == 201


def test_a_wrong_token_is_not_made_good_by_a_session(desk: Desk) -> None:
    client = Client()
    client.force_login(desk.ada)

    response = client.get(reverse("api-v1:measures"), headers={"Authorization": "Bearer x"})

    assert response.status_code == 401


def test_what_a_program_changes_is_its_accounts_act(desk: Desk) -> None:
    response = write(bearer(desk.ada))

    key = response.json()["id"]  # type: ignore[attr-defined]  # the test client adds it
    address = reverse("api-v1:services.service.detail", args=[key])
    Client().patch(
        address,
        {"description": "Paper"},
        content_type="application/json",
        headers={**bearer(desk.ada), "If-Match": f'"{key}.1"'},
    )
    history = Client().get(f"{address}/history", headers=bearer(desk.ada)).json()
    assert [(each["actor_name"], each["columns"]) for each in history["items"]] == [
        ("Ada", [{"column": "description", "before": "", "after": "Paper"}])
    ]


def owner_of_first() -> Account:
    return ApiToken.objects.get().account


def sent(name: str = "Report") -> dict[str, str]:
    return {"name": name, "scope": "read", "days": "30"}


def test_the_page_shows_a_new_secret_once(desk: Desk) -> None:
    client = Client()
    client.force_login(desk.nils)
    first = client.post(reverse("api-tokens"), sent()).content.decode()
    second = client.get(reverse("api-tokens")).content.decode()

    prefix = f"{ApiToken.objects.get().prefix}_"
    assert (prefix in first, prefix in second) == (True, False)


def test_the_page_makes_a_token_for_its_reader(desk: Desk) -> None:
    client = Client()
    client.force_login(desk.nils)

    client.post(reverse("api-tokens"), sent())

    assert owner_of_first() == desk.nils


@pytest.mark.parametrize(("reader", "status"), [("nils", 302), ("mona", 404), ("ada", 302)])
def test_a_token_is_revoked_by_its_owner_and_by_administrators(
    reader: str, status: int, desk: Desk
) -> None:
    bearer(desk.nils)
    client = Client()
    client.force_login(getattr(desk, reader))

    response = client.post(reverse("api-tokens.revoke", args=[ApiToken.objects.get().pk]))

    revoked = ApiToken.objects.get().revoked_at is not None
    assert (response.status_code, revoked) == (status, status == 302)


@pytest.mark.parametrize(("reader", "count"), [("nils", 1), ("mona", 0), ("ada", 1)])
def test_the_page_lists_ones_own_tokens_and_all_to_administrators(
    reader: str, count: int, desk: Desk
) -> None:
    bearer(desk.nils)
    client = Client()
    client.force_login(getattr(desk, reader))

    page = client.get(reverse("api-tokens")).content.decode()

    assert page.count("Revoke A test") == count
