"""A planned zone or fiscal year is withdrawn before its day comes, and never held then."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, Act
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import Organisation, PeriodRule, PeriodRuleWithdrawal
from quarterdeck.office.queries import organisation, period_named
from quarterdeck.office.verbs.period_rules import (
    change_fiscal_year,
    change_zone,
    withdraw_period_rule,
)

AT = datetime(2026, 10, 20, 12, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorded(operator: Account) -> Organisation:
    """An organisation in London with fiscal years from October, of which a year is recorded."""
    found = Organisation.objects.get()
    change_zone(organisation=found, zone="Europe/London", actor=operator, at=AT)
    change_fiscal_year(organisation=found, month=10, actor=operator, at=AT)
    with acting(actor=operator, verb_name="test.record", at=AT):
        touch("desk.tickets", datetime(2025, 11, 1, tzinfo=UTC), AT)
    return found


def to_berlin(own: Organisation, actor: Account, **given: Any) -> PeriodRule:
    usual = {"zone": "Europe/Berlin", "valid_from": NOVEMBER, "reason": "The house has moved"}
    return change_zone(organisation=own, **{**usual, "actor": actor, "at": AT, **given})


def withdraw(own: Organisation, rule: PeriodRule, actor: Account, at: datetime = AT) -> list[int]:
    done = withdraw_period_rule(organisation=own, rule=rule, reason="We stay", actor=actor, at=at)
    return [each.rule.number for each in done]


def test_what_is_planned_is_withdrawn_with_all_that_it_replaced_on_its_day(
    recorded: Organisation, operator: Account
) -> None:
    to_berlin(recorded, operator)
    last = to_berlin(recorded, operator, zone="Europe/Paris")

    taken = withdraw(recorded, last, operator)

    assert taken == [3, 4]
    assert [each.value for each in recorded.zones] == ["Europe/London"]
    # London's October has the night of 25 hours.
    assert period_named("2026-10").span.length / HOUR == 745
    act = Act.objects.order_by("-pk")[0]
    assert act.verb == "office.period_rules.withdraw_period_rule"
    # What is planned anew gets a number of its own.
    assert to_berlin(recorded, operator).number == 5


def test_a_planned_fiscal_year_is_withdrawn_though_another_was_taken_back_after_it(
    recorded: Organisation, operator: Account
) -> None:
    said = [
        change_fiscal_year(
            organisation=recorded,
            month=month,
            valid_from=day,
            reason="As the group does",
            actor=operator,
            at=AT,
        )
        for month, day in (
            (7, date(2027, 7, 1)),
            (1, date(2029, 1, 1)),
            # It only takes back the one before: no fiscal year starts in July on this day.
            (7, date(2029, 1, 1)),
        )
    ]

    withdraw(recorded, said[0], operator)

    assert [each.value for each in organisation().fiscal_years] == ["10"]
    year = period_named("FY2029")
    assert (year.first, year.last) == (date(2028, 10, 1), date(2029, 9, 30))


@pytest.mark.parametrize(
    "instant",
    [
        # November begins in Berlin at 23:00 UTC, and in London an hour later.
        datetime(2026, 10, 31, 23, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC),
    ],
    ids=["it begins in one of both", "long begun"],
)
def test_what_has_begun_is_not_withdrawn(
    recorded: Organisation, operator: Account, instant: datetime
) -> None:
    planned = to_berlin(recorded, operator)

    with pytest.raises(Refused, match="Only what is still to come and counts"):
        withdraw(recorded, planned, operator, instant)

    assert [each.value for each in organisation().zones] == ["Europe/London", "Europe/Berlin"]


def test_what_is_replaced_or_withdrawn_or_holds_since_ever_is_not_withdrawn(
    recorded: Organisation, operator: Account
) -> None:
    replaced = to_berlin(recorded, operator)
    last = to_berlin(recorded, operator, zone="Europe/Paris")
    ever = PeriodRule.objects.get(kind="zone", number=2)

    for rule in (replaced, ever):
        with pytest.raises(Refused):
            withdraw(recorded, rule, operator)
    withdraw(recorded, last, operator)
    with pytest.raises(Refused):
        withdraw(recorded, last, operator)

    assert PeriodRuleWithdrawal.objects.count() == 2


def test_only_who_keeps_the_settings_withdraws_what_is_planned(
    recorded: Organisation, operator: Account
) -> None:
    planned = to_berlin(recorded, operator)
    other = add_account(username="other", actor=operator, at=AT)

    with pytest.raises(Refused, match="may not change the settings"):
        withdraw(recorded, planned, other)

    assert not PeriodRuleWithdrawal.objects.exists()


def test_the_page_and_programs_withdraw_what_is_planned_and_say_so(
    recorded: Organisation, operator: Account, client: Client
) -> None:
    chief = add_account(username="chief", actor=operator, at=AT)
    assign_role(account=chief, role=Role.ADMINISTRATOR, actor=operator, at=AT)
    client.force_login(chief)
    berlin = to_berlin(recorded, operator)
    tokyo = to_berlin(recorded, operator, zone="Asia/Tokyo", valid_from=date(2027, 3, 1))
    by_page = reverse("office.periods.withdraw", args=[berlin.pk])
    by_program = reverse("api-v1:period-rule-withdrawal", args=[tokyo.pk])

    with time_machine.travel(AT, tick=False):
        offered = client.get(reverse("office.periods")).content.decode()
        client.post(by_page, {"reason": "The lease fell through"})
        told = client.post(by_program, {"reason": "Nor there"}, "application/json")
        again = client.post(by_program, {}, "application/json")
        page = client.get(reverse("office.periods")).content.decode()

    assert (by_page in offered, by_page in page) == (True, False)
    assert "by chief: The lease fell through" in page
    assert (told.status_code, told.json()["is_withdrawn"], again.status_code) == (200, True, 409)
    listed = client.get(reverse("api-v1:period-rules")).json()["items"]
    assert [each["value"] for each in listed if each["is_withdrawn"]] == [
        "Asia/Tokyo",
        "Europe/Berlin",
    ]
    assert [each.value for each in organisation().zones] == ["Europe/London"]


@pytest.mark.parametrize("rules", [1, 8])
def test_the_page_of_rules_asks_no_more_for_more_of_them(
    recorded: Organisation, operator: Account, client: Client, rules: int
) -> None:
    zones = ("Europe/Berlin", "Europe/Paris")
    for number in range(rules):
        day = date(2026 + (10 + number) // 12, 1 + (10 + number) % 12, 1)
        to_berlin(recorded, operator, zone=zones[number % 2], valid_from=day)
    keeper = add_account(username="keeper", actor=operator, at=AT)
    assign_role(account=keeper, role=Role.ADMINISTRATOR, actor=operator, at=AT)
    client.force_login(keeper)
    with time_machine.travel(AT, tick=False):
        client.get(reverse("office.periods"))

        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse("office.periods")).content.decode()

    # Each of them is still to come, and can be withdrawn.
    assert page.count("<summary>Withdraw</summary>") == rules
    assert sum(not each["sql"].startswith(("SAVEPOINT", "RELEASE")) for each in asked) <= 15
