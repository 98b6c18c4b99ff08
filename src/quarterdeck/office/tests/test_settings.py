"""The organisation's settings and calendars change by acts of those who may."""

from datetime import UTC, date, datetime

import pytest

from quarterdeck.core.directory import add_account
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Unit
from quarterdeck.kernels.period_rules import PeriodRules
from quarterdeck.office.models import Calendar, Organisation
from quarterdeck.office.queries import working_calendar
from quarterdeck.office.verbs.calendars import add_calendar, add_holidays
from quarterdeck.office.verbs.period_rules import change_zone
from quarterdeck.office.verbs.settings import change_organisation, declare_demo

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NINE, FIVE = 9 * 60, 17 * 60

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Account:
    """An administrator: the built-in actor of the command line."""
    return Account.objects.get(username="operator")


@pytest.fixture
def organisation() -> Organisation:
    """The settings of an empty installation."""
    return Organisation.objects.get()


@pytest.fixture
def mondays(keeper: Account) -> Calendar:
    """A calendar that is open on Mondays from nine to five."""
    return add_calendar(
        key="mondays",
        name="Mondays",
        zone="Europe/London",
        openings=[(0, NINE, FIVE)],
        actor=keeper,
        at=AT,
    )


def test_only_the_settings_given_change(keeper: Account, organisation: Organisation) -> None:
    change_zone(organisation=organisation, zone="Europe/London", actor=keeper, at=AT)

    stored = Organisation.objects.get()
    assert (stored.name, stored.zone, stored.rules, stored.version) == (
        "Our organisation",
        "Europe/London",
        PeriodRules.constant("Europe/London"),
        2,
    )


def test_the_root_unit_takes_the_organisations_name(
    keeper: Account, organisation: Organisation
) -> None:
    change_organisation(organisation=organisation, name="Brindlemere", actor=keeper, at=AT)

    assert Unit.objects.get(parent=None).name == "Brindlemere"


def test_an_organisation_without_a_name_is_refused(
    keeper: Account, organisation: Organisation
) -> None:
    with pytest.raises(Refused, match="needs a name"):
        change_organisation(organisation=organisation, name=" ", actor=keeper, at=AT)


def test_a_calendar_counts_by_its_openings(mondays: Calendar) -> None:
    monday, tuesday = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)

    assert working_calendar(mondays).business_seconds(monday, tuesday) == 8 * 3600


def test_a_holiday_closes_a_calendar(keeper: Account, mondays: Calendar) -> None:
    monday, tuesday = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)

    add_holidays(calendar=mondays, holidays={date(2026, 3, 2): "Fair"}, actor=keeper, at=AT)

    assert working_calendar(mondays).business_seconds(monday, tuesday) == 0


def test_a_holiday_that_is_known_stays_as_it_is(keeper: Account, mondays: Calendar) -> None:
    add_holidays(calendar=mondays, holidays={date(2026, 3, 2): "Fair"}, actor=keeper, at=AT)
    more = {date(2026, 3, 2): "Market", date(2026, 3, 9): "Market"}

    added = add_holidays(calendar=mondays, holidays=more, actor=keeper, at=AT)

    named = dict(mondays.holidays.values_list("day", "name"))
    assert (added.new, named) == (1, {date(2026, 3, 2): "Fair", date(2026, 3, 9): "Market"})


@pytest.mark.parametrize(
    ("key", "zone", "opening"),
    [
        ("mondays", "Europe/London", (0, NINE, FIVE)),
        ("other", "Europe/Brindlemere", (0, NINE, FIVE)),
        ("other", "Europe/London", (7, NINE, FIVE)),
        ("other", "Europe/London", (0, NINE, 1441)),
        ("other", "Europe/Brindlemere", None),
    ],
    ids=["key taken", "unknown zone", "eighth weekday", "end after midnight", "never open"],
)
def test_calendars_that_cannot_be_are_refused(
    keeper: Account,
    mondays: Calendar,  # noqa: ARG001 — its key is taken
    key: str,
    zone: str,
    opening: tuple[int, int, int] | None,
) -> None:
    with pytest.raises(Refused):
        add_calendar(
            key=key,
            name="Other",
            zone=zone,
            openings=[opening] if opening else [],
            actor=keeper,
            at=AT,
        )


def test_others_may_change_no_setting(
    keeper: Account, organisation: Organisation, mondays: Calendar
) -> None:
    other = add_account(username="ada", actor=keeper, at=AT)
    attempts = (
        lambda: change_organisation(organisation=organisation, name="Mine", actor=other, at=AT),
        lambda: change_zone(organisation=organisation, zone="UTC", actor=other, at=AT),
        lambda: declare_demo(organisation=organisation, actor=other, at=AT),
        lambda: add_calendar(key="a", name="A", zone="UTC", openings=[], actor=other, at=AT),
        lambda: add_holidays(calendar=mondays, holidays={}, actor=other, at=AT),
    )

    for attempt in attempts:
        with pytest.raises(Refused, match="You may not change the settings"):
            attempt()
