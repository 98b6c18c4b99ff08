"""A table that names everybody: whoever is not in it has left, unless that cannot be meant."""

from datetime import date

import pytest

from quarterdeck.core.directory import add_account
from quarterdeck.core.models import Account, Person
from quarterdeck.office.models import ImportMapping
from quarterdeck.office.tests.ledger import counts, told
from quarterdeck.office.tests.people_tables import ADA, AT, BOB, Take, person
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.mappings import remember_mapping

pytestmark = pytest.mark.django_db

LEAVE = {"absent": "leave"}
CONFIRMED = {"absent": "leave", "left_on": "2026-02-28", "most_leaving": "100"}


def last_days() -> dict[str, date | None]:
    return dict(Person.objects.exclude(external_id="").values_list("external_id", "ends_on"))


def test_whoever_is_not_in_the_file_stays_unless_that_is_asked_for(take_in: Take) -> None:
    take_in(ADA, BOB)

    take_in(ADA)

    assert last_days() == {"1": None, "2": None}


def test_the_dry_run_names_who_would_leave_and_who_could_still_sign_in(
    take_in: Take, operator: Account
) -> None:
    take_in(ADA, BOB)
    add_account(username="bob", person=person("2"), actor=operator, at=AT)

    batch = take_in(ADA, options=CONFIRMED, dry=True)

    assert (counts(batch), told(batch), last_days()) == (
        (0, 1, 1, 0),
        [
            (None, "2", "ends_on", "2026-02-28", "Bob Noyce is not in the file; was still there"),
            (None, "2", "ends_on", "2026-02-28", "the account bob can still sign in; lock it"),
        ],
        {"1": None, "2": None},
    )


def test_whoever_is_not_in_the_file_has_left_and_is_not_removed(take_in: Take) -> None:
    take_in(ADA, BOB)

    take_in(ADA, options=CONFIRMED)

    assert (last_days(), person("2").reports_to) == (
        {"1": None, "2": date(2026, 2, 28)},
        person("1"),
    )


def test_without_a_day_it_is_that_on_which_the_file_came_in(take_in: Take) -> None:
    take_in(ADA, BOB)

    take_in(ADA, options={**CONFIRMED, "left_on": ""})

    assert last_days() == {"1": None, "2": AT.date()}


def test_people_of_another_source_or_typed_in_do_not_leave(take_in: Take) -> None:
    take_in(ADA)
    take_in(BOB.replace("Desk,1", "Desk,"), source="agency")

    take_in(ADA, options=CONFIRMED)

    assert person("2", "agency").ends_on is None


def test_more_than_the_stated_share_does_not_leave(take_in: Take) -> None:
    take_in(ADA, BOB)

    batch = take_in(ADA, options=LEAVE)

    expected = "at most 5 in 100, or another choice of “How many may leave with one file”"
    assert (counts(batch), told(batch), last_days()) == (
        (0, 0, 1, 1),
        [(None, "2", "ends_on", "1 of 2 people would leave, Bob Noyce too", expected)],
        {"1": None, "2": None},
    )


def test_nobody_leaves_with_a_file_of_which_a_line_names_nobody(take_in: Take) -> None:
    take_in(ADA, BOB)

    batch = take_in(ADA, BOB.replace("2,Bob", ",Bob"), options=CONFIRMED)

    assert (counts(batch), last_days()) == ((0, 0, 1, 2), {"1": None, "2": None})


def test_whose_line_cannot_be_read_does_not_leave(take_in: Take) -> None:
    take_in(ADA, BOB)

    batch = take_in(ADA, BOB.replace("2021-02-28", "soon"), options=CONFIRMED)

    assert (counts(batch), last_days()) == ((0, 0, 1, 1), {"1": None, "2": None})


def test_whoever_has_left_by_then_does_not_leave_again(take_in: Take) -> None:
    take_in(ADA, BOB + "2026-01-31")

    batch = take_in(ADA, options=CONFIRMED)

    assert (counts(batch), last_days()) == ((0, 0, 1, 0), {"1": None, "2": date(2026, 1, 31)})


def test_undoing_brings_back_who_has_left(take_in: Take, operator: Account) -> None:
    take_in(ADA, BOB)
    batch = take_in(ADA, options=CONFIRMED)

    withdraw_import(batch=batch, actor=operator, at=AT)

    assert last_days() == {"1": None, "2": None}


def test_day_and_confirmation_are_said_anew_for_the_next_file(
    take_in: Take, operator: Account
) -> None:
    batch = take_in(ADA, options=CONFIRMED)

    remember_mapping(batch=batch, actor=operator, at=AT)

    assert ImportMapping.objects.get().mapping["options"] == {
        "unknown_places": "refuse",
        "absent": "leave",
        "left_on": "",
        "most_leaving": "5",
    }
