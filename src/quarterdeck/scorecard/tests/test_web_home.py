"""The first page leads where a reader has something to do or to read."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def signed_in(role: Role, operator: Account) -> Client:
    account = add_account(username="reader", actor=operator, at=AT)
    assign_role(account=account, role=role, actor=operator, at=AT)
    client = Client()
    client.force_login(account)
    return client


@pytest.mark.parametrize(
    ("role", "leads_to"), [(Role.REQUESTER, "today"), (Role.EXECUTIVE_VIEWER, "scorecard")]
)
def test_where_nothing_waits_the_scorecard_is_for_those_who_read_it(
    role: Role, leads_to: str, operator: Account
) -> None:
    answer = signed_in(role, operator).get(reverse("home"))

    assert answer.headers["Location"] == reverse(leads_to)


def test_a_requester_with_nothing_to_do_is_led_to_the_own_tickets(operator: Account) -> None:
    text = signed_in(Role.REQUESTER, operator).get(reverse("today")).content.decode()

    assert f'href="{reverse("desk.ticket.list")}"' in text
    assert f'href="{reverse("scorecard")}"' not in text


def test_who_only_asks_for_help_is_not_told_to_import_but_where_the_own_things_are(
    operator: Account,
) -> None:
    page = signed_in(Role.REQUESTER, operator).get(reverse("scorecard")).content.decode()

    content = page[page.index("<main") :]
    assert "No figures for you" in content
    assert f'href="{reverse("today")}"' in content
    assert "import" not in content
    assert "computed" not in content
