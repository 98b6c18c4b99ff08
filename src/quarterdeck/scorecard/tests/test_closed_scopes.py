"""What the closing of a month keeps of each unit and team, and of the rows that were left out."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from quarterdeck.core.directory import (
    add_account,
    add_person,
    assign_role,
    found_team,
    found_unit,
    join_team,
)
from quarterdeck.core.history.triggers import remove
from quarterdeck.core.models import Account, Person, Unit
from quarterdeck.core.sealing import seal_rows, verify
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import parse_period
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.scorecard.models import ClosedPeriod, ClosedReading
from quarterdeck.scorecard.queries.closings import evidence_of
from quarterdeck.scorecard.verbs.closings import close_period

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
OPENED = datetime(2026, 1, 1, tzinfo=UTC)
MAY = parse_period("2026-05")
KEY = "planning.actions_on_time"


@pytest.fixture
def units(operator: Account) -> dict[str, Unit]:
    """Two units, of which only the libraries have work that is due in May."""
    root = Unit.objects.get(parent=None)
    return {
        name: found_unit(name=name, parent=root, actor=operator, at=AT)
        for name in ("Libraries", "Archives")
    }


@pytest.fixture
def owner(operator: Account, units: dict[str, Unit]) -> Person:
    person = add_person(name="Sefa Tulloch", unit=units["Libraries"], actor=operator, at=AT)
    team = found_team(name="Catalogue", unit=units["Libraries"], actor=operator, at=AT)
    join_team(person=person, team=team, actor=operator, at=AT)
    found_team(name="Deposit", unit=units["Archives"], actor=operator, at=AT)
    return person


@pytest.fixture
def actions(owner: Person, given: Given) -> dict[str, CorrectiveAction]:
    """One was done in time, and one was cancelled and is left out."""
    with given():
        return {
            title: CorrectiveAction.objects.create(
                title=title,
                owner=owner,
                due_on=date(2026, 5, 10),
                ended_on=date(2026, 5, 9),
                state=state,
                opened_at=OPENED,
            )
            for title, state in (
                ("Label the racks", ActionState.DONE),
                ("Replace the scanner", ActionState.CANCELLED),
            )
        }


@pytest.fixture
def closed(actions: dict[str, CorrectiveAction], operator: Account) -> ClosedPeriod:
    assert actions
    return close_period(period=MAY, actor=operator, at=AT)


def rows_page(role: Role, operator: Account, tab: str) -> str:
    account = add_account(username=role, actor=operator, at=AT)
    assign_role(account=account, role=role, actor=operator, at=AT)
    client = Client()
    client.force_login(account)
    address = reverse("scorecard.measure", args=[KEY])
    return client.get(address, {"period": MAY.key, "rows": tab}).content.decode()


def test_a_scope_with_rows_is_closed_and_one_without_is_not(closed: ClosedPeriod) -> None:
    scopes = closed.readings.filter(measure=KEY).values_list("scope", flat=True)

    root = Unit.objects.get(parent=None)
    assert set(scopes) == {"organisation", f"unit:{root}", "unit:Libraries", "team:Catalogue"}


def test_a_measure_without_rows_is_closed_for_the_organisation_alone(closed: ClosedPeriod) -> None:
    others = closed.readings.exclude(measure=KEY).values_list("scope", flat=True)

    assert set(others) == {"organisation"}


def test_a_closed_reading_keeps_which_rows_it_left_out(
    closed: ClosedPeriod, actions: dict[str, CorrectiveAction]
) -> None:
    row = closed.readings.get(measure=KEY, scope="organisation")

    assert row.exclusions == [{"reason": "It was cancelled", "n": 1}]
    assert evidence_of(row).left_out == ((actions["Replace the scanner"].pk,),)
    assert evidence_of(row).left_out_nouns == ("planning.correctiveaction",)


@pytest.mark.usefixtures("closed")
def test_the_page_of_a_closed_month_leads_to_what_was_left_out(
    actions: dict[str, CorrectiveAction], operator: Account
) -> None:
    page = rows_page(Role.ADMINISTRATOR, operator, "0")

    left_out = reverse("planning.correctiveaction.detail", args=[actions["Replace the scanner"].pk])
    assert f'href="{left_out}"' in page


@pytest.mark.usefixtures("closed")
def test_whoever_may_not_see_the_row_learns_how_many_stay_hidden(operator: Account) -> None:
    page = rows_page(Role.AUDITOR, operator, "0")
    hidden = rows_page(Role.EXECUTIVE_VIEWER, operator, "0")

    assert "Replace the scanner" in page
    assert "Replace the scanner" not in hidden
    assert "1 more rows were counted that you may not see" in hidden


def test_verify_finds_a_tampered_reading_of_a_team(closed: ClosedPeriod, operator: Account) -> None:
    row = closed.readings.get(measure=KEY, scope="team:Catalogue")
    seal_rows(actor=operator, at=AT)

    remove(connection)
    ClosedReading.objects.filter(pk=row.pk).update(version_of_definition=99)

    assert verify().fault == f"scorecard.closedreading {row.pk} was changed."
