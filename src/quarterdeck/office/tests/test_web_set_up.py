"""The pages of accounts, units, calendars, holidays and the organisation."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from quarterdeck.core.accounts import link_account
from quarterdeck.core.acts import acting
from quarterdeck.core.directory import (
    add_account,
    add_person,
    assign_role,
    found_team,
    found_unit,
    join_team,
)
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, RoleAssignment, TeamMembership, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import Calendar, Organisation
from quarterdeck.office.queries import hours_known, openings_in_words, settings_digest
from quarterdeck.office.records.calendars import calendars
from quarterdeck.office.verbs.calendars import add_calendar, add_holidays

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(operator: Account) -> Account:
    made = add_account(username="chief", actor=operator, at=AT)
    assign_role(account=made, role=Role.ADMINISTRATOR, actor=operator, at=AT)
    return made


@pytest.fixture
def desk(client: Client, chief: Account) -> Client:
    """The browser of an administrator."""
    client.force_login(chief)
    return client


@pytest.fixture
def standard(operator: Account) -> Calendar:  # noqa: ARG001 — the database must be open
    return Calendar.objects.get(key="standard")


def hours_of(calendar: Calendar) -> tuple[tuple[int, int, int], ...]:
    return hours_known(calendar).on(AT.date()).openings


def hours_form(**days: str) -> dict[str, str]:
    """What is sent to set opening hours since ever, where nothing is recorded yet."""
    return {"zone": "UTC", "valid_from": "1970-01-01", **days}


def root() -> Unit:
    return Unit.objects.get(parent=None)


def test_a_new_account_comes_with_a_role_and_a_password_shown_once(desk: Client) -> None:
    page = desk.post(
        reverse("office.account.add"), {"username": "ada", "role": "technician"}
    ).content.decode()

    shown = re.search(r"<code>(.+?)</code>", page)
    account = Account.objects.get(username="ada")
    assert shown
    assert (account.check_password(shown[1]), account.must_change_password) == (True, True)


def test_an_account_whose_name_is_taken_is_not_added(desk: Client) -> None:
    answer = desk.post(reverse("office.account.add"), {"username": "Chief", "role": "technician"})

    assert (answer.status_code, Account.objects.filter(username="Chief").count()) == (422, 0)


def test_an_account_is_linked_to_a_person_and_to_one_alone(
    desk: Client, chief: Account, operator: Account
) -> None:
    ada = add_person(name="Ada", actor=operator, at=AT)
    other = add_account(username="other", actor=operator, at=AT)
    address = reverse("office.account.link", args=[chief.pk])

    linked = desk.post(address, {"person": ada.pk})
    again = desk.post(reverse("office.account.link", args=[other.pk]), {"person": ada.pk})

    assert (linked.status_code, again.status_code) == (302, 422)
    assert list(Account.objects.filter(person=ada)) == [chief]


def test_an_account_is_unlinked_again(desk: Client, operator: Account) -> None:
    ada = add_person(name="Ada", actor=operator, at=AT)
    account = add_account(username="ada", person=ada, actor=operator, at=AT)

    desk.post(reverse("office.account.link", args=[account.pk]), {"person": ""})

    assert Account.objects.get(pk=account.pk).person is None


def test_nobody_but_an_administrator_links_an_account(operator: Account) -> None:
    ada = add_person(name="Ada", actor=operator, at=AT)
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)

    with pytest.raises(Refused, match="You may not change this account"):
        link_account(account=manager, person=ada, actor=manager, at=AT)


@pytest.mark.parametrize(("act", "is_active"), [("lock", False), ("unlock", True)])
def test_an_account_is_locked_and_unlocked(
    desk: Client, operator: Account, act: str, *, is_active: bool
) -> None:
    account = add_account(username="ada", actor=operator, at=AT)

    desk.post(reverse("office.account.act", args=[account.pk]), {"act": act})

    assert Account.objects.get(pk=account.pk).is_active == is_active


def test_a_role_is_given_and_taken_away(desk: Client, operator: Account) -> None:
    account = add_account(username="ada", actor=operator, at=AT)
    desk.post(
        reverse("office.role.give", args=[account.pk]), {"role": "director", "unit": root().pk}
    )
    given = RoleAssignment.objects.of(account).get()

    desk.post(reverse("office.role.take", args=[given.pk]))

    assert (given.role, RoleAssignment.objects.of(account).exists()) == ("director", False)


def test_a_manager_who_is_no_administrator_finds_no_accounts(
    client: Client, chief: Account, operator: Account
) -> None:
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)
    client.force_login(manager)

    page = client.get(reverse("core.account.list")).content.decode()

    assert (chief.username in page, "manager" in page) == (False, True)


def test_a_unit_is_renamed_moved_and_managed_in_one_go(desk: Client, operator: Account) -> None:
    it = found_unit(name="IT", parent=root(), actor=operator, at=AT)
    unit = found_unit(name="Desk", parent=root(), actor=operator, at=AT)
    person = add_person(name="Ada", actor=operator, at=AT)

    desk.post(
        reverse("office.unit.change", args=[unit.pk]),
        {"name": "Help", "parent": it.pk, "manager": person.pk, "version": unit.version},
    )

    stored = Unit.objects.get(pk=unit.pk)
    assert (stored.name, stored.parent, stored.manager, stored.path) == (
        "Help",
        it,
        person,
        f"{it.path}{unit.pk}.",
    )


def test_a_unit_saved_meanwhile_is_not_overwritten(desk: Client, operator: Account) -> None:
    unit = found_unit(name="Desk", parent=root(), actor=operator, at=AT)
    sent = {"parent": root().pk, "version": unit.version}
    address = reverse("office.unit.change", args=[unit.pk])
    desk.post(address, {**sent, "name": "First"})

    answer = desk.post(address, {**sent, "name": "Second"})

    assert (answer.status_code, Unit.objects.get(pk=unit.pk).name) == (422, "First")


def test_a_unit_is_not_offered_to_itself_as_a_place(desk: Client, operator: Account) -> None:
    unit = found_unit(name="Desk", parent=root(), actor=operator, at=AT)
    below = found_unit(name="First line", parent=unit, actor=operator, at=AT)

    answer = desk.post(
        reverse("office.unit.change", args=[unit.pk]),
        {"name": "Desk", "parent": below.pk, "version": unit.version},
    )

    assert (answer.status_code, Unit.objects.get(pk=unit.pk).parent) == (422, root())


def test_a_membership_ends_on_its_page(desk: Client, operator: Account) -> None:
    person = add_person(name="Ada", actor=operator, at=AT)
    team = found_team(name="Network", unit=root(), actor=operator, at=AT)
    membership = join_team(person=person, team=team, actor=operator, at=AT)

    desk.post(reverse("office.membership.end", args=[membership.pk]))

    assert not TeamMembership.objects.exists()


def test_opening_hours_are_typed_as_people_write_them(desk: Client, standard: Calendar) -> None:
    desk.post(
        reverse("office.calendar.openings", args=[standard.pk]),
        hours_form(day_0="8:00 - 12:00, 13:00–17:30", day_5="22:00-06:00"),
    )

    hours = {day: text for day, text in openings_in_words(hours_of(standard)).items() if text}
    assert hours == {0: "08:00–12:00, 13:00–17:30", 5: "22:00–06:00"}


def test_a_new_calendar_is_asked_for_its_hours_of_all_days(
    desk: Client, standard: Calendar, chief: Account
) -> None:
    with acting(actor=chief, verb_name="test.record", at=AT):
        touch("desk.tickets", datetime(2026, 2, 1, tzinfo=UTC), AT)
    new = add_calendar(key="new", name="New", zone="UTC", actor=chief, at=AT)

    with time_machine.travel(AT, tick=False):
        pages = [
            desk.get(reverse(calendars.detail_address, args=[each.pk])) for each in (new, standard)
        ]

    days = [page.context["openings"].initial["valid_from"] for page in pages]
    assert days == [date(1970, 1, 1), AT.date()]


@pytest.mark.parametrize("text", ["8 to 5", "08:00–25:00", "08:61–09:00"])
def test_hours_that_cannot_be_counted_on_are_refused(
    desk: Client, standard: Calendar, text: str
) -> None:
    before = openings_in_words(hours_of(standard))

    answer = desk.post(
        reverse("office.calendar.openings", args=[standard.pk]), hours_form(day_0=text)
    )

    assert (answer.status_code, openings_in_words(hours_of(standard))) == (422, before)


def test_other_hours_make_kept_readings_stale(desk: Client, standard: Calendar) -> None:
    before = settings_digest("standard")

    desk.post(
        reverse("office.calendar.openings", args=[standard.pk]), hours_form(day_0="08:00–17:00")
    )

    assert settings_digest("standard") != before


def test_a_countrys_public_holidays_close_a_calendar(desk: Client, standard: Calendar) -> None:
    desk.post(
        reverse("office.calendar.holidays", args=[standard.pk]),
        {"country": "DE", "region": "DE-BY", "first": 2026, "last": 2026},
    )

    # Bavaria, law on Sundays and holidays (FTG), article 1, where Assumption Day holds in places.
    days = set(standard.holidays.values_list("day", flat=True))
    assert {date(2026, 1, 6), date(2026, 6, 4), date(2026, 11, 1)} - days == set()


@pytest.mark.parametrize(
    "given",
    [{"country": "XX"}, {"region": "NOWHERE"}, {"last": 2025}, {"last": 2090}],
    ids=["country", "region", "backwards", "too many"],
)
def test_holidays_that_nobody_knows_are_refused(
    desk: Client, standard: Calendar, given: dict[str, object]
) -> None:
    usual = {"country": "DE", "region": "", "first": 2026, "last": 2026}

    answer = desk.post(reverse("office.calendar.holidays", args=[standard.pk]), {**usual, **given})

    assert (answer.status_code, standard.holidays.count()) == (422, 0)


def test_a_holiday_becomes_a_working_day_again(
    desk: Client, standard: Calendar, operator: Account
) -> None:
    add_holidays(calendar=standard, holidays={date(2026, 5, 1): "May"}, actor=operator, at=AT)

    desk.post(reverse("office.holiday.end", args=[standard.holidays.get().pk]))

    assert standard.holidays.count() == 0


def test_a_calendar_needs_a_zone_that_exists(desk: Client) -> None:
    answer = desk.post(
        reverse("office.calendar.add"), {"name": "Moon", "key": "moon", "zone": "Moon/Base"}
    )

    assert (answer.status_code, Calendar.objects.filter(key="moon").exists()) == (422, False)


def test_the_organisation_is_named(desk: Client, standard: Calendar) -> None:
    desk.post(
        reverse("office.organisation"),
        {
            "name": "Town of Ulm",
            "calendar": standard.pk,
            "version": 1,
        },
    )

    assert (Organisation.objects.get().name, root().name) == ("Town of Ulm", "Town of Ulm")


def test_settings_saved_meanwhile_are_not_overwritten(desk: Client, standard: Calendar) -> None:
    sent = {"calendar": standard.pk, "version": 1}
    desk.post(reverse("office.organisation"), {**sent, "name": "First"})

    answer = desk.post(reverse("office.organisation"), {**sent, "name": "Second"})

    assert (answer.status_code, Organisation.objects.get().name) == (422, "First")
