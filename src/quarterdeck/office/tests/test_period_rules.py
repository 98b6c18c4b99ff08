"""Zone and fiscal year hold from a day on; what corrects the past is an act of its own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import fingerprints, months_marked, touch
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.memory import remembering
from quarterdeck.core.models import Account, Act
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.jobs import follow_zones
from quarterdeck.office.models import Organisation, PeriodRule
from quarterdeck.office.queries import organisation, period_named, settings_digest
from quarterdeck.office.queries.period_changes import standing_of
from quarterdeck.office.queries.periods import own_day, period_parameters
from quarterdeck.office.verbs.period_rules import (
    change_fiscal_year,
    change_zone,
    correct_fiscal_year,
    correct_zone,
    settle_zone,
)
from quarterdeck.office.vocabulary import PeriodRuleKind

AT = datetime(2026, 10, 20, 12, tzinfo=UTC)
EVER, NOVEMBER = date(1970, 1, 1), date(2026, 11, 1)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(operator: Account) -> Organisation:
    """An organisation in London, whose fiscal years start in October."""
    found = Organisation.objects.get()
    change_zone(organisation=found, zone="Europe/London", actor=operator, at=AT)
    change_fiscal_year(organisation=found, month=10, actor=operator, at=AT)
    return found


@pytest.fixture
def recorded(own: Organisation, operator: Account) -> Organisation:
    """Something is recorded of all months of a year up to now."""
    with acting(actor=operator, verb_name="test.record", at=AT):
        touch("desk.tickets", datetime(2025, 11, 1, tzinfo=UTC), AT)
    return own


@pytest.fixture
def desk(client: Client, operator: Account) -> Client:
    """The browser of an administrator."""
    chief = add_account(username="chief", actor=operator, at=AT)
    assign_role(account=chief, role=Role.ADMINISTRATOR, actor=operator, at=AT)
    client.force_login(chief)
    return client


def hours(*periods: str) -> list[float]:
    return [period_named(each).span.length / HOUR for each in periods]


def days_of(*years: str) -> list[tuple[str, str]]:
    found = map(period_named, years)
    return [(str(each.first), str(each.last)) for each in found]


def to_berlin(own: Organisation, actor: Account, **given: Any) -> PeriodRule:
    usual = {"zone": "Europe/Berlin", "valid_from": NOVEMBER, "reason": "The house has moved"}
    return change_zone(organisation=own, **{**usual, "actor": actor, "at": AT, **given})


def test_what_is_said_before_anything_is_recorded_holds_since_ever(own: Organisation) -> None:
    assert (own.zone, days_of("FY2001")) == ("Europe/London", [("2000-10-01", "2001-09-30")])
    assert period_parameters(period_named("FY2026")) == {}


def test_a_change_of_zone_leaves_the_months_before_as_they_were(
    recorded: Organisation, operator: Account
) -> None:
    before = hours("2026-09", "2026-10", "2026-11")

    to_berlin(recorded, operator)

    # London's October has the night of 25 hours; November begins in Berlin, an hour earlier.
    assert (before, hours("2026-09", "2026-10", "2026-11")) == ([720, 745, 720], [720, 744, 720])
    named = [period_parameters(period_named(month)) for month in ("2026-10", "2026-11")]
    assert named == [
        {},
        {"days": "Zone 3, Europe/Berlin from 2026-11-01: The house has moved"},
    ]


def test_times_are_shown_in_the_other_zone_once_its_day_has_come(
    recorded: Organisation, operator: Account
) -> None:
    to_berlin(recorded, operator)
    shown = []

    for instant in ("2026-10-31T22:59:59Z", "2026-10-31T23:00:00Z"):
        with time_machine.travel(instant, tick=False):
            follow_zones.call()
        shown.append(organisation().zone)

    assert shown == ["Europe/London", "Europe/Berlin"]
    last = Act.objects.order_by("-pk")[0]
    assert (last.verb, last.actor) == ("office.period_rules.settle_zone", worker_account().label)
    assert own_day(datetime(2026, 10, 31, 23, tzinfo=UTC)) == NOVEMBER


def test_a_zone_that_is_shown_already_settles_nothing(
    recorded: Organisation, operator: Account
) -> None:
    to_berlin(recorded, operator)
    come = datetime(2026, 11, 2, tzinfo=UTC)

    with remembering():
        shown = [organisation().zone]
        settled = [
            settle_zone(organisation=recorded, actor=operator, at=come).version for _ in range(2)
        ]
        shown.append(organisation().zone)

    assert shown == ["Europe/London", "Europe/Berlin"]
    assert settled[0] == settled[1]


def test_a_correction_marks_no_month_of_which_nothing_is_recorded(
    recorded: Organisation, operator: Account
) -> None:
    with acting(actor=operator, verb_name="test.record", at=AT):
        touch("desk.tickets", datetime(2016, 3, 1, tzinfo=UTC), datetime(2016, 4, 1, tzinfo=UTC))
    before = set(months_marked().values_list("month", flat=True))

    correct_zone(
        organisation=recorded,
        zone="Europe/Berlin",
        valid_from=EVER,
        reason="We were never in London",
        actor=operator,
        at=AT,
    )

    assert set(months_marked().values_list("month", flat=True)) == before
    assert set(months_marked().values_list("changes", flat=True)) == {2}


def test_a_change_that_is_planned_is_taken_back_by_what_held_before(
    recorded: Organisation, operator: Account
) -> None:
    to_berlin(recorded, operator)

    to_berlin(recorded, operator, zone="Europe/London", reason="We stay")

    assert hours("2026-10", "2026-11") == [745, 720]
    assert period_parameters(period_named("2026-11")) == {}


def test_what_holds_is_told_by_all_rules_in_their_order(
    recorded: Organisation, operator: Account, desk: Client
) -> None:
    december = date(2026, 12, 1)
    for zone, day in (
        ("Europe/Berlin", NOVEMBER),
        ("Europe/Rome", december),
        ("Europe/Rome", NOVEMBER),
        ("Europe/Berlin", NOVEMBER),
    ):
        to_berlin(recorded, operator, zone=zone, valid_from=day)

    held = [(each.valid_from, each.value, each.number) for each in organisation().zones]
    assert held == [
        (EVER, "Europe/London", 1),
        (NOVEMBER, "Europe/Berlin", 6),
        (december, "Europe/Rome", 4),
    ]
    assert standing_of(PeriodRuleKind.ZONE) == organisation().zones
    page = desk.get(reverse("office.periods")).content.decode()
    # The two of November, the one of an installation that was replaced, and that of its years.
    assert page.count("No longer: a later one") == 4


def test_what_was_planned_and_taken_back_stays_so_when_the_past_is_corrected(
    recorded: Organisation, operator: Account
) -> None:
    for month in (1, 10):
        change_fiscal_year(
            organisation=recorded,
            month=month,
            valid_from=date(2027, 1, 1),
            reason="As the group does",
            actor=operator,
            at=AT,
        )

    correct_fiscal_year(
        organisation=recorded,
        month=7,
        valid_from=EVER,
        reason="It was never October",
        actor=operator,
        at=AT,
    )

    assert [each.value for each in organisation().fiscal_years] == ["7"]
    assert standing_of(PeriodRuleKind.FISCAL_YEAR) == organisation().fiscal_years


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"zone": "Europe/Bonn"}, "no time zone “Europe/Bonn”"),
        ({"zone": "Europe/London"}, "That holds on 2026-11-01 already"),
        ({"reason": " "}, "Say why"),
        ({"valid_from": date(2026, 10, 20)}, "cuts the past otherwise: choose a day to come"),
        ({"valid_from": date(1969, 1, 1)}, "from 1970-01-01 at the earliest"),
        ({"valid_from": date(9999, 12, 1)}, "from 2199-12-31 at the latest"),
    ],
    ids=["no zone", "the same", "no reason", "today", "too early", "too late"],
)
def test_a_change_that_cannot_be_is_refused(
    recorded: Organisation, operator: Account, given: dict[str, Any], match: str
) -> None:
    with pytest.raises(Refused, match=match):
        to_berlin(recorded, operator, **given)

    assert (PeriodRule.objects.filter(kind="zone").count(), hours("2026-10")) == (2, [745])


def test_without_a_day_another_zone_holds_from_the_first_that_has_begun_in_neither(
    recorded: Organisation, operator: Account
) -> None:
    # It is 20 October in London, and 21 October in Tokyo already.
    row = to_berlin(
        recorded, operator, zone="Asia/Tokyo", valid_from=None, at=AT + timedelta(hours=5)
    )

    assert row.valid_from == date(2026, 10, 22)


def test_a_fiscal_year_becomes_the_calendar_year(recorded: Organisation, operator: Account) -> None:
    change_fiscal_year(
        organisation=recorded, month=1, reason="As the group does", actor=operator, at=AT
    )

    assert days_of("FY2026", "FY2026T", "FY2027") == [
        ("2025-10-01", "2026-09-30"),
        ("2026-10-01", "2026-12-31"),
        ("2027-01-01", "2027-12-31"),
    ]
    assert period_parameters(period_named("FY2026T")) == {
        "fiscal year": "FY2026T from 2026-10-01 to 2026-12-31, a short year of 3 months"
    }


def test_the_past_is_corrected_by_an_act_that_says_what_it_changes(
    recorded: Organisation, operator: Account
) -> None:
    spans = datetime(2026, 7, 1, tzinfo=UTC), AT
    before, digest = fingerprints(["desk.tickets"], *spans), settings_digest("")

    row = correct_zone(
        organisation=recorded,
        zone="Europe/Berlin",
        valid_from=date(2026, 9, 1),
        reason="We have been there since September",
        actor=operator,
        at=AT,
    )

    # August ends and September begins an hour earlier, and so do September and October.
    assert row.effect == (
        "Days since 2026-09-01 begin at another instant. "
        "Months that begin or end at another instant: 2026-08, 2026-09, 2026-10."
    )
    assert hours("2026-08", "2026-09", "2026-10") == [743, 720, 745]
    after = fingerprints(["desk.tickets"], *spans)["desk.tickets"]
    moved = {month for month, n in after.items() if n != before["desk.tickets"][month]}
    assert moved == {date(2026, month, 1) for month in (8, 9, 10)}
    assert settings_digest("") != digest
    act = Act.objects.order_by("-pk")[0]
    assert (act.verb, act.reason) == ("office.period_rules.correct_zone", row.reason)


def test_fiscal_years_of_the_past_are_corrected_since_ever(
    recorded: Organisation, operator: Account
) -> None:
    row = correct_fiscal_year(
        organisation=recorded,
        month=7,
        valid_from=EVER,
        reason="It was never October",
        actor=operator,
        at=AT,
    )

    assert row.effect == (
        "Fiscal years that are new: FY2026 from 2025-07-01 to 2026-06-30; "
        "FY2027 from 2026-07-01 to 2027-06-30."
    )
    assert days_of("FY2025") == [("2024-07-01", "2025-06-30")]


def test_what_changes_nothing_of_the_past_corrects_nothing(
    recorded: Organisation, operator: Account
) -> None:
    with pytest.raises(Refused, match="it is a change, no correction"):
        correct_zone(
            organisation=recorded,
            zone="Europe/Berlin",
            valid_from=NOVEMBER,
            reason="Moved",
            actor=operator,
            at=AT,
        )


@pytest.mark.usefixtures("recorded")
def test_the_page_shows_what_a_correction_changes_before_it_is_made(desk: Client) -> None:
    sent = {"kind": "zone", "zone": "Europe/Berlin", "valid_from": "2026-10-01", "reason": "Moved"}
    with time_machine.travel(AT, tick=False):
        shown = desk.post(reverse("office.periods.correct"), sent)
        count = PeriodRule.objects.count()
        seen = shown.context["correction"]["seen"].value()
        done = desk.post(reverse("office.periods.correct"), {**sent, "seen": seen})
        page = desk.get(reverse("office.periods")).content.decode()

    effect = (
        "Days since 2026-10-01 begin at another instant. "
        "Months that begin or end at another instant: 2026-09, 2026-10."
    )
    assert (shown.status_code, seen, count) == (422, effect, 4)
    assert (done.status_code, PeriodRule.objects.count(), page.count(effect)) == (302, 5, 2)


@pytest.mark.usefixtures("recorded")
def test_the_page_says_what_becomes_of_the_year_between(desk: Client) -> None:
    with time_machine.travel(AT, tick=False):
        desk.post(
            reverse("office.periods.years"), {"month": 1, "valid_from": "", "reason": "The group"}
        )
        page = desk.get(reverse("office.periods")).content.decode()

    told = "FY2026T from 2026-10-01 to 2026-12-31, a short year of 3 months"
    # Once in what was saved, and once among the fiscal years that run and come.
    assert page.count(told) == 2


def test_the_page_says_which_year_runs_where_nothing_is_recorded_yet(desk: Client) -> None:
    with time_machine.travel(AT, tick=False):
        desk.post(reverse("office.periods.zone"), {"zone": "Europe/London", "valid_from": ""})
        desk.post(reverse("office.periods.years"), {"month": 10, "valid_from": ""})
        page = desk.get(reverse("office.periods"))

    assert [str(each) for each in page.context["messages"]] == [
        "Saved: Days begin in Europe/London since ever.",
        "Saved. FY2027 from 2026-10-01 to 2027-09-30.",
    ]


def test_programs_are_told_which_rule_counts_no_longer(
    recorded: Organisation, operator: Account, desk: Client
) -> None:
    to_berlin(recorded, operator)
    to_berlin(recorded, operator, zone="Europe/Paris")

    told = desk.get(reverse("api-v1:period-rules")).json()["items"]

    of_november = [each for each in told if each["valid_from"] == str(NOVEMBER)]
    assert [(each["value"], each["is_replaced"]) for each in of_november] == [
        ("Europe/Paris", False),
        ("Europe/Berlin", True),
    ]
