"""Readings for programs are those that the pages keep: taken once, dated, and closed as closed."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.config.tests.cast import Cast, arrange_cast
from quarterdeck.core import clock
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import parse_period
from quarterdeck.scorecard.models import CachedReading
from quarterdeck.scorecard.verbs.closings import close_period

pytestmark = pytest.mark.django_db

KEY = "desk.cycle_time"


@pytest.fixture
def cast(tmp_path: Path) -> Cast:
    return arrange_cast(tmp_path)


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.accounts[Role.IT_MANAGER])
    return client


def read(client: Client, period: str = "2016-03") -> tuple[int, Any]:
    answer = client.get(reverse("api-v1:measure", args=[KEY]), {"period": period})
    return answer.status_code, answer.json()


def test_a_reading_is_kept_and_says_when_it_was_taken(client: Client) -> None:
    first = read(client)
    again = read(client)

    assert first == again
    assert CachedReading.objects.filter(measure=KEY, period="2016-03").count() == 1


def test_a_closed_month_answers_as_it_was_closed(client: Client, operator: Account) -> None:
    before = read(client)[1]
    close_period(period=parse_period("2016-03"), actor=operator, at=clock.now())

    after = read(client)[1]

    assert (before["is_closed"], after["is_closed"]) == (False, True)
    assert (after["value"], after["n"], after["excluded"]) == (
        before["value"],
        before["n"],
        before["excluded"],
    )


def test_where_a_worker_lives_a_program_is_told_to_ask_again(client: Client) -> None:
    run_worker(until_idle=True)
    status, told = read(client)
    card = client.get(reverse("api-v1:scorecard"), {"period": "2016-03"})
    run_worker(until_idle=True)

    assert (status, told["state"], told["value"], told["as_of"]) == (
        *(202, "being_computed"),
        *(None, None),
    )
    assert (card.status_code, card.headers["Retry-After"]) == (202, "1")
    assert (read(client)[0], read(client)[1]["state"]) == (200, "value")
