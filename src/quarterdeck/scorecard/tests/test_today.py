"""The page of what waits, and where the way in leads."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import cast

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from quarterdeck.core.directory import add_account, add_person, assign_role, found_team
from quarterdeck.core.measures import ORGANISATION
from quarterdeck.core.models import Account, Unit
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import ImportBatch, Organisation
from quarterdeck.office.verbs.calendars import confirm_openings
from quarterdeck.office.vocabulary import BatchState
from quarterdeck.scorecard.verbs.targets import set_target

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def managers(operator: Account, given: Given) -> tuple[Account, Account]:
    """Two IT managers of a department that has taken the first steps."""
    ada = add_person(name="Ada", actor=operator, at=AT)
    desk = found_team(name="Desk", unit=Unit.objects.get(), actor=operator, at=AT)
    with given():
        Organisation.objects.update(name="Town of Alderford", default_team=desk)
        apps.get_model("desk", "Category").objects.create(name="Printing")
    confirm_openings(calendar=Organisation.objects.get().calendar, actor=operator, at=AT)
    accounts = []
    for name in ("ada", "grace"):
        account = add_account(username=name, actor=operator, at=AT)
        assign_role(account=account, role=Role.IT_MANAGER, actor=operator, at=AT)
        accounts.append(account)
    set_target(
        measure="desk.cycle_time",
        scope=ORGANISATION,
        value=Decimal(86_400),
        owner=ada,
        valid_from=AT.date(),
        actor=accounts[0],
        at=AT,
    )
    return accounts[0], accounts[1]


def examined_batch(owner: Account) -> ImportBatch:
    return ImportBatch.objects.create(
        profile="log",
        source="tool",
        file_name="march.csv",
        file_digest="0",
        zone="UTC",
        state=BatchState.EXAMINED,
        begun_by=owner,
        begun_at=AT,
    )


def page(reader: Account, address: str) -> HttpResponse:
    client = Client()
    client.force_login(reader)
    return cast("HttpResponse", client.get(address))


def test_an_import_waits_for_whoever_began_it(
    managers: tuple[Account, Account], given: Given
) -> None:
    with given():
        batch = examined_batch(managers[0])

    assert f"Decide on {batch}" in page(managers[0], reverse("today")).content.decode()


def test_nobody_reads_what_waits_for_somebody_else(
    managers: tuple[Account, Account], given: Given
) -> None:
    with given():
        examined_batch(managers[0])

    assert "Nothing waits for you" in page(managers[1], reverse("today")).content.decode()


def test_the_way_in_leads_to_today_when_something_waits(
    managers: tuple[Account, Account], given: Given
) -> None:
    with given():
        examined_batch(managers[0])

    assert page(managers[0], "/").headers["Location"] == reverse("today")


def test_the_way_in_leads_to_the_scorecard_when_nothing_waits(
    managers: tuple[Account, Account],
) -> None:
    assert page(managers[0], "/").headers["Location"] == reverse("scorecard")


def test_today_is_the_first_place_to_go(managers: tuple[Account, Account]) -> None:
    text = page(managers[0], reverse("scorecard")).content.decode()

    side = text[text.index('id="navigation"') :]
    assert side.index(f"href={reverse('today')} ") < side.index(f"href={reverse('scorecard')} ")
