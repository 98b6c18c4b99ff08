"""The pages on which something is promised, tried out and followed."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.core.models import Account
from quarterdeck.desk.models import ServiceLevelPolicy, ServiceLevelTarget
from quarterdeck.desk.tests.promised import RESOLUTION, RESPONSE, promised
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.tickets import hold_ticket
from quarterdeck.office.queries import calendar_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def filled(**given: Any) -> dict[str, Any]:
    """A form in which a resolution within four hours is promised to everybody."""
    usual = calendar_named("").pk
    return {
        "name": "Everybody",
        "agreement": "sla",
        "valid_from": "2016-04-01",
        "pauses": ["requester", "vendor"],
        "after_reopening": "resumes",
        "warning_percent": "75",
        "reason": "Agreed in the steering committee",
        **{f"calendar_{priority}": usual for priority in range(1, 6)},
        **given,
    }


def test_a_manager_promises_something_and_reads_it_in_words(
    client: Client, operator: Account
) -> None:
    client.force_login(operator)

    answer = client.post(
        reverse("desk.service_level.add"),
        filled(resolution_1="4 h", response_1="30 min", resolution_3="1h30m"),
    )

    policy = ServiceLevelPolicy.objects.get()
    page = client.get(answer["Location"]).content.decode()
    times = ServiceLevelTarget.objects.order_by("priority", "metric")
    assert list(times.values_list("priority", "metric", "seconds")) == [
        (1, "resolution", 14_400),
        (1, "response", 1_800),
        (3, "resolution", 5_400),
    ]
    assert answer["Location"] == reverse("desk.servicelevelpolicy.detail", args=[policy.pk])
    assert "Priority 1: answered within 30\xa0min and resolved within 4\xa0h" in page
    assert "Waiting for the requester or a vendor pauses the clocks" in page


@pytest.mark.parametrize("text", ["2 days", "4", "h", "-1 h", "0 h"])
def test_a_time_that_is_not_in_hours_and_minutes_stays_on_the_form(
    client: Client, operator: Account, text: str
) -> None:
    client.force_login(operator)

    answer = client.post(reverse("desk.service_level.add"), filled(resolution_2=text))

    assert answer.status_code == 422
    assert not ServiceLevelPolicy.objects.exists()


def test_another_version_begins_with_what_holds_and_keeps_the_first(
    client: Client, operator: Account
) -> None:
    client.force_login(operator)
    policy = promised({RESOLUTION: 12}, actor=operator)
    address = reverse("desk.service_level.terms", args=[policy.pk])

    begins_with = client.get(address).content.decode()
    client.post(address, filled(resolution_1="2 h", valid_from="2016-05-01", version=1))

    assert begins_with.count('value="12\xa0h"') == 5
    assert list(policy.terms.values_list("number", "valid_from")) == [
        (1, date(2016, 4, 1)),
        (2, date(2016, 5, 1)),
    ]


def test_of_two_who_promise_another_version_at_once_the_second_is_told(
    client: Client, operator: Account
) -> None:
    client.force_login(operator)
    policy = promised({RESOLUTION: 12}, actor=operator)
    address = reverse("desk.service_level.terms", args=[policy.pk])
    seen = client.get(address).context["form"]["version"].value()

    answers = [
        client.post(address, filled(resolution_1=text, valid_from="2016-05-01", version=seen))
        for text in ("2 h", "3 h")
    ]

    assert [each.status_code for each in answers] == [302, 422]
    assert "Somebody else has changed" in answers[1].content.decode()
    assert policy.terms.count() == 2


def test_trying_it_tells_when_a_ticket_would_be_due_and_on_which_hours(
    client: Client, operator: Account
) -> None:
    client.force_login(operator)
    policy = promised({RESOLUTION: 12}, actor=operator)
    address = reverse("desk.servicelevelpolicy.detail", args=[policy.pk])

    page = client.get(address, {"opened": "2016-04-01T17:00", "priority": "3"}).content.decode()
    before = client.get(address, {"opened": "2016-03-01T17:00", "priority": "3"}).content.decode()

    # One hour on Friday, ten on Monday, one on Tuesday.
    assert "<strong><time" in page
    assert "2016-04-05 09:00" in page
    assert page.count("<li><time") == 3
    assert "Nothing was promised yet on that day." in before


def test_a_ticket_shows_what_is_left_and_by_which_rule(
    desk: Desk, client: Client, operator: Account
) -> None:
    promised({RESOLUTION: 12, RESPONSE: 2}, actor=operator)
    ticket = opened(desk)
    client.force_login(Account.objects.get(username="nils"))

    page = client.get(reverse("desk.ticket.promises", args=[ticket.pk])).content.decode()

    # It is years later, so that both are overdue.
    assert page.count(">Overdue</b>") == 2
    assert "Everybody, version 1, priority 4" in page
    assert "12\xa0h on" in page


def test_the_board_has_what_breaches_next_first_and_only_what_one_reaches(
    desk: Desk, client: Client, operator: Account
) -> None:
    promised({RESOLUTION: 12, RESPONSE: 2}, actor=operator)
    first, second = opened(desk), opened(desk, at=MONDAY + timedelta(hours=1))
    foreign = opened(desk, team=desk.workplace)
    held = opened(desk)
    hold_ticket(
        ticket=held,
        version=held.version,
        pause_reason="requester",
        question="Which floor?",
        actor=account("nils"),
        at=MONDAY,
    )
    client.force_login(account("nils"))

    page = client.get(reverse("desk.due")).content.decode()
    mine = client.get(reverse("desk.due"), {"scope": "mine"}).content.decode()

    listed = re.findall(r"T-\d+", page)
    # What the one on hold asks is its response, and its resolution stands still.
    assert listed == [each.number for each in (first, second, first, second)]
    assert foreign.number not in page
    assert "No clock is running out" in mine


def test_the_board_costs_as_many_queries_for_one_row_as_for_three(
    desk: Desk, client: Client, operator: Account
) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    client.force_login(account("nils"))
    counts = []
    for amount in (1, 2):
        for _ in range(amount):
            opened(desk)
        client.get(reverse("desk.due"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("desk.due"))
        counts.append(len(asked))

    assert counts == [11, 11]
