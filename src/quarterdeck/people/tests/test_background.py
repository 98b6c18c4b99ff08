"""What people bring: who may say it, what cannot be, and what is verified stays."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account, Person, RoleAssignment, Unit
from quarterdeck.people.models import Education, Experience
from quarterdeck.people.records.background import education, experience
from quarterdeck.people.rules import within_reach
from quarterdeck.people.tests.house import AT, House, open_house
from quarterdeck.people.verbs.background import verify_background, withdraw_verification

pytestmark = pytest.mark.django_db


@pytest.fixture(name="house")
def _house() -> House:
    return open_house()


def told(of: Account, actor: Account, **more: Any) -> Experience:
    values: Mapping[str, Any] = {
        "person": of.person,
        "title": "Pilot",
        "begins_precision": "day",
        "ends_precision": "day",
        "is_ongoing": False,
        **more,
    }
    row = add_record(record=experience, values=values, actor=actor, at=AT)
    assert isinstance(row, Experience)
    return row


def test_oneself_ones_manager_and_hr_say_where_somebody_worked(house: House) -> None:
    actors = (house.ben, house.iris, house.hal)

    rows = [told(house.ben, actor) for actor in actors]

    assert [row.person for row in rows] == [house.ben.person] * 3


def test_nobody_says_it_of_somebody_out_of_reach(house: House) -> None:
    with pytest.raises(Refused, match="out of your reach"):
        told(house.cyd, house.ben)
    with pytest.raises(Refused, match="out of your reach"):
        told(house.cyd, house.iris)


def test_nobody_hands_an_experience_of_their_own_to_somebody_else(house: House) -> None:
    row = told(house.ben, house.ben)

    with pytest.raises(Refused, match="out of your reach"):
        change_record(
            record=experience,
            row=row,
            version=row.version,
            values={"person": house.cyd.person},
            actor=house.ben,
            at=AT,
        )


def test_it_is_seen_by_oneself_ones_manager_and_hr_alone(house: House) -> None:
    told(house.ben, house.ben)
    readers = (house.ben, house.iris, house.hal, house.cyd)

    seen = [Experience.objects.visible_to(reader).count() for reader in readers]

    assert seen == [1, 1, 1, 0]


def test_whoever_has_a_unit_in_reach_reaches_its_people_without_a_team(house: House) -> None:
    """Hal is HR partner of the harbour office now, where Cyd works and Ben does not."""
    office, cyd = Unit.objects.get(name="Harbour office"), house.cyd.person
    assert cyd is not None
    with acting(actor=house.operator, verb_name="tests.move", at=AT):
        RoleAssignment.objects.filter(account=house.hal).update(unit=office)
        Person.objects.filter(pk=cyd.pk).update(unit=office)

    reached = within_reach(Account.objects.get(pk=house.hal.pk)).order_by("name")

    assert [person.name for person in reached] == ["Cyd", "Hal"]


@pytest.mark.parametrize(
    "days",
    [
        {"begins_on": date(2020, 2, 2), "ends_on": date(2020, 2, 1)},
        {"ends_on": date(2020, 2, 1), "is_ongoing": True},
        {"percent_of_full_time": 101},
        {"percent_managing": -1},
    ],
)
def test_what_cannot_be_is_refused(house: House, days: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        told(house.ben, house.ben, **days)


def test_what_is_verified_stays_until_that_is_taken_back(house: House) -> None:
    row = told(house.ben, house.ben)
    seen = verify_background(item=row, version=1, evidence="A reference", actor=house.iris, at=AT)

    with pytest.raises(Refused, match="may not change"):
        change_record(
            record=experience,
            row=row,
            version=seen.version,
            values={"title": "Admiral"},
            actor=house.ben,
            at=AT,
        )
    withdraw_verification(item=row, version=seen.version, reason="Misread", actor=house.hal, at=AT)
    changed = change_record(
        record=experience,
        row=row,
        version=seen.version + 1,
        values={"title": "Mate"},
        actor=house.ben,
        at=AT,
    )

    assert (str(changed), seen.evidence, seen.verified_by) == ("Mate", "A reference", house.iris)


def test_nobody_verifies_what_they_bring_themselves(house: House) -> None:
    values = {"person": house.iris.person, "level": "master"}
    row = add_record(record=education, values=values, actor=house.iris, at=AT)
    assert isinstance(row, Education)

    with pytest.raises(Refused, match="Only a manager"):
        verify_background(item=row, version=1, evidence="Mine", actor=house.iris, at=AT)


def test_of_two_who_verify_at_once_the_second_is_told(house: House) -> None:
    row = told(house.ben, house.ben)
    verify_background(item=row, version=1, evidence="Seen", actor=house.iris, at=AT)

    with pytest.raises(Conflict):
        verify_background(item=row, version=1, evidence="Seen", actor=house.hal, at=AT)


def test_the_long_form_of_an_experience_stands_under_four_headings(
    house: House, client: Client
) -> None:
    client.force_login(house.iris)

    page = client.get(reverse("people.experience.add"))

    assert [
        (title, [bound.name for bound in fields]) for title, fields in page.context["groups"]
    ] == [
        ("The work", ["person", "title", "employer", "kind_of_work"]),
        ("When", ["begins_on", "begins_precision", "ends_on", "ends_precision", "is_ongoing"]),
        ("How much of it counts", ["percent_of_full_time", "percent_managing", "study"]),
        ("Proof", ["evidence"]),
    ]
    assert page.content.decode().count('role="group" aria-labelledby="group-') == 4


def test_a_form_without_headings_shows_all_its_fields(house: House, client: Client) -> None:
    client.force_login(house.iris)

    page = client.get(reverse("people.certificate.add"))

    assert [title for title, _ in page.context["groups"]] == [""]
    assert [bound.name for _, fields in page.context["groups"] for bound in fields] == [
        *page.context["form"].fields
    ]
