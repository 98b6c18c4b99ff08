"""The demo department is a whole, deterministic installation with problems worth finding."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.demo import DemoSignIn, cast, load_demo
from quarterdeck.config.demo.log import history
from quarterdeck.core.measures import Reading, Scope, State, Terms, measure_of, take
from quarterdeck.core.models import Account, Person, Team, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.vocabulary import Oddity
from quarterdeck.kernels.periods import Period
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries import organisation, period_named
from quarterdeck.services.models import Service

AT = datetime(2026, 3, 18, 10, 20, tzinfo=UTC)
LAST_MONTH, HOLE, OUTAGE = "2026-02", "2024-10", "2025-09"
KEYS = (
    "desk.cycle_time",
    "desk.cycle_time_calendar",
    "desk.first_fix_time",
    "desk.first_fix_time_calendar",
    "desk.reopen_rate",
    "desk.reassignment_rate",
    "desk.sla_recorded",
)


pytestmark = pytest.mark.usefixtures("demo")


def silent(*_: object) -> None:
    """Report progress to nobody."""


@pytest.fixture(scope="module")
def sign_in(
    django_db_setup: None,  # noqa: ARG001 — the database must be there first
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[DemoSignIn]:
    """The demo as loaded at AT, once for all tests below; it is gone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        loaded = load_demo(actor=operator(), at=AT, report=silent)
        assert loaded is not None
        yield loaded
        transaction.set_rollback(True)


@pytest.fixture
def demo(sign_in: DemoSignIn, db: None) -> DemoSignIn:  # noqa: ARG001 — what a test writes is taken back
    """The loaded demo, for a test that may write to it."""
    return sign_in


def read(key: str, period: Period, scope: Scope | None = None) -> Reading:
    """Take one measure as of AT."""
    return take(measure_of(key), period.span, scope or Scope(), Terms(as_of=AT))


def months() -> list[Period]:
    """Return the 24 whole months before AT."""
    return period_named(LAST_MONTH).months_back(24)


def account_of(role: Role) -> Account:
    """Return the demo's account with a role."""
    return Account.objects.get(roles__role=role, is_builtin=False)


def share_of(key: str, period: str, team: str) -> Fraction:
    """Return a team's share in a period."""
    value = read(key, period_named(period), Scope("team", team)).value
    assert value is not None
    return value


def test_the_town_has_its_name_zone_fiscal_year_and_office_hours() -> None:
    own = organisation()

    assert (own.name, own.zone, own.fiscal_year_starts_in, own.calendar.key, own.is_demo) == (
        "Brindlemere Town Council",
        "Europe/London",
        7,
        "office-hours",
        True,
    )


def test_the_organisations_unit_bears_its_name() -> None:
    assert Unit.objects.get(parent=None).name == "Brindlemere Town Council"


def test_the_office_is_closed_on_public_holidays() -> None:
    days = organisation().calendar.holidays.filter(day__year=2025, day__month=12)

    # England and Wales, https://www.gov.uk/bank-holidays
    assert [day.isoformat() for day in days.order_by("day").values_list("day", flat=True)] == [
        "2025-12-25",
        "2025-12-26",
    ]


def test_the_department_has_six_teams_in_four_units() -> None:
    department = Unit.objects.get(name=cast.DEPARTMENT)

    assert (department.children.count(), Team.objects.count()) == (4, 6)


def test_about_forty_people_work_in_the_department() -> None:
    within = Unit.objects.below(Unit.objects.get(name=cast.DEPARTMENT))

    assert Person.objects.filter(unit__in=within).count() == 39


def test_only_those_at_the_top_report_to_nobody() -> None:
    alone = set(Person.objects.filter(reports_to=None).values_list("name", flat=True))

    assert alone == {cast.DIRECTOR, cast.EXECUTIVE, cast.REQUESTER}


def test_every_service_has_an_owner_and_agreed_hours() -> None:
    whole = Service.objects.filter(owner__isnull=False, agreed_hours__isnull=False)

    assert (Service.objects.count(), whole.count()) == (12, 12)


def test_the_it_manager_can_sign_in_with_the_password_given(demo: DemoSignIn) -> None:
    account = Account.objects.get(username=demo.username)

    assert (account, account.check_password(demo.password)) == (account_of(Role.IT_MANAGER), True)


def test_nobody_else_can_sign_in_yet(demo: DemoSignIn) -> None:
    others = Account.objects.filter(is_builtin=False).exclude(username=demo.username)

    assert {account.has_usable_password() for account in others} == {False}


def test_the_whole_log_is_taken_in() -> None:
    before, after = history(AT)

    rejected = ImportBatch.objects.values_list("state", "rejected")

    # Two lines are repeated word for word; they tell of no event of their own.
    assert StateChange.objects.count() == len(before) + len(after) - 2
    assert sorted(rejected) == [("applied", 0), ("applied", 0)]


def test_there_are_about_three_thousand_tickets() -> None:
    assert round(Ticket.objects.standing().count(), -3) == 3_000


@pytest.mark.parametrize("key", KEYS)
def test_every_measure_has_a_value_in_each_of_the_last_24_months(key: str) -> None:
    states = {month.key: read(key, month).state for month in months()}

    assert states == dict.fromkeys(states, State.VALUE)


def test_every_month_but_that_of_the_hole_is_wholly_covered() -> None:
    partly = [month.key for month in months() if read("desk.cycle_time", month).coverage < 1]

    assert partly == [HOLE]


def test_half_of_the_month_with_the_hole_is_covered() -> None:
    coverage = read("desk.cycle_time", period_named(HOLE)).coverage

    assert round(coverage, 1) == Fraction(1, 2)


def test_no_event_falls_into_the_hole() -> None:
    zone = ZoneInfo(cast.ZONE)
    hole = datetime(2024, 10, 9, tzinfo=zone), datetime(2024, 10, 23, tzinfo=zone)

    lost = StateChange.objects.filter(occurred_at__gte=hole[0], occurred_at__lt=hole[1])

    assert lost.count() == 0


def test_the_new_process_makes_routine_work_faster() -> None:
    before, after = (
        read("desk.cycle_time", period_named(text)).value
        for text in ("2024-11-01..2025-04-30", "2025-09-01..2026-02-28")
    )

    assert before is not None
    assert after is not None
    assert after < before * Fraction(3, 4)


def test_the_outage_brings_the_busiest_month() -> None:
    zone = ZoneInfo(cast.ZONE)
    opened = Ticket.objects.standing().values_list("opened_at", flat=True)

    by_month = Counter(f"{instant.astimezone(zone):%Y-%m}" for instant in opened)

    assert by_month.most_common(1)[0][0] == OUTAGE


def test_one_team_hands_tickets_on_more_than_any_other() -> None:
    shares = {
        crew.team: share_of("desk.reassignment_rate", "2025", crew.team) for crew in cast.CREWS
    }

    assert max(shares, key=lambda team: shares[team]) == cast.APPLICATIONS


def test_printing_is_reopened_more_than_anything_else() -> None:
    tickets = Ticket.objects.standing().values_list("category", "reopen_count")
    all_of = Counter(category for category, _ in tickets)
    reopened = Counter(category for category, count in tickets if count)

    shares = {category: reopened[category] / all_of[category] for category in all_of}

    assert max(shares, key=lambda category: shares[category]) == "Printing"


def test_some_reopened_tickets_were_not_fixed_again() -> None:
    unfixed = Ticket.objects.standing().filter(first_fix_at__isnull=False, last_fix_at=None)

    assert unfixed.exists()


def test_the_backlog_has_young_and_very_old_tickets() -> None:
    opened = Ticket.objects.standing().open().values_list("opened_at", flat=True)

    ages = [(AT - instant).days for instant in opened]

    assert min(ages) < 7
    assert max(ages) > 365


def test_the_backlog_of_the_last_month_is_known() -> None:
    assert read("desk.backlog_age", period_named(LAST_MONTH)).state == State.VALUE


def test_the_log_has_every_kind_of_oddity() -> None:
    listed = Ticket.objects.standing().values_list("oddities", flat=True)

    assert {oddity for oddities in listed for oddity in oddities} == set(Oddity.values)


def test_tickets_are_worked_on_by_members_of_their_team() -> None:
    members = {(crew.team, name) for crew in cast.CREWS for name in crew.members}
    held = Ticket.objects.exclude(assignee_name="").values_list("team__name", "assignee_name")

    assert set(held) <= members


def test_a_technician_sees_the_tickets_of_the_own_team_only() -> None:
    seen = Ticket.objects.visible_to(account_of(Role.TECHNICIAN))

    assert set(seen.values_list("team__name", flat=True)) == {cast.SERVICE_DESK}


def test_a_team_lead_sees_the_tickets_of_the_own_team_only() -> None:
    seen = Ticket.objects.visible_to(account_of(Role.TEAM_LEAD))

    assert set(seen.values_list("team__name", flat=True)) == {cast.NETWORK}


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.EXECUTIVE_VIEWER])
def test_who_has_no_part_in_the_work_sees_no_ticket_of_others(role: Role) -> None:
    account = account_of(role)

    seen = Ticket.objects.visible_to(account).exclude(requester=account.person)

    assert list(seen) == []


@pytest.mark.parametrize("role", [Role.IT_MANAGER, Role.DIRECTOR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_answers_for_the_department_sees_every_ticket(role: Role) -> None:
    seen = Ticket.objects.visible_to(account_of(role))

    assert seen.count() == Ticket.objects.standing().count()


def test_a_second_load_changes_nothing() -> None:
    before = Person.objects.count(), Ticket.objects.count(), ImportBatch.objects.count()

    again = load_demo(actor=operator(), at=AT, report=silent)

    after = Person.objects.count(), Ticket.objects.count(), ImportBatch.objects.count()
    assert (again, after) == (None, before)
